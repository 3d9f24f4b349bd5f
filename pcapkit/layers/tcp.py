"""TCP (RFC 9293 section 3.1): the header, as a Segment."""

from typing import Final

from pcapkit.layers.packet import Flaw, Packet, lacks, stop
from pcapkit.subset import Frame, u16, u32

TCP: Final = 6

FIN: Final = 0x001
SYN: Final = 0x002
RST: Final = 0x004
PSH: Final = 0x008
ACK: Final = 0x010
URG: Final = 0x020
ECE: Final = 0x040  # RFC 3168
CWR: Final = 0x080  # RFC 3168
AE: Final = 0x100  # RFC 9768


def tcp(frame: Frame, packet: Packet) -> None:
    """Read the header at the cursor; the payload is what the datagram has behind it."""
    if lacks(packet, len(frame), 20):
        return
    at = packet.at
    offset_and_flags = u16(frame, at + 12)
    header_length = (offset_and_flags >> 12) * 4
    if header_length < 20:
        stop(packet, Flaw.BAD_LENGTH)
        return
    if at + header_length > packet.end:
        stop(packet, Flaw.SHORT)
        return
    segment = packet.segment
    segment.source_port = u16(frame, at)
    segment.destination_port = u16(frame, at + 2)
    segment.seq = u32(frame, at + 4)
    segment.ack = u32(frame, at + 8)
    segment.header_length = header_length
    segment.flags = offset_and_flags & 0x0FFF
    segment.window = u16(frame, at + 14)
    segment.payload_length = (packet.end - at - header_length) % 2**32
    packet.has_segment = True
