"""Datagrams inside datagrams: IP in IP, GRE, and the two common UDP tunnels."""

from typing import Final

from pcapkit.layers.link import TYPE_ETHERNET, TYPE_IPV4, TYPE_IPV6
from pcapkit.layers.packet import Packet, lacks
from pcapkit.subset import Frame, u8, u16

IPIP: Final = 4  # RFC 2003
IPV6_IN: Final = 41  # RFC 4213
GRE: Final = 47  # RFC 2784, RFC 2890; version 1 (PPTP): RFC 2637
UDP: Final = 17

GRE_CHECKSUM: Final = 0x8000
GRE_ROUTING: Final = 0x4000
GRE_KEY: Final = 0x2000
GRE_SEQUENCE: Final = 0x1000
GRE_ACKNOWLEDGEMENT: Final = 0x0080
TYPE_ERSPAN: Final = 0x88BE

PORT_VXLAN: Final = 4789  # RFC 7348
PORT_GENEVE: Final = 6081  # RFC 8926


def tunnel(frame: Frame, packet: Packet) -> None:
    """Where the datagram carries another one, make that the next header."""
    if packet.protocol == IPIP:
        packet.ethertype = TYPE_IPV4
    elif packet.protocol == IPV6_IN:
        packet.ethertype = TYPE_IPV6
    elif packet.protocol == GRE:
        gre(frame, packet)
    elif packet.protocol == UDP:
        udp_tunnel(frame, packet)


def gre(frame: Frame, packet: Packet) -> None:
    """A header of 4 bytes and four more for each of checksum, key, sequence number, acknowledgement."""
    if lacks(packet, len(frame), 4):
        return
    flags = u16(frame, packet.at)
    kind = u16(frame, packet.at + 2)
    length = 4
    if flags & GRE_CHECKSUM != 0:
        length += 4
    if flags & GRE_KEY != 0:
        length += 4
    if flags & GRE_SEQUENCE != 0:
        length += 4
    if flags & 7 == 1 and flags & GRE_ACKNOWLEDGEMENT != 0:
        length += 4
    if flags & GRE_ROUTING != 0 or flags & 7 > 1 or lacks(packet, len(frame), length):
        return
    packet.at += length
    if kind == TYPE_ERSPAN:
        kind = TYPE_ETHERNET
        if flags & GRE_SEQUENCE != 0:  # type II has a header of its own, type I has none
            packet.at += 8
    packet.ethertype = kind


def udp_tunnel(frame: Frame, packet: Packet) -> None:
    """VXLAN and Geneve, known by their destination port. A datagram too short for either has something else."""
    port = u16(frame, packet.at + 2)
    if packet.at + 16 > packet.end:
        return
    if port == PORT_VXLAN:
        if not lacks(packet, len(frame), 16) and u8(frame, packet.at + 8) & 8 != 0:
            packet.at += 16
            packet.ethertype = TYPE_ETHERNET
    elif port == PORT_GENEVE and not lacks(packet, len(frame), 16):
        options = (u8(frame, packet.at + 8) & 0x3F) * 4
        kind = u16(frame, packet.at + 10)
        if not lacks(packet, len(frame), 16 + options):
            packet.at += 16 + options
            packet.ethertype = kind
