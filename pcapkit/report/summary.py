"""What the connections of a capture have in common: counts, and how handshake times are distributed."""

from collections import Counter
from dataclasses import dataclass, field
from math import floor, log10
from typing import Final

from pcapkit.report.connection import Connection

_PER_DECADE: Final = 4  # bars of the histogram between 1 ms and 10 ms


@dataclass(slots=True)
class Bar:
    """One bar of a histogram: how many times lie from `low` ns up to, not including, `high`."""

    low: int
    high: int
    count: int


@dataclass(slots=True)
class Summary:
    """Counts over connections; memory does not grow with their number, but for the spread of their times."""

    connections: int = 0
    frames: int = 0
    bytes: int = 0
    start: int | None = None  # ns since 1970
    end: int | None = None
    opened: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)  # of handshakes, by bar

    def add(self, one: Connection) -> None:
        """Count one connection in."""
        self.connections += 1
        self.frames += one.client_frames + one.server_frames
        self.bytes += one.client_bytes + one.server_bytes
        self.start = one.start if self.start is None else min(self.start, one.start)
        self.end = one.end if self.end is None else max(self.end, one.end)
        self.opened[one.opened] += 1
        self.closed[one.closed] += 1
        self.problems.update(one.problems)
        if one.handshake_time is not None and one.handshake_time > 0:
            self.times[floor(log10(one.handshake_time) * _PER_DECADE)] += 1

    def bars(self) -> list[Bar]:
        """The histogram of handshake times, on a logarithmic scale, without gaps; [] where there is none."""
        if not self.times:
            return []
        return [
            Bar(_edge(place), _edge(place + 1), self.times[place])
            for place in range(min(self.times), max(self.times) + 1)
        ]


def _edge(place: int) -> int:
    return round(10 ** (place / _PER_DECADE))
