"""A segment and its reply have one key."""

import pytest

from pcapkit.layers.decode import decode
from pcapkit.layers.endpoints import is_forward, key_of
from pcapkit.layers.packet import Packet
from pcapkit.subset import Key
from tests.dissectors.talk import frame_of


def told(frame: bytes) -> tuple[bool, Key]:
    """Whether a frame goes forward, and its key."""
    packet = Packet()
    decode(frame, len(frame), 1, packet)
    forward = is_forward(frame, packet)
    return forward, key_of(frame, packet, forward)


def between(version: int, source: bytes, destination: bytes, ports: tuple[int, int]) -> bytes:
    """A segment from one endpoint to another."""
    frame = bytearray(frame_of("C", 16, 1, 1, 0, version=version))
    addresses, transport = (26, 34) if version == 4 else (22, 54)
    frame[addresses:transport] = source + destination
    frame[transport : transport + 4] = ports[0].to_bytes(2, "big") + ports[1].to_bytes(2, "big")
    return bytes(frame)


@pytest.mark.parametrize(("version", "length"), [(4, 12), (6, 36)])
def test_a_frame_and_its_reply(version: int, length: int) -> None:
    """The lower port's endpoint first; addresses, then ports."""
    to, back = (told(frame_of(who, 16, 1, 1, 0, version=version)) for who in "CS")
    assert (to[0], back[0]) == (False, True)
    assert to[1] == back[1]
    assert len(to[1]) == length
    assert to[1][-4:] == (10000).to_bytes(2, "big") + (40000).to_bytes(2, "big")


@pytest.mark.parametrize("version", [4, 6])
def test_equal_ports(version: int) -> None:
    """The addresses tell, whichever of their bytes differs first; who talks to himself is first."""
    size = 4 if version == 4 else 16
    low = bytes([127] * size)
    for place in range(size):
        high = low[:place] + b"\x80" + bytes(size - place - 1)
        to, back = told(between(version, low, high, (7, 7))), told(between(version, high, low, (7, 7)))
        assert (to[0], back[0]) == (True, False)
        assert to[1] == back[1] == low + high + b"\x00\x07\x00\x07"
    assert told(between(version, low, low, (7, 7)))[0]


@pytest.mark.parametrize("version", [4, 6])
def test_the_port_goes_before_the_address(version: int) -> None:
    """Where the ports differ, they alone tell."""
    size = 4 if version == 4 else 16
    low, high = bytes([1] * size), bytes([2] * size)
    assert told(between(version, high, low, (7, 8))) == (True, high + low + b"\x00\x07\x00\x08")
    assert told(between(version, low, high, (8, 7))) == (False, high + low + b"\x00\x07\x00\x08")
