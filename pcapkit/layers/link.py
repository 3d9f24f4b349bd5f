"""Link-layer headers: how each kind of interface announces what a frame carries.

The link types are those of pcap and pcapng (LINKTYPE_*, draft-ietf-opsawg-pcaplinktype).
"""

from typing import Final

from pcapkit.layers.packet import NO_TYPE, Packet, lacks
from pcapkit.subset import U16, U32, Frame, u8, u16, u32

LINK_NULL: Final = 0
LINK_ETHERNET: Final = 1
LINK_PPP: Final = 9
LINK_FDDI: Final = 10
LINK_RAW: Final = 101
LINK_CHDLC: Final = 104
LINK_LOOP: Final = 108
LINK_LINUX_SLL: Final = 113
LINK_IPV4: Final = 228
LINK_IPV6: Final = 229
LINK_NFLOG: Final = 239
LINK_LINUX_SLL2: Final = 276
LINK_RAW_BSD: Final = 12
LINK_RAW_OPENBSD: Final = 14

TYPE_IPV4: Final = 0x0800
TYPE_IPV6: Final = 0x86DD
TYPE_ARP: Final = 0x0806
TYPE_RARP: Final = 0x8035
TYPE_ETHERNET: Final = 0x6558  # a whole Ethernet frame (transparent Ethernet bridging)
TYPE_PPP: Final = 0x880B

LEAST_TYPE: Final = 0x0600  # below it, the field behind the addresses is a length (IEEE 802.3)
NFLOG_PAYLOAD: Final = 9  # the TLV that holds the datagram
MAX_TLVS: Final = 32


def link_layer(frame: Frame, link: U16, packet: Packet) -> None:
    """Read the outermost header of a frame from an interface of type `link`."""
    if link == LINK_ETHERNET:
        ethernet(frame, packet)
    elif link == LINK_LINUX_SLL:
        announced_at(frame, packet, 14, 16)
    elif link == LINK_LINUX_SLL2:
        announced_at(frame, packet, 0, 20)
    elif link == LINK_RAW or link == LINK_RAW_BSD or link == LINK_RAW_OPENBSD:
        raw_ip(frame, packet)
    elif link == LINK_NULL or link == LINK_LOOP:
        null_loopback(frame, packet)
    elif link == LINK_IPV4:
        packet.ethertype = TYPE_IPV4
    elif link == LINK_IPV6:
        packet.ethertype = TYPE_IPV6
    elif link == LINK_FDDI:
        fddi(frame, packet)
    elif link == LINK_PPP:
        ppp(frame, packet)
    elif link == LINK_CHDLC:
        cisco_hdlc(frame, packet)
    elif link == LINK_NFLOG:
        nflog(frame, packet)


def ethernet(frame: Frame, packet: Packet) -> None:
    """Ethernet II, or IEEE 802.3 with a length, behind which LLC begins and padding may follow."""
    if lacks(packet, len(frame), 14):
        return
    kind = u16(frame, packet.at + 12)
    packet.at += 14
    type_or_length(frame, packet, kind)


def type_or_length(frame: Frame, packet: Packet, kind: U16) -> None:
    """Follow the field that is an EtherType in Ethernet II and a length in IEEE 802.3."""
    if kind >= LEAST_TYPE:
        packet.ethertype = kind
    elif packet.at + kind <= packet.end:
        packet.end = packet.at + kind
        llc(frame, packet)
    else:
        llc(frame, packet)


def llc(frame: Frame, packet: Packet) -> None:
    """IEEE 802.2 LLC with SNAP (RFC 1042): an EtherType again; any other service access point ends here."""
    packet.ethertype = NO_TYPE
    if lacks(packet, len(frame), 3):
        return
    if u16(frame, packet.at) != 0xAAAA or u8(frame, packet.at + 2) != 3 or lacks(packet, len(frame), 8):
        return
    if u8(frame, packet.at + 3) == 0 and u16(frame, packet.at + 4) == 0:
        packet.ethertype = u16(frame, packet.at + 6)
        packet.at += 8


