"""IGMP in its three versions."""

import socket
import struct

import pytest

from pcapkit.layers.igmp import Membership, igmp
from pcapkit.layers.packet import Flaw
from tests.layers.build import decoded, ethernet, ipv4, udp

GROUP = socket.inet_aton("239.1.2.3")
ALERT = b"\x94\x04\x00\x00"  # RFC 2113: what IGMP is sent with


def read(message: bytes, *, kept: int | None = None) -> tuple[bool, Membership, bytes]:
    frame = ethernet(0x0800, ipv4(2, message, options=ALERT), pad=True)
    made = Membership()
    return igmp(frame[:kept], decoded(frame, kept=kept), made), made, frame


@pytest.mark.parametrize(
    ("message", "version", "sources"),
    [
        (b"\x11\x00\0\0" + GROUP, 1, 0),
        (b"\x11\x64\0\0" + GROUP, 2, 0),
        (b"\x11\x64\0\0" + GROUP + b"\x02\x7d\x00\x00", 3, 0),
        (b"\x11\x00\0\0" + GROUP + b"\x02\x7d\x00\x02" + bytes(8), 3, 2),
    ],
)
def test_query(message: bytes, version: int, sources: int) -> None:
    """RFC 3376 section 7.1: told apart by length and time; Ethernet's padding does not make a query longer."""
    found, membership, frame = read(message)
    assert found
    assert (membership.type, membership.version, membership.sources) == (0x11, version, sources)
    assert membership.response_time == message[1]
    assert frame[membership.group_at : membership.group_at + 4] == GROUP


@pytest.mark.parametrize(("kind", "version"), [(0x12, 1), (0x16, 2), (0x17, 2)])
def test_report_and_leave(kind: int, version: int) -> None:
    """The group."""
    _, membership, frame = read(bytes([kind, 0, 0, 0]) + GROUP)
    assert (membership.type, membership.version) == (kind, version)
    assert frame[membership.group_at : membership.group_at + 4] == GROUP


def test_report_3() -> None:
    """How many group records."""
    _, membership, _ = read(struct.pack("!BBHHH", 0x22, 0, 0, 0, 2) + bytes(16))
    assert (membership.version, membership.records, membership.group_at) == (3, 2, 0)


def test_others() -> None:
    """DVMRP shares the protocol number."""
    found, membership, _ = read(b"\x13" + bytes(7))
    assert found
    assert (membership.type, membership.version) == (0x13, 0)


def test_short_and_cut() -> None:
    """Eight bytes at least."""
    for length in range(8):
        found, membership, _ = read(bytes(length))
        assert (found, membership.flaw) == (False, Flaw.SHORT)
        found, membership, _ = read(b"\x16" + bytes(7), kept=38 + length)
        assert (found, membership.flaw) == (False, Flaw.TRUNCATED)


def test_no_igmp() -> None:
    """UDP and fragments are not this layer's."""
    for frame in (ethernet(0x0800, ipv4(17, udp())), ethernet(0x0800, ipv4(2, bytes(8), placement=0x2000))):
        assert not igmp(frame, decoded(frame), Membership())
