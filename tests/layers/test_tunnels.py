"""Datagrams inside datagrams: the innermost counts."""

import struct

import pytest

from pcapkit.layers.packet import Flaw, Network
from tests.layers.build import authentication, decoded, ethernet, ipv4, ipv6, tcp, udp, vlan

FOUR = ipv4(6, tcp(b"hello"), source="192.168.0.1", target="192.168.0.2")
SIX = ipv6(6, tcp(b"hello"), source="fd00::a", target="fd00::b")
INNER = ethernet(0x0800, FOUR)


def gre(kind: int, payload: bytes, flags: int = 0, fields: int = 0) -> bytes:
    return struct.pack("!HH", flags, kind) + bytes(4 * fields) + payload


def vxlan(payload: bytes, flags: int = 8) -> bytes:
    return udp(struct.pack("!II", flags << 24, 7 << 8) + payload, target=4789)


def geneve(kind: int, payload: bytes, options: int = 0) -> bytes:
    return udp(struct.pack("!BBHI", options // 4, 0, kind, 7 << 8) + bytes(options) + payload, target=6081)


TUNNELS = {
    "IPv4 in IPv4": ipv4(4, FOUR),
    "IPv6 in IPv4": ipv4(41, SIX),
    "GRE": ipv4(47, gre(0x0800, FOUR)),
    "GRE, IPv6": ipv4(47, gre(0x86DD, SIX)),
    "GRE with checksum": ipv4(47, gre(0x0800, FOUR, 0x8000, 1)),
    "GRE with key and sequence": ipv4(47, gre(0x0800, FOUR, 0x3000, 2)),
    "GRE with all three": ipv4(47, gre(0x0800, FOUR, 0xB000, 3)),
    "GRE, Ethernet": ipv4(47, gre(0x6558, INNER)),
    "GRE, ERSPAN I": ipv4(47, gre(0x88BE, INNER)),
    "GRE, ERSPAN II": ipv4(47, gre(0x88BE, bytes(8) + INNER, 0x1000, 1)),
    "PPTP": ipv4(47, gre(0x880B, b"\xff\x03\x00\x21" + FOUR, 0x3081, 3)),
    "VXLAN": ipv4(17, vxlan(INNER)),
    "VXLAN, tagged inside": ipv4(17, vxlan(ethernet(0x8100, vlan(9, 0x0800, FOUR)))),
    "Geneve, Ethernet": ipv4(17, geneve(0x6558, INNER)),
    "Geneve, IPv4, options": ipv4(17, geneve(0x0800, FOUR, 12)),
    "IPsec AH in tunnel mode": ipv4(51, authentication(4) + FOUR),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_innermost(name: str) -> None:
    """Segment, addresses and length are those of the inner datagram."""
    inner = SIX if "IPv6" in name else FOUR
    frame = ethernet(0x0800, TUNNELS[name])
    packet = decoded(frame)
    assert packet.flaw == Flaw.NONE
    assert packet.datagrams == 2
    assert packet.network == (Network.IPV6 if "IPv6" in name else Network.IPV4)
    assert packet.network_at == frame.index(inner)
    assert packet.has_segment
    assert packet.segment.payload_length == 5
    assert packet.vlan_tags == (1 if "tagged" in name else 0)


def test_over_ipv6() -> None:
    """The outer datagram may be of either version."""
    for payload, protocol in ((FOUR, 4), (SIX, 41), (gre(0x0800, FOUR), 47), (vxlan(INNER), 17)):
        packet = decoded(ethernet(0x86DD, ipv6(protocol, payload)))
        assert packet.datagrams == 2
        assert packet.has_segment


def test_nested_up_to_eight() -> None:
    """Eight datagrams inside one another are followed, nine are not."""
    datagram = FOUR
    for depth in range(2, 12):
        datagram = ipv4(4, datagram)
        packet = decoded(ethernet(0x0800, datagram))
        assert packet.has_segment == (depth <= 8)
        assert packet.flaw == (Flaw.NONE if depth <= 8 else Flaw.TOO_DEEP)


def test_fragment_of_a_tunnel() -> None:
    """Its inner datagram is not all here."""
    packet = decoded(ethernet(0x0800, ipv4(4, FOUR, placement=0x2000)))
    assert (packet.datagrams, packet.fragment, packet.has_segment) == (1, True, False)


def test_inner_length_ends_the_segment() -> None:
    """What the outer datagram has behind the inner one is no payload."""
    packet = decoded(ethernet(0x0800, ipv4(4, FOUR + b"surplus")))
    assert packet.segment.payload_length == 5


def test_inner_arp() -> None:
    """ARP in VXLAN."""
    packet = decoded(ethernet(0x0800, ipv4(17, vxlan(ethernet(0x0806, bytes(8))))))
    assert (packet.network, packet.datagrams) == (Network.ARP, 1)


@pytest.mark.parametrize(
    "datagram",
    [
        ipv4(47, gre(0x0800, FOUR, 0x4000, 1)),
        ipv4(17, vxlan(INNER, flags=0)),
        ipv4(17, udp(INNER, target=4790)),
        ipv4(47, gre(0x88CC, FOUR)),
        ipv4(50, FOUR),
        ipv4(47, gre(0x0800, FOUR, 2)),
        ipv4(17, udp(b"hello", target=4789)),
        ipv4(17, udp(b"", target=6081)),
    ],
    ids=[
        "GRE with source route",
        "VXLAN without network",
        "another port",
        "GRE with LLDP",
        "ESP",
        "GRE version 2",
        "short 4789",
        "short 6081",
    ],
)
def test_not_followed(datagram: bytes) -> None:
    """The outer datagram is what there is."""
    packet = decoded(ethernet(0x0800, datagram))
    assert (packet.network, packet.datagrams, packet.has_segment) == (Network.IPV4, 1, False)
    assert packet.network_at == 14
    assert packet.flaw == Flaw.NONE
