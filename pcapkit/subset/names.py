"""Numbers with names: the values that a header or a step can have, and sets of them held in one integer."""

from enum import IntEnum
from typing import Self


class Names(IntEnum):
    """An enumeration whose members are written `NAME = number, "label", "meaning"`.

    The label is what a person reads in a field or comment; the meaning is one sentence that explains it.
    """

    label: str
    meaning: str

    def __new__(cls, value: int, label: str, meaning: str = "") -> Self:
        """Make a member out of its row."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.meaning = meaning
        return member


def has(members: int, member: int) -> bool:
    """Tell whether `member` (0 to 31) is in the set `members` (bit n stands for member n)."""
    return members >> member & 1 == 1


def including(members: int, member: int) -> int:
    """Return the set `members` with `member` (0 to 31) in it."""
    return members | 1 << member


def members_of(members: int, names: type[Names]) -> list[Names]:
    """The members in a set, in ascending order. For reading results: not part of the subset."""
    return [name for name in names if members >> name & 1]
