"""VLAN tags, MPLS labels and PPPoE between link and network."""

import struct

from pcapkit.layers.packet import Flaw, Network
from tests.layers.build import decoded, ethernet, ipv4, ipv6, tcp, vlan

FOUR = ipv4(6, tcp(b"hello"))
SIX = ipv6(6, tcp(b"hello"))


def label(number: int, *, bottom: bool) -> bytes:
    return struct.pack("!I", number << 12 | bottom << 8 | 64)


def test_one_tag() -> None:
    """Priority 5, VLAN 7: kept as it stands there."""
    packet = decoded(ethernet(0x8100, vlan(0xA007, 0x0800, FOUR)))
    assert (packet.vlan_tags, packet.vlan) == (1, 0xA007)
    assert packet.network_at == 18
    assert packet.has_segment


def test_two_tags() -> None:
    """Of a service tag and a customer tag the inner one counts."""
    for outer in (0x88A8, 0x8100, 0x9100):
        packet = decoded(ethernet(outer, vlan(100, 0x8100, vlan(7, 0x86DD, SIX))))
        assert (packet.vlan_tags, packet.vlan) == (2, 7)
        assert packet.network == Network.IPV6
        assert packet.segment.payload_length == 5


def test_tag_before_a_length() -> None:
    """A tag is followed by a type or a length, as an Ethernet header is."""
    snap = bytes.fromhex("aaaa030000000800")
    packet = decoded(ethernet(0x8100, vlan(7, 8 + len(FOUR), snap + FOUR + bytes(9))))
    assert packet.has_segment
    assert packet.end == 14 + 4 + 8 + len(FOUR)


def test_tags_are_forgotten() -> None:
    """The next frame has none."""
    assert decoded(ethernet(0x0800, FOUR)).vlan_tags == 0


def test_too_many_tags() -> None:
    """A hundred tags are a frame made to trouble readers."""
    payload = FOUR
    kind = 0x0800
    for _ in range(100):
        payload = vlan(1, kind, payload)
        kind = 0x8100
    packet = decoded(ethernet(kind, payload))
    assert packet.flaw == Flaw.TOO_DEEP
    assert not packet.has_segment


def test_labels() -> None:
    """Below the bottom label the first half byte tells the version."""
    for inner, network in ((FOUR, Network.IPV4), (SIX, Network.IPV6)):
        packet = decoded(ethernet(0x8847, label(16, bottom=False) + label(17, bottom=True) + inner))
        assert packet.network == network
        assert packet.network_at == 22
        assert packet.has_segment
    packet = decoded(ethernet(0x8847, label(16, bottom=True) + b"\x00" + bytes(40)))
    assert (packet.network, packet.flaw) == (Network.NONE, Flaw.NONE)


def test_session() -> None:
    """PPPoE, session stage, with both versions in PPP."""
    for number, inner, network in ((0x21, FOUR, Network.IPV4), (0x57, SIX, Network.IPV6)):
        ppp = struct.pack("!H", number) + inner
        packet = decoded(ethernet(0x8864, struct.pack("!BBHH", 0x11, 0, 1, len(ppp)) + ppp))
        assert packet.network == network
        assert packet.network_at == 22
        assert packet.has_segment
