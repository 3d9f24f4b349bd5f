"""Taking runs of frames out of a file with the engine: what all that do so share."""

from types import ModuleType
from typing import Any

from pcapkit.capfile.blocks import ByteOrder
from pcapkit.capfile.model import Interface
from pcapkit.capfile.pcap import PcapHeader
from pcapkit.capfile.section import NANOSECONDS, clock_of
from pcapkit.capfile.source import Source
from pcapkit.errors import ReadError


class NativeRuns:
    """What all of them share; see pcapkit.capfile.runs.FrameRuns."""

    def __init__(self, engine: ModuleType, frames: Any) -> None:
        """frames: an object of one of the engine's classes that walk along frames."""
        self._other: int = engine.RUN_OTHER
        self._more: int = engine.RUN_MORE
        self._frames = frames
        self._failure: ReadError | None = None

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

    def more(self, source: Source, needed: int, taken: int) -> bool:
        """Whether so many bytes are there now, after `taken` frames that nobody has seen yet.

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
