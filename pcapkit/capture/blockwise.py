"""The native way from the rings to the sink: whole blocks, no object for a frame, other threads running meanwhile.

A block stays with its ring until its frames are encoded. With several interfaces frames wait for those of the others
(timeorder.py): for some 20 ms where these are quiet, and where they have something now and then, for what is left of
their block's time-out. Where they fill more than half of a ring meanwhile, what comes next is copied, at most as much
as all rings hold: so memory stays bounded, and what comes faster than that for longer, a larger ring (-B) has to take.
"""

import time
from collections.abc import Sequence
from typing import Any, Final, Protocol

from pcapkit.capfile.buffered import FrameBuffer
from pcapkit.capture.source import Source
from pcapkit.capture.timeorder import LONGEST_WAIT_NS, hold_ns, nothing_before
from pcapkit.errors import CaptureError

_UNBOUNDED: Final = 1 << 62


class BlockSink(Protocol):
    """What takes frames as blocks of the file, which have been put into its buffer."""

    def room(self) -> tuple[int, int]:
        """How many frames, and bytes of their blocks, it takes now."""

    def turn(self) -> bool:
        """The next frame does not fit: make room. False: there is none, the capture is over."""

    def blocks(self, kept: Sequence[int], lost: Sequence[int], wire: Sequence[int]) -> None:
        """Of each source so many frames are in the buffer, after so many lost ones; wire: their bytes on the wire."""

    def flush(self) -> None:
        """The buffer is full: write it."""


class BlockByBlock:
    """See pcapkit.capture.passing.Passing."""

    def __init__(
        self,
        sources: Sequence[Source],
        sink: BlockSink,
        most: int | None,
        block_timeout: int,
        engine: Any,
        encoder: Any,
        buffer: FrameBuffer,
    ) -> None:
        """engine: what pcapkit.fast loads; encoder: its LiveEncoder for these sources; buffer: the sink's."""
        self.frames = 0
        self._sources = sources
        self._sink = sink
        self._most = _UNBOUNDED if most is None else most
        self._no_room = False
        self._engine = engine
        self._encoder = encoder
        self._buffer = buffer
        self._hold = hold_ns(block_timeout)
        self._horizons = [0] * len(sources)
        self._several = len(sources) > 1
        self._most_copied = sum(source.ring.size for source in sources)

    @property
    def waiting(self) -> bool:
        waiting: bool = self._encoder.waiting
        return waiting

    @property
    def holding(self) -> bool:
        return any(source.ring.held for source in self._sources)

    @property
    def full(self) -> bool:
        return self._no_room or self.frames >= self._most

    def read_round(self) -> list[Source]:
        found = []
        for number, source in enumerate(self._sources):
            ring = source.ring
            clock = time.time_ns()
            block = ring.ready()
            if block is None:
                self._horizons[number] = nothing_before(clock, ring.begun(clock), self._hold)
                continue
            copy = self._several and 2 * ring.held > ring.block_count
            if copy and self._encoder.copied > self._most_copied:
                continue  # it stays in the ring; what finds no room there, the kernel counts
            place = ring.take()
            try:
                last = self._encoder.take(number, block, place, ring.lost_before(block), time.monotonic_ns(), copy)
            except MemoryError as error:
                raise CaptureError(f"{source.interface.name}: {error}; use a smaller -B") from error
            if last is not None:
                self._horizons[number] = last
            found.append(source)
        self._give_back()
        return found

    def pass_on(self, *, everything: bool = False) -> None:
        if everything:
            cut = old = _UNBOUNDED
        else:
            cut, old = min(self._horizons), time.monotonic_ns() - LONGEST_WAIT_NS
        engine, encoder = self._engine, self._encoder
        while not self.full and encoder.waiting:
            frames, size = self._sink.room()
            try:
                result = encoder.encode(self._buffer, min(frames, self._most - self.frames), size, cut, old)
            except (MemoryError, ValueError) as error:
                raise CaptureError(f"cannot go on with comments: {error}; use --annotate none") from error
            finally:
                taken = self._account()
            if result == engine.FULL:
                self._sink.flush()
            elif result == engine.NOTHING:
                return
            elif not taken and not self._sink.turn():
                self._no_room = True

    def _account(self) -> int:
        """Tell the sink what has been encoded; returns how many frames."""
        kept, lost, wire = self._encoder.counts()
        taken: int = sum(kept)
        if taken:
            for source, frames in zip(self._sources, kept, strict=True):
                source.delivered += frames
            self.frames += taken
            self._sink.blocks(kept, lost, wire)
        self._give_back()
        return taken

    def _give_back(self) -> None:
        for number, place in self._encoder.released():
            self._sources[number].ring.give_back(place)
