"""What the connections of a capture have in common: counts, and how handshake times are distributed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import floor, log10
from typing import Final

from pcapkit.report.connection import CLOCK_JUMPED, Connection

PER_DECADE: Final = 4  # bars of the histogram between 1 ms and 10 ms


@dataclass(slots=True)
class Bar:
    """One bar of a histogram: how many times lie from `low` ns up to, not including, `high`."""

    low: int
    high: int
    count: int


@dataclass(slots=True)
class Summary:
    """Counts over connections, and the times of each."""

    connections: int = 0
    frames: int = 0
    bytes: int = 0
    start: int | None = None  # ns since 1970
    end: int | None = None
    opened: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    closed_first: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    handshakes: list[int] = field(default_factory=list)  # ns
    responses: list[int] = field(default_factory=list)  # ns

    def add(self, one: Connection) -> None:
        """Count one connection in."""
        self.connections += 1
        self.frames += one.client_frames + one.server_frames
        self.bytes += one.client_bytes + one.server_bytes
        if CLOCK_JUMPED not in one.problems:
            self.start = one.start if self.start is None else min(self.start, one.start)
            self.end = one.end if self.end is None else max(self.end, one.end)
        self.opened[one.opened] += 1
        self.closed[one.closed] += 1
        self.closed_first[one.closed_first] += 1
        self.problems.update(one.problems)
        if one.handshake_time is not None:
            self.handshakes.append(one.handshake_time)
        if one.response_time is not None:
            self.responses.append(one.response_time)


def bars(times: Iterable[int]) -> list[Bar]:
    """The histogram of spans of time in ns, on a logarithmic scale, without gaps; [] where there is none."""
    counts = Counter(floor(log10(max(time, 1)) * PER_DECADE) for time in times)
    if not counts:
        return []
    return [Bar(_edge(place), _edge(place + 1), counts[place]) for place in range(min(counts), max(counts) + 1)]


def _edge(place: int) -> int:
    return round(10 ** (place / PER_DECADE))
