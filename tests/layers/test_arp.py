"""ARP and RARP."""

import socket
import struct

import pytest

from pcapkit.layers.arp import Resolution, resolution
from pcapkit.layers.packet import Flaw, Network
from tests.layers import build
from tests.layers.build import A4, B4, MAC_A, MAC_B, decoded, ethernet, ipv4, tcp, vlan


@pytest.mark.parametrize("kind", [0x0806, 0x8035])
@pytest.mark.parametrize("operation", [1, 2, 3, 4, 65535])
def test_every_field(kind: int, operation: int) -> None:
    """Numbers, and where the four addresses stand."""
    frame = ethernet(kind, build.arp(operation, target=MAC_B), pad=True)
    packet = decoded(frame)
    message = Resolution()
    assert resolution(frame, packet, message)
    assert (message.hardware, message.protocol, message.operation) == (1, 0x0800, operation)
    assert (message.hardware_length, message.protocol_length) == (6, 4)
    places = (
        (message.sender_hardware_at, MAC_A),
        (message.sender_protocol_at, socket.inet_aton(A4)),
        (message.target_hardware_at, MAC_B),
        (message.target_protocol_at, socket.inet_aton(B4)),
    )
    for at, address in places:
        assert frame[at : at + len(address)] == address
    assert packet.at == 14 + 28


def test_other_lengths() -> None:
    """InfiniBand's addresses have 20 bytes; nothing stands at a fixed offset."""
    body = struct.pack("!HHBBH", 32, 0x0800, 20, 4, 2) + b"a" * 20 + b"b" * 4 + b"c" * 20 + b"d" * 4
    frame = ethernet(0x0806, body)
    message = Resolution()
    assert resolution(frame, decoded(frame), message)
    assert frame[message.target_hardware_at : message.target_hardware_at + 20] == b"c" * 20
    assert frame[message.target_protocol_at :] == b"d" * 4


def test_without_addresses() -> None:
    """Lengths of 0 are possible, and the longest ones too."""
    for length, body in ((0, b""), (255, bytes(4 * 255))):
        frame = ethernet(0x0806, struct.pack("!HHBBH", 1, 0x0800, length, length, 1) + body)
        packet = decoded(frame)
        assert packet.network == Network.ARP
        assert packet.at == len(frame)


def test_cut_and_short() -> None:
    """Only a whole message is one."""
    frame = ethernet(0x0806, build.arp(1))
    for length in range(14, len(frame)):
        for packet, flaw in ((decoded(frame, kept=length), Flaw.TRUNCATED), (decoded(frame[:length]), Flaw.SHORT)):
            assert (packet.network, packet.flaw) == (Network.NONE, flaw)
            assert not resolution(frame[:length], packet, Resolution())


def test_behind_a_tag() -> None:
    """VLANs resolve addresses, too."""
    packet = decoded(ethernet(0x8100, vlan(7, 0x0806, build.arp(1))))
    assert (packet.network, packet.network_at, packet.vlan) == (Network.ARP, 18, 7)


def test_no_arp() -> None:
    """TCP is none."""
    frame = ethernet(0x0800, ipv4(6, tcp()))
    assert not resolution(frame, decoded(frame), Resolution())
