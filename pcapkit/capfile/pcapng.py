"""The frames of a pcapng file."""

from collections.abc import Iterator

from pcapkit.capfile.blocks import (
    ENHANCED_PACKET,
    INTERFACE_DESCRIPTION,
    OBSOLETE_PACKET,
    SECTION_HEADER,
    SIMPLE_PACKET,
    iterate_blocks,
)
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.runs import FrameRuns
from pcapkit.capfile.section import Section
from pcapkit.capfile.source import Source

PACKET_BLOCKS = frozenset((ENHANCED_PACKET, OBSOLETE_PACKET, SIMPLE_PACKET))

# Blocks that hold no frame, but that Wireshark shows as one and gives a frame number: systemd journal
# entries, system calls (three of Sysdig's block types), custom blocks that may and may not be copied.
NUMBERED_BLOCKS = frozenset((9, 0x204, 0x216, 0x221, 0xBAD, 0x40000BAD))


def read_pcapng(source: Source, runs: FrameRuns | None = None) -> Iterator[CapturedFrame | None]:
    """Every frame of a pcapng file, whatever its kind of packet block; other blocks are passed over.

    None stands for frames that `runs` has taken instead. Raises ReadError at damage, after every frame before it.
    """
    number = 0
    section: Section | None = None
    for kind, offset, order, block in iterate_blocks(source):
        if kind in PACKET_BLOCKS:
            assert section is not None  # the file begins with a section header, or it would not be read here
            number += 1
            yield section.frame(kind, block, offset, number)
        elif kind == SECTION_HEADER:
            section = Section(source.name, block, offset, order)
            if runs is not None:
                runs.begin_section(order)
        elif kind == INTERFACE_DESCRIPTION:
            assert section is not None
            interface = section.add_interface(block)
            if runs is not None:
                runs.add_interface(interface)
        elif kind in NUMBERED_BLOCKS:
            number += 1
        while runs is not None and (taken := runs.take(source, number + 1)):
            number += taken
            yield None
