"""The UDP header."""

import pytest

from pcapkit.layers.packet import Flaw, Packet
from pcapkit.layers.udp import Datagram, udp
from tests.layers import build
from tests.layers.build import decoded, ethernet, ipv4, ipv6


def read(frame: bytes, packet: Packet) -> tuple[bool, Datagram]:
    datagram = Datagram()
    return udp(frame, packet, datagram), datagram


def over_ipv4(payload: bytes, *, kept: int | None = None) -> tuple[bool, Datagram]:
    frame = ethernet(0x0800, ipv4(17, payload))
    return read(frame[:kept], decoded(frame, kept=kept))


def test_every_field() -> None:
    """Ports and lengths, over both versions of IP."""
    payload = build.udp(b"x" * 128, source=40000, target=10000)
    for frame in (ethernet(0x0800, ipv4(17, payload)), ethernet(0x86DD, ipv6(17, payload))):
        found, datagram = read(frame, decoded(frame))
        assert found
        assert (datagram.source_port, datagram.destination_port) == (40000, 10000)
        assert (datagram.length, datagram.payload_length, datagram.flaw) == (136, 128, Flaw.NONE)


def test_padding_is_no_payload() -> None:
    """Neither Ethernet's nor what IP has behind the datagram."""
    frame = ethernet(0x0800, ipv4(17, build.udp(b"abc") + b"surplus"), pad=True)
    assert read(frame, decoded(frame))[1].payload_length == 3


@pytest.mark.parametrize("length", range(1, 8))
def test_length_below_the_header(length: int) -> None:
    """The ports are told; the payload is not known."""
    found, datagram = over_ipv4(build.udp(b"abc", length=length))
    assert found
    assert (datagram.flaw, datagram.payload_length) == (Flaw.BAD_LENGTH, 0)
    assert datagram.source_port == 40000


def test_length_beyond_the_datagram() -> None:
    """What is there counts."""
    found, datagram = over_ipv4(build.udp(b"abc", length=1000))
    assert found
    assert (datagram.flaw, datagram.length, datagram.payload_length) == (Flaw.SHORT, 1000, 3)


def test_length_0() -> None:
    """A jumbogram has no room for its length (RFC 2675)."""
    frame = ethernet(0x86DD, ipv6(17, build.udp(b"x" * 70000, length=0), length=0))
    assert read(frame, decoded(frame))[1].payload_length == 70000


@pytest.mark.parametrize("kept", range(34, 42))
def test_cut(kept: int) -> None:
    """The capture ends inside the header."""
    found, datagram = over_ipv4(build.udp(b"abc"), kept=kept)
    assert (found, datagram.flaw) == (False, Flaw.TRUNCATED)


@pytest.mark.parametrize("length", range(8))
def test_short(length: int) -> None:
    """The datagram ends inside the header."""
    found, datagram = over_ipv4(build.udp()[:length])
    assert (found, datagram.flaw) == (False, Flaw.SHORT)


def test_no_udp() -> None:
    """TCP, a fragment, ARP: not this layer's."""
    fragmented = ethernet(0x0800, ipv4(17, build.udp(b"abc"), placement=0x2000))
    for frame in (ethernet(0x0800, ipv4(6, build.tcp())), fragmented, ethernet(0x0806, build.arp(1))):
        found, datagram = read(frame, decoded(frame))
        assert (found, datagram.flaw) == (False, Flaw.NONE)
