"""IPv6 (RFC 8200) and its extension headers."""

from typing import Final

from pcapkit.layers.ipv4 import AUTHENTICATION
from pcapkit.layers.packet import NO_PROTOCOL, NO_TYPE, Flaw, Network, Packet, lacks, stop
from pcapkit.subset import U16, Frame, u8, u16

HOP_BY_HOP: Final = 0
ROUTING: Final = 43
FRAGMENT: Final = 44
NO_NEXT_HEADER: Final = 59
DESTINATION_OPTIONS: Final = 60
MOBILITY: Final = 135
HOST_IDENTITY: Final = 139
SHIM6: Final = 140
MAX_EXTENSIONS: Final = 16


def ipv6(frame: Frame, packet: Packet) -> None:
    """Read the header at the cursor and the extension headers behind it."""
    if lacks(packet, len(frame), 40):
        return
    if u8(frame, packet.at) >> 4 != 6:
        stop(packet, Flaw.BAD_VERSION)
        return
    payload_length = u16(frame, packet.at + 4)
    # A payload length of 0 is a jumbogram's (RFC 2675) or BIG TCP's: all the frame counts.
    if payload_length != 0 and packet.at + 40 + payload_length < packet.end:
        packet.end = packet.at + 40 + payload_length
    packet.network = Network.IPV6
    packet.network_at = packet.at
    packet.addresses_at = packet.at + 8
    packet.address_length = 16
    packet.datagrams += 1
    packet.ethertype = NO_TYPE
    packet.protocol = u8(frame, packet.at + 6)
    packet.fragment = False
    packet.fragment_offset = 0
    packet.at += 40
    extensions(frame, packet)


def extensions(frame: Frame, packet: Packet) -> None:
    """Follow the chain of extension headers (RFC 8200 section 4) to the header that is none."""
    for _ in range(MAX_EXTENSIONS):
        kind = packet.protocol
        if kind == FRAGMENT:
            if lacks(packet, len(frame), 8):
                return
            placement = u16(frame, packet.at + 2)
            packet.fragment_offset = placement >> 3 << 3
            packet.fragment = packet.fragment_offset != 0 or placement & 1 != 0
            packet.protocol = u8(frame, packet.at)
            packet.at += 8
            if packet.fragment:
                return
        elif is_extension(kind):
            if lacks(packet, len(frame), 8):
                return
            length = u8(frame, packet.at + 1) * 8 + 8
            if kind == AUTHENTICATION:
                length = u8(frame, packet.at + 1) * 4 + 8
            if lacks(packet, len(frame), length):
                return
            packet.protocol = u8(frame, packet.at)
            packet.at += length
        elif kind == NO_NEXT_HEADER:
            packet.protocol = NO_PROTOCOL
            return
        else:
            return
    stop(packet, Flaw.TOO_DEEP)


def is_extension(kind: U16) -> bool:
    """Tell whether a protocol number is an extension header with its length in the second byte."""
    return (
        kind == HOP_BY_HOP
        or kind == ROUTING
        or kind == DESTINATION_OPTIONS
        or kind == AUTHENTICATION
        or kind == MOBILITY
        or kind == HOST_IDENTITY
        or kind == SHIM6
    )
