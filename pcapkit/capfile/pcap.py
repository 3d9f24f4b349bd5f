"""Classic pcap files: one header, then records of a small header and a frame.

Sources: draft-ietf-opsawg-pcap; struct pcap_sf_pkthdr and pcap_sf_patched_pkthdr in libpcap's sf-pcap.c for
the kinds that the draft leaves out. Two kinds share a magic number with others and can only be guessed at;
they are read as what their magic number says (as libpcap does): Nokia's, and those of AIX.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from pcapkit.capfile.blocks import MAXIMUM_BLOCK, ByteOrder
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.runs import FrameRuns
from pcapkit.capfile.section import NANOSECONDS
from pcapkit.capfile.source import Source
from pcapkit.errors import FileError, ReadError


class _Variant(NamedTuple):
    """What a magic number says about the file."""

    units_per_second: int
    header_length: int = 24
    record_length: int = 16  # bytes before each frame


_VARIANTS = {
    0xA1B2C3D4: _Variant(1_000_000),
    0xA1B23C4D: _Variant(NANOSECONDS),
    0xA1B2CD34: _Variant(1_000_000, record_length=24),  # Kuznetzov's patch: interface, protocol, packet type
    0x1C0001AC: _Variant(NANOSECONDS, header_length=28),  # Ixia hardware capture: length of all records added
    0x1C0001AB: _Variant(1_000_000, header_length=28),  # Ixia software capture
}
_ORDERS: tuple[ByteOrder, ...] = ("<", ">")
PCAP_MAGICS: dict[bytes, tuple[_Variant, ByteOrder]] = {
    struct.pack(order + "I", magic): (variant, order) for magic, variant in _VARIANTS.items() for order in _ORDERS
}

# The largest frame that libpcap and Wireshark take from ordinary link types; a file whose snaplen is larger
# may have larger ones.
_MAXIMUM_FRAME = 262_144
_FCS_LENGTH_PRESENT = 0x0400_0000


class PcapHeader(NamedTuple):
    """A classic pcap file's header, and how to read the records after it."""

    interface: Interface
    order: ByteOrder
    lengths: int  # IN_ORDER, SWAPPED or SWAPPED_IF_LARGER
    flags: int  # what the header says of every frame, as epb_flags has it
    length: int  # bytes of the file header
    record_length: int  # bytes before each frame


def read_pcap_header(source: Source) -> PcapHeader:
    """The header of a classic pcap file whose magic number is next in `source`; it stays unread.

    Raises FileError if the version is not supported, ReadError if the header is cut short.
    """
    variant, order = PCAP_MAGICS[source.head(4)]
    there = source.need(variant.header_length)
    if there < variant.header_length:
        raise ReadError(
            f"{source.name}: cut short at offset 0: {there} bytes are less than the file header's "
            f"{variant.header_length}"
        )
    major, minor, _, _, snaplen, network = struct.unpack_from(order + "HHIIII", source.head(24), 4)
    return PcapHeader(
        Interface(network & 0xFFFF, snaplen, units_per_second=variant.units_per_second),
        order,
        _length_order(source.name, major, minor),
        _check_sequence_flags(network),
        variant.header_length,
        variant.record_length,
    )


def read_pcap(source: Source, file_header: PcapHeader, runs: FrameRuns | None = None) -> Iterator[CapturedFrame | None]:
    """Every frame of a classic pcap file whose header is next in `source`.

    None stands for frames that `runs` has taken instead.
    Raises ReadError at damage, after every whole record before it.
    """
    name = source.name
    interface, order, lengths, flags, skipped, header = file_header
    bound = min(max(_MAXIMUM_FRAME, interface.snaplen), MAXIMUM_BLOCK)
    unit = NANOSECONDS // interface.units_per_second
    unpack = struct.Struct(order + "IIII").unpack_from
    number = 0
    source.position += skipped
    if runs is not None:
        runs.begin_pcap(file_header, bound)
    while True:
        while runs is not None and (taken := runs.take(source, number + 1)):
            number += taken
            yield None
        if source.end - source.position < header:
            there = source.need(header)
            if there < header:
                if there == 0:
                    return
                raise ReadError(
                    f"{name}: cut short at offset {source.offset}: {there} bytes are less than a record header"
                )
        seconds, fraction, captured, wire_length = unpack(source.buffer, source.position)
        if lengths and (lengths == SWAPPED or captured > wire_length):
            captured, wire_length = wire_length, captured
        if captured > bound:
            raise ReadError(
                f"{name}: damaged at offset {source.offset}: a record claims {captured} captured bytes, "
                f"more than the {bound} that are accepted"
            )
        if source.end - source.position < header + captured:
            there = source.need(header + captured)
            if there < header + captured:
                raise ReadError(
                    f"{name}: cut short at offset {source.offset}: a record of {header + captured} bytes, of "
                    f"which {there} are there"
                )
        position = source.position
        after = position + header + captured
        source.position = after
        number += 1
        yield CapturedFrame(
            number,
            interface,
            0,
            seconds * NANOSECONDS + fraction * unit,
            bytes(source.buffer[position + header : after]),
            wire_length,
            (),
            flags,
            0,
            source.base + position,
        )


def _check_sequence_flags(network: int) -> int:
    """The length of the frame check sequence as epb_flags has it: bytes, in bits 5 to 8.

    The file header has it in its upper four bits, in units of two bytes, valid if bit 26 is set.
    """
    length = (network >> 28) * 2
    return length << 5 if network & _FCS_LENGTH_PRESENT and length < 16 else 0


IN_ORDER, SWAPPED, SWAPPED_IF_LARGER = 0, 1, 2


def _length_order(name: str, major: int, minor: int) -> int:
    """Whether original length comes before captured length: so until version 2.3, and in DG/UX's 543.0."""
    if major == 2:
        if minor < 3:
            return SWAPPED
        return SWAPPED_IF_LARGER if minor == 3 else IN_ORDER
    if (major, minor) == (543, 0):
        return SWAPPED
    raise FileError(f"{name}: pcap version {major}.{minor} is not supported, only 2.0 to 2.4")
