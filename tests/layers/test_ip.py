"""IPv4 and IPv6: lengths, options, extension headers, fragments, and what contradicts itself."""

import struct

import pytest

from pcapkit.layers.packet import NO_PROTOCOL, Flaw, Network, Packet
from tests.layers.build import (
    authentication,
    decoded,
    ethernet,
    extension,
    fragment,
    ipv4,
    ipv6,
    tcp,
    udp,
)


def four(datagram: bytes) -> Packet:
    return decoded(ethernet(0x0800, datagram))


def six(datagram: bytes) -> Packet:
    return decoded(ethernet(0x86DD, datagram))


def test_ipv4_addresses() -> None:
    """Where they stand."""
    frame = ethernet(0x0800, ipv4(6, tcp()))
    packet = decoded(frame)
    at = packet.addresses_at
    assert packet.address_length == 4
    assert frame[at : at + 8] == bytes([10, 0, 0, 1, 10, 0, 0, 2])


def test_ipv6_addresses() -> None:
    """Where they stand."""
    frame = ethernet(0x86DD, ipv6(6, tcp()))
    packet = decoded(frame)
    at = packet.addresses_at
    assert packet.address_length == 16
    assert frame[at : at + 32] == bytes.fromhex("fd" + "00" * 14 + "01" + "fd" + "00" * 14 + "02")


@pytest.mark.parametrize("length", range(0, 41, 4))
def test_ipv4_options(length: int) -> None:
    """The transport header is behind them."""
    packet = four(ipv4(6, tcp(b"hello"), options=bytes([1]) * length))
    assert packet.transport_at == 14 + 20 + length
    assert packet.segment.payload_length == 5


def test_ipv4_total_length_0() -> None:
    """The network card was to fill it in: all the frame counts."""
    packet = four(ipv4(6, tcp(b"x" * 2000), total=0))
    assert packet.segment.payload_length == 2000


def test_ipv4_longer_than_the_frame() -> None:
    """What is not on the wire is not counted."""
    packet = four(ipv4(6, tcp(b"hello"), total=1500))
    assert packet.segment.payload_length == 5


@pytest.mark.parametrize(
    ("datagram", "flaw"),
    [
        (ipv4(6, tcp(), first=0x55), Flaw.BAD_VERSION),
        (ipv4(6, tcp(), first=0x44), Flaw.BAD_LENGTH),
        (ipv4(6, tcp(), first=0x40), Flaw.BAD_LENGTH),
        (ipv4(6, tcp(), total=19), Flaw.BAD_LENGTH),
        (ipv4(6, tcp(), first=0x4F, total=40), Flaw.BAD_LENGTH),
        (ipv4(6, b"", first=0x4F, total=60), Flaw.SHORT),
    ],
    ids=["version", "header length 16", "header length 0", "total length 19", "total below header", "no room"],
)
def test_ipv4_flaws(datagram: bytes, flaw: Flaw) -> None:
    """What contradicts itself is no datagram."""
    packet = four(datagram)
    assert packet.flaw == flaw
    assert packet.network == Network.NONE
    assert not packet.has_segment


def test_ipv6_flaws() -> None:
    """The same."""
    packet = six(ipv6(6, tcp(), first=0x40))
    assert (packet.flaw, packet.network) == (Flaw.BAD_VERSION, Network.NONE)
    packet = six(ipv6(6, tcp(), length=10))
    assert (packet.flaw, packet.network, packet.has_segment) == (Flaw.SHORT, Network.IPV6, False)


@pytest.mark.parametrize(("placement", "offset"), [(0x2000, 0), (0x20B9, 1480), (0x00B9, 1480), (0x3FFF, 65528)])
def test_ipv4_fragments(placement: int, offset: int) -> None:
    """No fragment has a segment, not even the first, whose header may be whole."""
    packet = four(ipv4(6, tcp(b"hello"), placement=placement))
    assert packet.fragment
    assert packet.fragment_offset == offset
    assert packet.protocol == 6
    assert not packet.has_segment
    assert packet.flaw == Flaw.NONE


