"""Taking runs of frames out of a file with the engine: what all that do so share."""

import os
from types import ModuleType
from typing import Any, Final

from pcapkit.capfile.blocks import ByteOrder
from pcapkit.capfile.model import Interface
from pcapkit.capfile.pcap import PcapHeader
from pcapkit.capfile.section import NANOSECONDS, clock_of
from pcapkit.capfile.source import Source
from pcapkit.errors import ReadError

# Where a second thread reads ahead: of what is long enough to make up for starting it, and behind so many bytes in
# which there was nothing for Python, since it has to begin again behind that.
AHEAD: Final = 4 << 20
SETTLED: Final = 1 << 20
SPAN: Final = 128 << 10  # bytes and frames that are handed over at once: few enough to stay in a processor's own cache
FRAMES: Final = 512


def processors() -> int:
    """How many this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return 1


class NativeRuns:
    """What all of them share; see pcapkit.capfile.runs.FrameRuns."""

    def __init__(self, engine: ModuleType, frames: Any) -> None:
        """frames: an object of one of the engine's classes that walk along frames."""
        self._other: int = engine.RUN_OTHER
        self._more: int = engine.RUN_MORE
        self._frames = frames
        self._failure: ReadError | None = None
        self._leading = False
        self._settled: float = SETTLED  # where a second thread may begin

    def begin_section(self, order: ByteOrder) -> None:
        """A section of a pcapng file begins, without interfaces."""
        self._frames.begin_section(order == ">")

    def add_interface(self, interface: Interface) -> None:
        """The next interface of the section."""
        self._frames.add_interface(interface.link_type, *clock_of(interface))

    def begin_pcap(self, header: PcapHeader, bound: int) -> None:
        """The records of a classic pcap file begin."""
        unit = NANOSECONDS // header.interface.units_per_second
        big, link_type = header.order == ">", header.interface.link_type
        self._frames.begin_pcap(big, link_type, header.record_length, bound, unit, header.lengths)

    def lead(self, source: Source) -> None:
        """Before frames are taken: have a second thread read ahead, where that is worth it."""
        if not self._leading and source.offset >= self._settled:
            place = source.place()
            if place is None or source.left() < AHEAD or processors() < 2:
                self._settled = float("inf")
                return
            self._prepare_to_lead()
            self._leading = self._frames.lead(source.descriptor_for(self._frames.halt), place, SPAN, FRAMES)
            if self._leading:
                source.move(place)  # what it holds is read by the other
            else:  # no thread is to be had, or no time that fits
                self._settled = float("inf")

    def _prepare_to_lead(self) -> None:
        """A second thread is about to begin."""

    def goes_on(self, source: Source, why: int, needed: int, taken: int) -> bool:
        """After frames were taken, `taken` of them that nobody has seen yet: whether more are to be tried."""
        if not self._leading:
            return why == self._more and self._has_more(source, needed, taken)
        self._leading = self._frames.leading
        if self._leading:
            source.reached(self._frames.reached)
            return bool(self._frames.stalled) and not taken  # time for a signal
        source.move(self._frames.reached)
        self._settled = source.offset + SETTLED
        return not taken

    def _has_more(self, source: Source, needed: int, taken: int) -> bool:
        """Whether so many bytes are there now.

        What has come through a pipe is handed on before more is waited for, and what precedes damage before that is
        told: then the answer is no, and yes or the ReadError comes when nothing was taken.
        """
        if self._failure is not None and not taken:
            raise self._failure
        if self._failure is not None or (taken and source.slow):
            return False
        try:
            return source.need(needed) >= needed
        except ReadError as error:
            if not taken:
                raise
            self._failure = error
            return False
