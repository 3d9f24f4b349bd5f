"""ICMP and ICMPv6: numbers, addresses, quoted datagrams, neighbour discovery."""

import socket
import struct

import pytest

from pcapkit.layers.icmp import Message, icmp
from pcapkit.layers.packet import Flaw, Network
from tests.layers import build
from tests.layers.build import A4, B4, decoded, ethernet, ipv4, ipv6, tcp, udp

GATEWAY = socket.inet_aton("10.0.0.254")
TARGET = socket.inet_pton(socket.AF_INET6, "fe80::2")
QUOTED_4 = ipv4(17, udp(b"abcd", source=5, target=9), source=B4, target=A4)
QUOTED_6 = ipv6(6, tcp(source=5, target=9))
MAC = bytes.fromhex("020000000009")


def read(version: int, message: bytes, *, kept: int | None = None) -> tuple[bool, Message, bytes]:
    """Whether it was read, what it says, and the frame."""
    frame = ethernet(0x0800, ipv4(1, message)) if version == 4 else ethernet(0x86DD, ipv6(58, message))
    made = Message()
    return icmp(frame[:kept], decoded(frame, kept=kept), made), made, frame[:kept]


def option(kind: int, value: bytes) -> bytes:
    return bytes([kind, (2 + len(value)) // 8]) + value


@pytest.mark.parametrize(("version", "kinds"), [(4, (0, 8, 13, 14, 15, 16, 17, 18)), (6, (128, 129))])
def test_identifier_and_sequence(version: int, kinds: tuple[int, ...]) -> None:
    """Of everything that asks and is answered."""
    for kind in kinds:
        found, message, _ = read(version, build.icmp(kind, 0, struct.pack("!HH", 7, 65535), bytes(12)))
        assert found
        assert (message.version, message.type, message.code) == (version, kind, 0)
        assert (message.identifier, message.sequence) == (7, 65535)
        assert not message.quotes
        assert message.flaw == Flaw.NONE


@pytest.mark.parametrize(("version", "kinds"), [(4, (42, 43)), (6, (160, 161))])
def test_extended_echo(version: int, kinds: tuple[int, ...]) -> None:
    """RFC 8335: the sequence number has one byte."""
    for kind in kinds:
        _, message, _ = read(version, build.icmp(kind, 0, b"\x00\x07\x05\x01"))
        assert (message.identifier, message.sequence) == (7, 5)


@pytest.mark.parametrize("kind", [3, 4, 5, 11, 12])
def test_quoted_ipv4(kind: int) -> None:
    """The headers of the datagram that an error is about, of which only 8 bytes behind IP need to be there."""
    for quotation in (QUOTED_4, QUOTED_4[:28]):
        _, message, frame = read(4, build.icmp(kind, 1, GATEWAY, quotation))
        quoted = message.quoted
        assert message.quotes
        assert (quoted.network, quoted.protocol) == (Network.IPV4, 17)
        assert frame[quoted.addresses_at : quoted.addresses_at + 4] == socket.inet_aton(B4)
        assert frame[quoted.transport_at : quoted.transport_at + 4] == b"\x00\x05\x00\x09"


@pytest.mark.parametrize("kind", [1, 2, 3, 4, 100])
def test_quoted_ipv6(kind: int) -> None:
    """Every error of ICMPv6 quotes, whatever its type, and extension headers are followed."""
    for datagram in (QUOTED_6, ipv6(60, build.extension(6) + tcp(source=5, target=9))):
        _, message, frame = read(6, build.icmp(kind, 0, bytes(4), datagram))
        quoted = message.quoted
        assert message.quotes
        assert (quoted.network, quoted.protocol) == (Network.IPV6, 6)
        assert frame[quoted.transport_at : quoted.transport_at + 4] == b"\x00\x05\x00\x09"


def test_quoted_segment_is_none_of_this_frame() -> None:
    """The frame itself has no segment."""
    frame = ethernet(0x86DD, ipv6(58, build.icmp(1, 4, bytes(4), QUOTED_6)))
    packet = decoded(frame)
    assert not packet.has_segment
    assert packet.protocol == 58


@pytest.mark.parametrize("quotation", [b"", QUOTED_4[:19], b"\x60" + QUOTED_4[1:], b"\x44" + QUOTED_4[1:]])
def test_quotation_that_is_no_datagram(quotation: bytes) -> None:
    """It is left out, and the message stays."""
    found, message, _ = read(4, build.icmp(3, 3, bytes(4), quotation))
    assert found
    assert not message.quotes


def test_numbers_of_errors() -> None:
    """MTU, pointer, gateway."""
    assert read(4, build.icmp(3, 4, b"\x00\x00\x05\x78", QUOTED_4))[1].mtu == 1400
    assert read(4, build.icmp(3, 3, b"\x00\x00\x05\x78", QUOTED_4))[1].mtu == 0
    assert read(4, build.icmp(12, 0, b"\x14\x00\x00\x00", QUOTED_4))[1].pointer == 20
    assert read(6, build.icmp(2, 0, b"\x00\x01\x00\x00", QUOTED_6))[1].mtu == 65536
    assert read(6, build.icmp(4, 1, b"\x00\x00\x00\x28", QUOTED_6))[1].pointer == 40
    _, message, frame = read(4, build.icmp(5, 1, GATEWAY, QUOTED_4))
    assert frame[message.address_at : message.address_at + 4] == GATEWAY


def test_ipv4_router_advertisement() -> None:
    """RFC 1256: its first address, and how long it holds."""
    _, message, frame = read(4, build.icmp(9, 0, b"\x01\x02\x07\x08", GATEWAY + bytes(4)))
    assert frame[message.address_at : message.address_at + 4] == GATEWAY
    assert message.lifetime == 1800
    assert read(4, build.icmp(9, 0, b"\x00\x02\x07\x08"))[1].address_at == 0
    _, message, _ = read(4, build.icmp(9, 0, b"\x01\x02\x07\x08"))
    assert (message.address_at, message.flaw) == (0, Flaw.SHORT)


def test_address_mask() -> None:
    """RFC 950."""
    _, message, frame = read(4, build.icmp(18, 0, bytes(4), b"\xff\xff\xff\x00"))
    assert frame[message.address_at : message.address_at + 4] == b"\xff\xff\xff\x00"


@pytest.mark.parametrize(("kind", "code", "option_kind"), [(135, 0, 1), (136, 0, 2)])
def test_neighbour(kind: int, code: int, option_kind: int) -> None:
    """Target and link-layer address."""
    _, message, frame = read(6, build.icmp(kind, code, b"\xe0\x00\x00\x00", TARGET + option(option_kind, MAC)))
    assert frame[message.address_at : message.address_at + 16] == TARGET
    assert message.hardware_length == 6
    assert frame[message.hardware_at : message.hardware_at + 6] == MAC
    assert message.flags == (0xE0 if kind == 136 else 0)


def test_router_solicitation() -> None:
    """Options at once."""
    _, message, frame = read(6, build.icmp(133, 0, bytes(4), option(1, MAC)))
    assert frame[message.hardware_at : message.hardware_at + 6] == MAC


def test_router_advertisement() -> None:
    """Lifetime, address, MTU, and the first of its prefixes."""
    prefixes = [
        option(3, bytes([64, 0xC0]) + bytes(12) + socket.inet_pton(socket.AF_INET6, f"2001:db8:{n}::")) for n in (1, 2)
    ]
    options = option(1, MAC) + option(5, bytes(2) + struct.pack("!I", 1500)) + b"".join(prefixes)
    _, message, frame = read(6, build.icmp(134, 0, b"\x40\x80\x07\x08", bytes(8) + options))
    assert (message.flags, message.lifetime, message.mtu, message.prefix_length) == (0x80, 1800, 1500, 64)
    assert frame[message.prefix_at : message.prefix_at + 6] == bytes.fromhex("20010db80001")
    assert frame[message.hardware_at : message.hardware_at + 6] == MAC


def test_redirect_6() -> None:
    """The better first hop, its address, and the datagram in an option of its own."""
    redirected = option(4, bytes(6) + QUOTED_6 + bytes(-len(QUOTED_6) % 8))
    _, message, frame = read(6, build.icmp(137, 0, bytes(4), TARGET + bytes(16) + option(2, MAC) + redirected))
    assert frame[message.address_at : message.address_at + 16] == TARGET
    assert frame[message.hardware_at : message.hardware_at + 6] == MAC
    assert message.quotes
    assert message.quoted.protocol == 6


def test_listeners() -> None:
    """RFC 2710 and RFC 3810."""
    group = socket.inet_pton(socket.AF_INET6, "ff02::fb")
    for kind in (130, 131, 132):
        _, message, frame = read(6, build.icmp(kind, 0, bytes(4), group))
        assert frame[message.address_at : message.address_at + 16] == group
        assert message.sources == 0
    assert read(6, build.icmp(130, 0, bytes(4), group + b"\x00\x00\x00\x03"))[1].sources == 3
    assert read(6, build.icmp(143, 0, b"\x00\x00\x00\x02", bytes(40)))[1].records == 2


def test_option_without_length() -> None:
    """RFC 4861 section 4.6: such a message is dropped; reading it must end."""
    _, message, _ = read(6, build.icmp(135, 0, bytes(4), TARGET + bytes(8)))
    assert message.flaw == Flaw.BAD_LENGTH
    assert message.address_at != 0


def test_short_and_cut() -> None:
    """Where the message, or the capture of it, ends."""
    whole = build.icmp(135, 0, bytes(4), TARGET + option(1, MAC))
    frame_length = 14 + 40 + len(whole)
    for length in range(8):
        found, message, _ = read(6, whole[:length])
        assert (found, message.flaw) == (False, Flaw.SHORT)
    for length in range(8, len(whole)):
        found, message, _ = read(6, whole[:length])
        assert found
        assert (message.flaw == Flaw.NONE) == (length == 24)
    for kept in range(54, frame_length):
        found, message, _ = read(6, whole, kept=kept)
        assert found == (kept >= 62)
        assert message.flaw == Flaw.TRUNCATED


def test_no_icmp() -> None:
    """UDP and fragments are not this layer's."""
    for frame in (
        ethernet(0x0800, ipv4(17, udp())),
        ethernet(0x0800, ipv4(1, build.icmp(8), placement=1)),
        ethernet(0x0806, build.arp(1)),
    ):
        assert not icmp(frame, decoded(frame), Message())


def test_read_anew() -> None:
    """Nothing of one message stays for the next."""
    message = Message()
    for body in (
        build.icmp(134, 0, b"\x40\x80\x07\x08", bytes(8) + option(1, MAC)),
        build.icmp(1, 0, bytes(4), QUOTED_6),
    ):
        frame = ethernet(0x86DD, ipv6(58, body))
        assert icmp(frame, decoded(frame), message)
    frame = ethernet(0x0800, ipv4(1, build.icmp(8)))
    assert icmp(frame, decoded(frame), message)
    assert (message.hardware_at, message.lifetime, message.flags, message.quotes) == (0, 0, 0, False)
