"""What reads whole runs of ordinary frames at once, between the blocks that are read one by one.

Whoever reads a file leaves it to `FrameRuns.take` to use frames of the source as they lie there. It stops before
whatever is not ordinary (damage too), which is read, and complained of, as without it.
"""

from typing import TYPE_CHECKING, Protocol

from pcapkit.capfile.blocks import ByteOrder
from pcapkit.capfile.model import Interface
from pcapkit.capfile.source import Source

if TYPE_CHECKING:
    from pcapkit.capfile.pcap import PcapHeader


class FrameRuns(Protocol):
    """It is told of all that it has to know of a file, in the file's order."""

    def begin_section(self, order: ByteOrder) -> None:
        """A section of a pcapng file begins, without interfaces."""

    def add_interface(self, interface: Interface) -> None:
        """The next interface of the section."""

    def begin_pcap(self, header: "PcapHeader", bound: int) -> None:
        """The records of a classic pcap file begin; none may claim more than `bound` captured bytes."""

    def take(self, source: Source, number: int) -> int:
        """Use whole frames at `source.position` and move it on behind them; the first of them has this number.

        Returns how many. 0: what comes next is not ordinary, or nothing comes.
        """
