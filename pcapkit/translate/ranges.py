"""What an integer can be: a lowest and a highest value, carried through arithmetic.

A bound of None is open: the types do not tell it, and the author answers for it staying within +-2**53 (the largest
integers that a Lua number holds exactly). A bound that the types do tell is never let beyond that.
"""

from dataclasses import dataclass

LARGEST = 2**53
STOPS = (0, 2**8 - 1, 2**16 - 1, 2**32 - 1)
"""Where a bound that grows in a loop is tried next, before it is given up."""


@dataclass(frozen=True, slots=True)
class Range:
    """The values from `low` to `high`, both included; None: open on that side."""

    low: int | None
    high: int | None

    @property
    def may_be_negative(self) -> bool:
        """Whether nothing rules out a value below zero."""
        return self.low is None or self.low < 0

    @property
    def only(self) -> int | None:
        """The one value there is, if there is only one."""
        return self.low if self.low == self.high else None

    @property
    def exact(self) -> bool:
        """Whether every value that the types tell is within +-2**53."""
        return (self.low is None or self.low >= -LARGEST) and (self.high is None or self.high <= LARGEST)

    def within(self, low: int, high: int) -> bool:
        """Whether all values are known to lie from `low` to `high`."""
        return self.low is not None and self.high is not None and low <= self.low and self.high <= high

    def outside(self, low: int, high: int) -> bool:
        """Whether no value can lie from `low` to `high`."""
        return (self.low is not None and self.low > high) or (self.high is not None and self.high < low)

    def joined(self, other: "Range") -> "Range":
        """The least range with the values of both."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Range(low, high)

    def narrowed(self, other: "Range") -> "Range":
        """The values that are in both; `self` where there are none (a branch that is never taken)."""
        low = other.low if self.low is None else self.low if other.low is None else max(self.low, other.low)
        high = other.high if self.high is None else self.high if other.high is None else min(self.high, other.high)
        return self if low is not None and high is not None and low > high else Range(low, high)

    def widened(self, other: "Range") -> "Range":
        """`joined`, with each bound that moves put far off: what ends the search for a loop's ranges."""
        low, high = self.low, self.high
        if low is not None and (other.low is None or other.low < low):
            low = None if other.low is None or other.low < 0 else 0
        if high is not None and (other.high is None or other.high > high):
            enough = [stop for stop in STOPS if other.high is not None and stop >= other.high]
            high = enough[0] if enough else None
        return Range(low, high)

    def __neg__(self) -> "Range":
        return Range(None if self.high is None else -self.high, None if self.low is None else -self.low)

    def __add__(self, other: "Range") -> "Range":
        return Range(_sum(self.low, other.low), _sum(self.high, other.high))

    def __sub__(self, other: "Range") -> "Range":
        return self + -other

    def __mul__(self, other: "Range") -> "Range":
        corners = [_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        known = [corner for corner in corners if corner is not None]
        if len(known) == len(corners):
            return Range(min(known), max(known))
        return Range(None if self.may_be_negative or other.may_be_negative else min(known, default=0), None)

    def divided(self, by: int) -> "Range":
        """After `//` by a positive constant."""
        return Range(None if self.low is None else self.low // by, None if self.high is None else self.high // by)

    def modulo(self, by: int) -> "Range":
        """After `%` by a positive constant."""
        return self if self.within(0, by - 1) else Range(0, by - 1)


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _product(a: int | None, b: int | None) -> int | None:
    if a == 0 or b == 0:
        return 0
    return None if a is None or b is None else a * b


OPEN = Range(None, None)