def test_ipv4_that_must_not_be_fragmented() -> None:
    """Don't Fragment, and the reserved bit, make no fragment."""
    for placement in (0x4000, 0x8000):
        packet = four(ipv4(6, tcp(), placement=placement))
        assert not packet.fragment
        assert packet.has_segment


@pytest.mark.parametrize("kind", [0, 43, 60, 135, 139, 140])
@pytest.mark.parametrize("length", [8, 16, 264])
def test_ipv6_extension(kind: int, length: int) -> None:
    """Extension headers with their length in units of 8 bytes."""
    packet = six(ipv6(kind, extension(6, length) + tcp(b"hello")))
    assert packet.transport_at == 54 + length
    assert packet.segment.payload_length == 5


def test_ipv6_chain() -> None:
    """One behind the other, with an authentication header that counts in fours."""
    chain = extension(43) + extension(44, 24) + fragment(51, 0, more=False) + authentication(60) + extension(6)
    packet = six(ipv6(0, chain + tcp(b"hello")))
    assert packet.transport_at == 54 + len(chain)
    assert packet.has_segment
    assert not packet.fragment


@pytest.mark.parametrize(("offset", "more"), [(0, True), (1448, True), (1448, False)])
def test_ipv6_fragments(offset: int, more: bool) -> None:
    """The protocol is told, the header not read."""
    packet = six(ipv6(44, fragment(17, offset, more=more) + udp(b"hello")))
    assert packet.fragment
    assert packet.fragment_offset == offset
    assert packet.protocol == 17
    assert packet.transport_at == 62


def test_ipv6_nothing_follows() -> None:
    """Next header 59."""
    packet = six(ipv6(59, b""))
    assert (packet.protocol, packet.flaw, packet.network) == (NO_PROTOCOL, Flaw.NONE, Network.IPV6)


def test_ipv6_endless_chain() -> None:
    """A hundred extension headers are too many."""
    packet = six(ipv6(60, extension(60) * 100 + tcp()))
    assert packet.flaw == Flaw.TOO_DEEP
    assert not packet.has_segment


def test_ipv6_jumbogram() -> None:
    """A payload length of 0: all the frame counts."""
    packet = six(ipv6(6, tcp(b"x" * 70000), length=0))
    assert packet.segment.payload_length == 70000


def test_ipv4_authentication_header() -> None:
    """It stands between IPv4 and TCP, too."""
    packet = four(ipv4(51, authentication(6) + tcp(b"hello")))
    assert packet.transport_at == 14 + 20 + 24
    assert packet.segment.payload_length == 5


def test_ipv4_authentication_header_of_others() -> None:
    """What it protects begins behind it, whatever it is; of IPv6's extension headers none can follow in IPv4."""
    packet = four(ipv4(51, authentication(17) + udp(b"hello")))
    assert (packet.protocol, packet.transport_at) == (17, 14 + 20 + 24)
    packet = four(ipv4(51, authentication(44) + fragment(6, 0, more=True) + tcp(b"hello")))
    assert (packet.protocol, packet.fragment, packet.has_segment) == (44, False, False)
    packet = four(ipv4(51, authentication(51) * 100))
    assert packet.flaw == Flaw.TOO_DEEP
    packet = four(ipv4(51, authentication(6), placement=0x2000))
    assert (packet.protocol, packet.fragment, packet.transport_at) == (51, True, 34)


def test_payload_that_was_not_kept() -> None:
    """Lengths are those of the wire."""
    frame = ethernet(0x0800, ipv4(6, tcp(b"x" * 1000)))
    packet = decoded(frame, kept=54)
    assert packet.has_segment
    assert packet.segment.payload_length == 1000


def test_zeros() -> None:
    """A frame of zeros is IEEE 802.3 of length 0, too short for LLC."""
    packet = decoded(bytes(60))
    assert packet.network == Network.NONE
    assert struct.pack("!H", packet.ethertype) == b"\0\0"
