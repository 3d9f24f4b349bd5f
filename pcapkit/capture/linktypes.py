"""Which bytes an interface delivers: from the kernel's hardware type (ARPHRD_*) to the file's link type.

Numbers: ARPHRD_* from linux/if_arp.h, LINKTYPE_* and DLT_* from https://www.tcpdump.org/linktypes.html. The
choice follows libpcap's map_arphrd_to_dlt, so that a filter compiled for an interface sees the bytes that are
stored.
"""

from typing import Final, NamedTuple

_DLT_LINUX_SLL: Final = 113


class LinkType(NamedTuple):
    """How frames of one kind of interface are stored and filtered.

    number: LINKTYPE_* as written to files. dlt: the number that libpcap's compiler wants.
    cooked: the kernel hands over the payload only (SOCK_DGRAM) and a 16-byte LINUX_SLL header is built in
    front. tag_offset: where an 802.1Q tag that the kernel took out goes back in; 0 where there is none.
    """

    number: int
    dlt: int
    name: str
    description: str
    cooked: bool = False
    tag_offset: int = 0


ETHERNET: Final = LinkType(1, 1, "EN10MB", "Ethernet", tag_offset=12)
RAW_IP: Final = LinkType(101, 12, "RAW", "Raw IP")
IEEE802_11: Final = LinkType(105, 105, "IEEE802_11", "802.11")
PRISM: Final = LinkType(119, 119, "PRISM_HEADER", "802.11 plus Prism header")
RADIOTAP: Final = LinkType(127, 127, "IEEE802_11_RADIO", "802.11 plus radiotap header")
NETLINK: Final = LinkType(253, 253, "NETLINK", "Linux netlink")
COOKED: Final = LinkType(_DLT_LINUX_SLL, _DLT_LINUX_SLL, "LINUX_SLL", "Linux cooked v1", cooked=True, tag_offset=14)

LOOPBACK_HARDWARE: Final = 772

_BY_HARDWARE: Final[dict[int, LinkType]] = {
    1: ETHERNET,  # ARPHRD_ETHER
    LOOPBACK_HARDWARE: ETHERNET,  # ARPHRD_LOOPBACK: frames carry an Ethernet header of zeros
    23: ETHERNET,  # ARPHRD_METRICOM
    256: RAW_IP,  # ARPHRD_SLIP
    257: RAW_IP,  # ARPHRD_CSLIP
    258: RAW_IP,  # ARPHRD_SLIP6
    259: RAW_IP,  # ARPHRD_CSLIP6
    264: RAW_IP,  # ARPHRD_ADAPT
    519: RAW_IP,  # ARPHRD_RAWIP
    768: RAW_IP,  # ARPHRD_TUNNEL
    769: RAW_IP,  # ARPHRD_TUNNEL6
    776: RAW_IP,  # ARPHRD_SIT
    801: IEEE802_11,
    802: PRISM,
    803: RADIOTAP,
    824: NETLINK,
    0xFFFE: RAW_IP,  # ARPHRD_NONE: tun and WireGuard devices
}


def link_type(hardware: int) -> LinkType:
    """The link type for an ARPHRD_* number; cooked for PPP, GRE and all without a stable header."""
    return _BY_HARDWARE.get(hardware, COOKED)
