"""What the numbers in Ethernet, IP and TCP headers stand for (IANA's registries; the common ones)."""

from typing import Final

IP_PROTOCOLS: Final = {
    0: "hop-by-hop options",
    1: "ICMP",
    2: "IGMP",
    4: "IP in IP",
    6: "TCP",
    8: "EGP",
    9: "IGP",
    17: "UDP",
    27: "RDP",
    33: "DCCP",
    41: "IPv6 in IP",
    43: "routing header",
    44: "fragment header",
    46: "RSVP",
    47: "GRE",
    50: "ESP",
    51: "AH",
    58: "ICMPv6",
    59: "no next header",
    60: "destination options",
    88: "EIGRP",
    89: "OSPF",
    94: "IPIP",
    97: "EtherIP",
    98: "encapsulation",
    103: "PIM",
    108: "IPComp",
    112: "VRRP",
    115: "L2TP",
    124: "IS-IS",
    132: "SCTP",
    135: "mobility header",
    136: "UDP-Lite",
    137: "MPLS",
    139: "HIP",
    140: "Shim6",
    143: "Ethernet",
}

ETHERNET_TYPES: Final = {
    0x0800: "IPv4",
    0x0806: "ARP",
    0x0842: "wake-on-LAN",
    0x22F0: "AVTP",
    0x6002: "DEC MOP",
    0x8035: "RARP",
    0x809B: "AppleTalk",
    0x8137: "IPX",
    0x86DD: "IPv6",
    0x8808: "MAC control",
    0x8809: "slow protocols",
    0x8863: "PPPoE discovery",
    0x888E: "EAPOL",
    0x8892: "PROFINET",
    0x88A4: "EtherCAT",
    0x88CC: "LLDP",
    0x88E1: "HomePlug",
    0x88E5: "MACsec",
    0x88F7: "PTP",
    0x8902: "CFM",
    0x8906: "FCoE",
    0x9000: "loopback test",
}

WITH_PORTS: Final = frozenset((6, 17, 33, 132, 136))  # TCP, UDP, DCCP, SCTP, UDP-Lite begin with both ports

# In the order of the handshake's names: SYN, ACK; the rest from the lowest bit up.
TCP_FLAGS: Final = (
    (0x002, "SYN"),
    (0x001, "FIN"),
    (0x004, "RST"),
    (0x008, "PSH"),
    (0x010, "ACK"),
    (0x020, "URG"),
    (0x040, "ECE"),
    (0x080, "CWR"),
    (0x100, "AE"),
    (0xE00, "reserved"),
)


def ip_protocol(number: int) -> str:
    """The name of an IP protocol, `protocol 200` for one without."""
    return IP_PROTOCOLS.get(number) or f"protocol {number}"