def announced_at(frame: Frame, packet: Packet, type_at: U32, length: U32) -> None:
    """A header of fixed length with an EtherType at a fixed place: Linux cooked v1 and v2."""
    if lacks(packet, len(frame), length):
        return
    kind = u16(frame, packet.at + type_at)
    packet.at += length
    if kind == 4:  # LINUX_SLL_P_802_2
        llc(frame, packet)
    else:
        packet.ethertype = kind


def fddi(frame: Frame, packet: Packet) -> None:
    """FDDI (ISO 9314): frame control, two addresses, LLC where the frame control announces it."""
    if lacks(packet, len(frame), 13):
        return
    control = u8(frame, packet.at)
    packet.at += 13
    if control >> 3 == 0x0A:  # an asynchronous LLC frame of any priority
        llc(frame, packet)


def cisco_hdlc(frame: Frame, packet: Packet) -> None:
    """Cisco HDLC: address, control, an EtherType; but RARP's number is SLARP's there, a keep-alive protocol."""
    if lacks(packet, len(frame), 4):
        return
    kind = u16(frame, packet.at + 2)
    packet.at += 4
    packet.ethertype = NO_TYPE if kind == TYPE_RARP else kind


def raw_ip(frame: Frame, packet: Packet) -> None:
    """No link header: the first half byte is the IP version."""
    if lacks(packet, len(frame), 1):
        return
    version = u8(frame, packet.at) >> 4
    if version == 4:
        packet.ethertype = TYPE_IPV4
    elif version == 6:
        packet.ethertype = TYPE_IPV6


def null_loopback(frame: Frame, packet: Packet) -> None:
    """BSD loopback: an address family in four bytes, in the recording host's order (NULL) or the network's (LOOP)."""
    if lacks(packet, len(frame), 4):
        return
    family = u32(frame, packet.at)
    if family >= 0x10000:  # families are small: the bytes are the other way round
        family = u16_swapped(frame, packet.at + 2) * 65536 + u16_swapped(frame, packet.at)
    packet.at += 4
    if family == 2:
        packet.ethertype = TYPE_IPV4
    elif family == 10 or family == 24 or family == 28 or family == 30:  # Linux, NetBSD, FreeBSD, macOS
        packet.ethertype = TYPE_IPV6
    elif family >= LEAST_TYPE and family <= 0xFFFF:
        packet.ethertype = family & 0xFFFF


def u16_swapped(frame: Frame, at: U32) -> U16:
    """Two bytes, the less significant one first."""
    return u8(frame, at + 1) * 256 + u8(frame, at)


def ppp(frame: Frame, packet: Packet) -> None:
    """PPP (RFC 1661), with or without address and control bytes, the protocol in one byte or two."""
    if u8(frame, packet.at) == 0xFF:
        packet.at += 2
    if lacks(packet, len(frame), 2):
        return
    kind = u16(frame, packet.at)
    if (kind >= 0x2100 and kind < 0x2200) or (kind >= 0x5700 and kind < 0x5800):  # an odd first byte ends the field
        kind = kind >> 8
        packet.at += 1
    else:
        packet.at += 2
    if kind == 0x0021:
        packet.ethertype = TYPE_IPV4
    elif kind == 0x0057:
        packet.ethertype = TYPE_IPV6
    elif kind == 0x0281:
        packet.ethertype = 0x8847
    else:
        packet.ethertype = NO_TYPE


def nflog(frame: Frame, packet: Packet) -> None:
    """Linux netfilter log: an address family, then TLVs in the recording host's order; one holds the datagram."""
    if lacks(packet, len(frame), 4):
        return
    family = u8(frame, packet.at)
    packet.at += 4
    for _ in range(MAX_TLVS):
        if lacks(packet, len(frame), 4):
            return
        # A kind below 256 shows the byte order: its other byte is zero.
        length = u8(frame, packet.at + 1) * 256 + u8(frame, packet.at)
        kind = u8(frame, packet.at + 2)
        if kind == 0:
            length = u16(frame, packet.at)
            kind = u8(frame, packet.at + 3)
        if length < 4:
            return
        if kind == NFLOG_PAYLOAD:
            packet.at += 4
            if family == 2:
                packet.ethertype = TYPE_IPV4
            elif family == 10:
                packet.ethertype = TYPE_IPV6
            return
        packet.at += (length + 3) // 4 * 4
