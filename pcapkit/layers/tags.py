"""What may stand between link and network: VLAN tags, MPLS labels, PPPoE."""

from typing import Final

from pcapkit.layers.link import TYPE_ETHERNET, TYPE_IPV4, TYPE_IPV6, TYPE_PPP, ethernet, ppp, type_or_length
from pcapkit.layers.packet import NO_TYPE, Flaw, Packet, lacks, stop
from pcapkit.subset import Frame, u8, u16

TYPE_VLAN: Final = 0x8100  # IEEE 802.1Q
TYPE_VLAN_SERVICE: Final = 0x88A8  # IEEE 802.1ad
TYPE_VLAN_OLD: Final = 0x9100  # QinQ before 802.1ad
TYPE_MPLS: Final = 0x8847  # RFC 3032
TYPE_MPLS_MULTICAST: Final = 0x8848
TYPE_PPPOE: Final = 0x8864  # RFC 2516, session stage
MAX_TAGS: Final = 16


def tags(frame: Frame, packet: Packet) -> None:
    """Read on until the next header is a network header, or one that pcapkit does not read."""
    for _ in range(MAX_TAGS):
        kind = packet.ethertype
        if kind == TYPE_IPV4 or kind == TYPE_IPV6:
            return
        if kind == TYPE_VLAN or kind == TYPE_VLAN_SERVICE or kind == TYPE_VLAN_OLD:
            vlan(frame, packet)
        elif kind == TYPE_MPLS or kind == TYPE_MPLS_MULTICAST:
            mpls(frame, packet)
        elif kind == TYPE_PPPOE:
            packet.ethertype = NO_TYPE
            if not lacks(packet, len(frame), 6):
                packet.at += 6
                ppp(frame, packet)
        elif kind == TYPE_PPP:
            ppp(frame, packet)
        elif kind == TYPE_ETHERNET:
            ethernet(frame, packet)
        else:
            return
    stop(packet, Flaw.TOO_DEEP)


def vlan(frame: Frame, packet: Packet) -> None:
    """A tag (IEEE 802.1Q): two bytes of control information, then the type or length again."""
    if lacks(packet, len(frame), 4):
        return
    packet.vlan = u16(frame, packet.at)
    packet.vlan_tags += 1
    kind = u16(frame, packet.at + 2)
    packet.at += 4
    packet.ethertype = NO_TYPE
    type_or_length(frame, packet, kind)


def mpls(frame: Frame, packet: Packet) -> None:
    """A label stack entry; below the last one the first half byte tells IPv4 from IPv6 (RFC 4928)."""
    if lacks(packet, len(frame), 4):
        return
    bottom = u8(frame, packet.at + 2) & 1
    packet.at += 4
    if bottom == 1:
        version = u8(frame, packet.at) >> 4
        if version == 4:
            packet.ethertype = TYPE_IPV4
        elif version == 6:
            packet.ethertype = TYPE_IPV6
        else:
            packet.ethertype = NO_TYPE
