"""Each link type announces what it carries in its own way."""

import struct

import pytest

from pcapkit.layers.packet import Flaw, Network
from tests.layers.build import arp, decoded, ethernet, ipv4, ipv6, tcp

FOUR = ipv4(6, tcp(b"hello"))
SIX = ipv6(6, tcp(b"hello"))


def llc(kind: int, payload: bytes) -> bytes:
    return bytes.fromhex("aaaa03000000") + struct.pack("!H", kind) + payload


def cooked_1(kind: int, payload: bytes) -> bytes:
    return struct.pack("!HHH8sH", 0, 1, 6, bytes(8), kind) + payload


def cooked_2(kind: int, payload: bytes) -> bytes:
    return struct.pack("!HHIHBB8s", kind, 0, 2, 1, 0, 6, bytes(8)) + payload


def netfilter(family: int, payload: bytes, order: str = "<") -> bytes:
    prefix = struct.pack(f"{order}HH", 4 + 5, 10) + b"log: " + bytes(3)
    return bytes([family, 0, 0, 0]) + prefix + struct.pack(f"{order}HH", 4 + len(payload), 9) + payload


CARRIED = {
    "Ethernet, IPv4": (1, ethernet(0x0800, FOUR), 4),
    "Ethernet, IPv6": (1, ethernet(0x86DD, SIX), 6),
    "Ethernet, LLC and SNAP": (1, ethernet(8 + len(FOUR), llc(0x0800, FOUR)), 4),
    "raw, IPv4": (101, FOUR, 4),
    "raw, IPv6": (101, SIX, 6),
    "raw of BSD": (12, FOUR, 4),
    "raw of OpenBSD": (14, SIX, 6),
    "IPv4": (228, FOUR, 4),
    "IPv6": (229, SIX, 6),
    "null, little-endian": (0, struct.pack("<I", 2) + FOUR, 4),
    "null, big-endian": (0, struct.pack(">I", 2) + FOUR, 4),
    "null, IPv6 of Linux": (0, struct.pack("<I", 10) + SIX, 6),
    "null, IPv6 of NetBSD": (0, struct.pack("<I", 24) + SIX, 6),
    "null, IPv6 of FreeBSD": (0, struct.pack("<I", 28) + SIX, 6),
    "null, IPv6 of macOS": (0, struct.pack("<I", 30) + SIX, 6),
    "loop": (108, struct.pack(">I", 2) + FOUR, 4),
    "cooked": (113, cooked_1(0x0800, FOUR), 4),
    "cooked, IPv6": (113, cooked_1(0x86DD, SIX), 6),
    "cooked, LLC": (113, cooked_1(4, llc(0x0800, FOUR)), 4),
    "cooked v2": (276, cooked_2(0x0800, FOUR), 4),
    "cooked v2, IPv6": (276, cooked_2(0x86DD, SIX), 6),
    "PPP": (9, b"\xff\x03\x00\x21" + FOUR, 4),
    "PPP without address and control": (9, b"\x00\x57" + SIX, 6),
    "PPP, protocol in one byte": (9, b"\x21" + FOUR, 4),
    "Cisco HDLC": (104, b"\x0f\x00\x08\x00" + FOUR, 4),
    "FDDI": (10, b"\x50" + bytes(12) + llc(0x0800, FOUR), 4),
    "netfilter log": (239, netfilter(2, FOUR), 4),
    "netfilter log, big-endian": (239, netfilter(2, FOUR, ">"), 4),
    "netfilter log, IPv6": (239, netfilter(10, SIX), 6),
}


@pytest.mark.parametrize("name", CARRIED)
def test_what_is_carried(name: str) -> None:
    """The datagram is found, at its place, and the segment in it."""
    link, frame, version = CARRIED[name]
    packet = decoded(frame, link)
    assert packet.network == (Network.IPV4 if version == 4 else Network.IPV6)
    assert packet.flaw == Flaw.NONE
    assert packet.network_at == frame.index(FOUR if version == 4 else SIX)
    assert packet.has_segment
    assert packet.transport_at == packet.network_at + (20 if version == 4 else 40)
    assert (packet.segment.source_port, packet.segment.destination_port) == (40000, 80)
    assert packet.segment.payload_length == 5


@pytest.mark.parametrize("name", CARRIED)
def test_cut_anywhere(name: str) -> None:
    """However early the capture ends, it is a cut, or nothing that is read; what was kept whole is still read."""
    link, frame, _ = CARRIED[name]
    headers = len(frame) - 5
    for kept in range(len(frame) + 1):
        packet = decoded(frame, link, kept=kept)
        assert packet.has_segment == (kept >= headers)
        assert packet.flaw in (Flaw.NONE, Flaw.TRUNCATED)
        if 0 < kept < headers and packet.flaw == Flaw.NONE:
            assert packet.network == Network.NONE


@pytest.mark.parametrize("name", CARRIED)
def test_short_on_the_wire(name: str) -> None:
    """A frame that ends too early is short, not cut: nobody has the rest."""
    link, frame, _ = CARRIED[name]
    for wire in range(len(frame) - 5):
        packet = decoded(frame[:wire], link)
        assert not packet.has_segment
        assert packet.flaw in (Flaw.NONE, Flaw.SHORT)


def test_length_field_ends_the_frame() -> None:
    """In IEEE 802.3 what follows the stated length is padding."""
    packet = decoded(ethernet(8 + len(FOUR), llc(0x0800, FOUR) + bytes(20)))
    assert packet.end == 14 + 8 + len(FOUR)


def test_padding_is_no_payload() -> None:
    """60 bytes of Ethernet around 40 of datagram carry nothing."""
    packet = decoded(ethernet(0x0800, ipv4(6, tcp()), pad=True))
    assert packet.segment.payload_length == 0
    assert packet.end == 54


@pytest.mark.parametrize(
    ("link", "frame"),
    [
        (1, ethernet(0x88CC, bytes(46))),
        (1, ethernet(39, bytes.fromhex("424203") + bytes(43))),
        (101, b"\x00" * 20),
        (0, struct.pack("<I", 7) + bytes(20)),
        (9, b"\xff\x03\xc0\x21" + bytes(8)),
        (105, bytes(40)),
        (65535, bytes(40)),
        (1, ethernet(3, bytes.fromhex("0001af") + bytes(43))),
        (1, ethernet(38, bytes.fromhex("aaaa0300000c2000") + bytes(38))),
        (104, bytes.fromhex("8f008035") + bytes(18)),
    ],
    ids=[
        "LLDP",
        "spanning tree",
        "raw",
        "null",
        "PPP LCP",
        "IEEE 802.11",
        "unknown",
        "LLC alone",
        "SNAP of Cisco",
        "SLARP",
    ],
)
def test_not_followed(link: int, frame: bytes) -> None:
    """Nothing that pcapkit reads, and nothing wrong with it."""
    packet = decoded(frame, link)
    assert packet.network == Network.NONE
    assert packet.flaw == Flaw.NONE
    assert not packet.has_segment


def test_ethernet_type_that_is_not_followed_is_told() -> None:
    """For people who want to see what it was."""
    assert decoded(ethernet(0x88CC, bytes(46))).ethertype == 0x88CC


def test_arp_over_each_link() -> None:
    """ARP needs no IP around it."""
    message = arp(1)
    for link, frame in ((1, ethernet(0x0806, message, pad=True)), (113, cooked_1(0x0806, message))):
        packet = decoded(frame, link)
        assert packet.network == Network.ARP
        assert packet.network_at == frame.index(message)
        assert packet.datagrams == 0
