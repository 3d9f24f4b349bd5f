"""Frames of several rings in the order of their times.

Each interface has a ring of its own, and a ring's block arrives up to two block time-outs after its first
frame. Written as they come, an answer could stand before its question. So frames wait until every ring has
shown that it holds none older: a ring read empty at time t has delivered all that it received before t -
hold. Mostly it shows more: when the block was begun that comes next, and whether any frame is in it yet.
"""

from bisect import bisect_right
from operator import itemgetter
from typing import Final

from pcapkit.capture.walk import Frame

_LATENESS_MS: Final = 20  # of the kernel's timer, and of a frame's way into its block
LONGEST_WAIT_NS: Final = 250_000_000

Entry = tuple[int, Frame, int]  # source number, frame, frames dropped before it
_by_time = itemgetter(0)


def hold_ns(block_timeout: int) -> int:
    """How long, in ns, a frame may be on its way through a ring with that block time-out in ms."""
    return (2 * block_timeout + _LATENESS_MS) * 1_000_000


def nothing_before(clock: int, begun: int, hold: int) -> int:
    """The time before which nothing more comes out of a ring that had no block ready at `clock`; all in ns since 1970.

    begun: from when on its next block has frames, as Ring.begun; hold: as hold_ns.
    """
    return max(clock - hold, begun - _LATENESS_MS * 1_000_000)


class TimeOrder:
    """Collects entries and releases them by time. With one source everything passes straight through."""

    def __init__(self, sources: int, block_timeout: int) -> None:
        """block_timeout: of the rings, in ms."""
        self.hold = hold_ns(block_timeout)
        self._horizons = [0] * sources
        self._waiting: list[tuple[int, int, Entry]] = []

    def add(self, source: int, entries: list[Entry], now: int) -> None:
        """Take the entries of one block, in the ring's order. now: monotonic ns."""
        self._waiting.extend((entry[1].time, now, entry) for entry in entries)
        if entries:
            self._horizons[source] = entries[-1][1].time

    def empty(self, source: int, clock: int, begun: int = 0) -> None:
        """The source's ring had nothing ready at this wall-clock time (ns since 1970). begun: as Ring.begun."""
        self._horizons[source] = nothing_before(clock, begun, self.hold)

    def release(self, now: int) -> list[Entry]:
        """The entries whose turn has come. now: monotonic ns.

        Nothing waits longer than 250 ms, whatever the clock does or however far behind one ring is.
        """
        waiting = self._waiting
        if not waiting:
            return []
        if len(self._horizons) == 1:
            cut = len(waiting)
        else:
            waiting.sort(key=_by_time)
            cut = bisect_right(waiting, min(self._horizons), key=_by_time)
            while cut < len(waiting) and now - waiting[cut][1] > LONGEST_WAIT_NS:
                cut += 1
        self._waiting = waiting[cut:]
        return [entry for _, _, entry in waiting[:cut]]

    def release_all(self) -> list[Entry]:
        """Everything that still waits, by time: the capture is over."""
        if len(self._horizons) > 1:
            self._waiting.sort(key=_by_time)
        waiting, self._waiting = self._waiting, []
        return [entry for _, _, entry in waiting]

    def __len__(self) -> int:
        return len(self._waiting)
