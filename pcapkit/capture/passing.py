"""From the rings to the sink: which frames, in which order, and where to stop.

`FrameByFrame` does it in Python, which is also what lines of text need; `blockwise.BlockByBlock` does it natively.
"""

import time
from collections.abc import Sequence
from typing import Protocol

from pcapkit.capture.source import Source
from pcapkit.capture.timeorder import Entry, TimeOrder
from pcapkit.capture.walk import Frame


class FrameSink(Protocol):
    """What takes frames one by one."""

    def frame(self, source: int, frame: Frame, dropped: int) -> bool:
        """Take a frame of the source with that number; dropped: how many were lost right before it.

        False: there is no room for it (-a filesize, files). The capture is over, and it is not part of it.
        """


class Passing(Protocol):
    """A way from the rings to the sink."""

    frames: int
    """Frames that the sink has been given."""

    @property
    def waiting(self) -> bool:
        """Whether frames wait for those of other interfaces."""

    @property
    def holding(self) -> bool:
        """Whether blocks of a ring stay with it: as long as they do, poll says that its socket is readable."""

    @property
    def full(self) -> bool:
        """Whether no further frame is part of the capture (-c, -a)."""

    def read_round(self) -> list[Source]:
        """Read at most one block of each ring; returns the sources that had one."""

    def pass_on(self, *, everything: bool = False) -> None:
        """Give the sink the frames whose turn has come. everything: no more will come. Raises WriteError."""


class FrameByFrame:
    """One frame after the other, each an object."""

    def __init__(self, sources: Sequence[Source], sink: FrameSink, most: int | None, block_timeout: int) -> None:
        """most: frames of the whole capture (-c). block_timeout: of the rings, in ms."""
        self.frames = 0
        self._sources = sources
        self._sink = sink
        self._most = most
        self._no_room = False
        self._order = TimeOrder(len(sources), block_timeout)

    @property
    def waiting(self) -> bool:
        return len(self._order) > 0

    @property
    def holding(self) -> bool:
        return False  # each frame is copied at once

    @property
    def full(self) -> bool:
        return self._no_room or (self._most is not None and self.frames >= self._most)

    def read_round(self) -> list[Source]:
        found = []
        for number, source in enumerate(self._sources):
            clock = time.time_ns()
            block = source.read_block()
            if block is None:
                self._order.empty(number, clock, source.ring.begun(clock))
                continue
            found.append(source)
            entries: list[Entry] = [(number, frame, dropped) for frame, dropped in block]
            self._order.add(number, entries, time.monotonic_ns())
        return found

    def pass_on(self, *, everything: bool = False) -> None:
        entries = self._order.release_all() if everything else self._order.release(time.monotonic_ns())
        take = self._sink.frame
        for number, frame, dropped in entries:
            if self.full:
                return
            if not take(number, frame, dropped):
                self._no_room = True
                return
            self._sources[number].delivered += 1
            self.frames += 1
