"""Ethernet, Linux cooked or nothing; IPv4; TCP."""

from typing import Final

from pcapkit.subset import U16, U32, Frame, u8, u16, u32
from tests.translate.toy.packet import Packet

ETHERNET: Final = 1
RAW: Final = 101
COOKED: Final = 113
IPV4: Final = 0x0800
TCP: Final = 6


def decode(frame: Frame, wire: U32, link: U16, packet: Packet) -> None:
    """Describe a frame; has_segment says whether it is a whole TCP header in IPv4."""
    packet.has_segment = False
    if not find_network(frame, link, packet):
        return
    first = u8(frame, packet.at)
    header_length = (first & 15) * 4
    if first >> 4 != 4 or header_length < 20 or u8(frame, packet.at + 9) != TCP:
        return
    if packet.at + header_length + 20 > len(frame) or wire < len(frame):
        return
    packet.ttl = u8(frame, packet.at + 8)
    packet.addresses_at = packet.at + 12
    packet.transport_at = packet.at + header_length
    at = packet.transport_at
    segment = packet.segment
    segment.source_port = u16(frame, at)
    segment.destination_port = u16(frame, at + 2)
    segment.seq = u32(frame, at + 4)
    segment.ack = u32(frame, at + 8)
    segment.flags = u16(frame, at + 12) & 0x0FFF
    segment.window = u16(frame, at + 14)
    packet.has_segment = True


def find_network(frame: Frame, link: U16, packet: Packet) -> bool:
    """Move the cursor to the IPv4 header, if there is one."""
    packet.at = 0
    kind = 0
    if link == ETHERNET:
        kind = u16(frame, 12)
        packet.at = 14
    elif link == COOKED:
        kind = u16(frame, 14)
        packet.at = 16
    elif link == RAW:
        return True
    return kind == IPV4
