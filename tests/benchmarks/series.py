"""Several measurements of one thing."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Series:
    """The measurements."""

    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return statistics.median(self.values)

    @property
    def highest(self) -> float:
        """The highest."""
        return max(self.values)

    def scaled(self, factor: float) -> "Series":
        """In another unit."""
        return Series([value * factor for value in self.values])

    def over(self, other: "Series") -> "Series":
        """What each is more than the other's measurement of the same round."""
        return Series([one - base for one, base in zip(self.values, other.values, strict=True)])

    def text(self, digits: int = 0) -> str:
        """`122 (118-131)`: the median, the lowest and the highest."""
        if not self.values:
            return "-"
        if len(self.values) == 1:
            return f"{self.median:,.{digits}f}"
        return f"{self.median:,.{digits}f} ({min(self.values):,.{digits}f}\N{EN DASH}{max(self.values):,.{digits}f})"
