"""The programmable cable: every rule does what it says, to exactly the frames it names."""

import socket
import time
from collections.abc import Sequence

import pytest

from pcapkit.lab.forge import Endpoint, checksum, segment
from pcapkit.lab.networks import Network, two_hosts
from pcapkit.lab.rules import parse_rule
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from pcapkit.layers.tcp import ACK, FIN, PSH, RST
from tests.lab.needs import need_namespaces

EXPERIMENTAL = b"\x88\xb5"  # an EtherType that nobody answers


@pytest.fixture(autouse=True)
def _root() -> None:
    need_namespaces()


def numbered(number: int) -> bytes:
    return (b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x99" + EXPERIMENTAL + bytes([number])).ljust(60, b"\0")


def raw(network: Network, name: str) -> socket.socket:
    one = network.hosts[name].namespace.open_socket(socket.AF_PACKET, socket.SOCK_RAW)
    one.setsockopt(263, 23, 1)  # PACKET_IGNORE_OUTGOING
    one.bind(("eth0", 3))
    one.settimeout(0.25)
    return one


def received(one: socket.socket) -> list[bytes]:
    """All frames until nothing comes for a while."""
    found = []
    while True:
        try:
            found.append(one.recv(2000))
        except TimeoutError:
            return found


def passed(rules: Sequence[str], count: int = 4) -> list[int]:
    """The numbers of those that arrive at B, of frames 1 to `count` sent by A, in their order."""
    with two_hosts([parse_rule(rule) for rule in rules]) as network, raw(network, "A") as a, raw(network, "B") as b:
        for number in range(1, count + 1):
            a.send(numbered(number))
        return [frame[14] for frame in received(b)]


@pytest.mark.parametrize(
    ("rules", "arrive"),
    [
        ([], [1, 2, 3, 4]),
        (["drop the second frame"], [1, 3, 4]),
        (["drop every frame of A"], []),
        (["drop every frame of B"], [1, 2, 3, 4]),
        (["drop the first SYN"], [1, 2, 3, 4]),
        (["duplicate the third frame"], [1, 2, 3, 3, 4]),
        (["delay the first frame by 100 ms"], [2, 3, 4, 1]),
        (["delay every frame by 20 ms"], [1, 2, 3, 4]),
        (["hand over the next two frames in reverse"], [2, 1, 3, 4]),
        (["hand over the next three frames in reverse"], [3, 2, 1, 4]),
        (["drop the first frame after the second frame"], [1, 2, 4]),
        (["drop the first frame", "duplicate the first frame"], [2, 3, 4]),
    ],
)
def test_rules(rules: list[str], arrive: list[int]) -> None:
    """What arrives, and in which order."""
    assert passed(rules) == arrive


def test_frames_that_wait_in_vain_are_handed_over_all_the_same() -> None:
    """A second of waiting for the other one is enough."""
    rules = [parse_rule("hand over the next two frames in reverse")]
    with two_hosts(rules) as network, raw(network, "A") as a, raw(network, "B") as b:
        a.send(numbered(1))
        b.settimeout(3)
        begun = time.monotonic()
        assert b.recv(2000)[14] == 1
        assert 0.8 < time.monotonic() - begun < 2.5


def test_a_delay_lasts_as_long_as_it_says() -> None:
    """Within what a busy machine adds."""
    rules = [parse_rule("delay every frame of A by 120 ms")]
    with two_hosts(rules) as network, raw(network, "A") as a, raw(network, "B") as b:
        begun = time.monotonic()
        a.send(numbered(1))
        b.recv(2000)
        assert 0.12 <= time.monotonic() - begun < 0.35
        begun = time.monotonic()
        b.send(numbered(2))
        a.recv(2000)
        assert time.monotonic() - begun < 0.1


def test_an_injected_segment_has_its_supposed_senders_numbers() -> None:
    """What A would take for B's next segment, moved as the rule says."""
    rules = [
        parse_rule("inject a RST of B with seq +7 after the first data of A"),
        parse_rule("inject a FIN of A with ack -1 after the first data of A"),
    ]
    with two_hosts(rules) as network, raw(network, "A") as a, raw(network, "B") as b:
        client, server = (
            Endpoint(network.a.mac, "10.0.0.7", 40000),
            Endpoint(network.b.mac, "10.0.0.8", 10000),
        )
        b.send(segment(server, client, ACK, 5000, 1000))
        assert _segments(a) == [(ACK, 5000, 1000)]
        a.send(segment(client, server, PSH | ACK, 1000, 5000, payload=b"x" * 10))
        assert _segments(a) == [(RST, 5007, 0)]
        assert _segments(b) == [(PSH | ACK, 1000, 5000), (FIN | ACK, 1000, 4999)]
        assert network.cable is not None
        assert [deed.rule for deed in network.cable.deeds] == [rule.text for rule in rules]


def _segments(one: socket.socket) -> list[tuple[int, int, int]]:
    found = []
    packet = Packet()
    for frame in received(one):
        decode(frame, len(frame), 1, packet)
        if packet.has_segment:
            found.append((packet.segment.flags, packet.segment.seq, packet.segment.ack))
    return found


def test_what_the_kernel_sends_has_good_checksums() -> None:
    """Nobody behind the cable would finish them."""
    with two_hosts([]) as network, raw(network, "B") as b:
        client = network.a.namespace.open_socket(socket.AF_INET, socket.SOCK_STREAM)
        client.setblocking(False)
        client.connect_ex((network.b.address, 10000))
        syn = next(frame for frame in received(b) if frame[12:14] == b"\x08\x00")
        client.close()
    total = int.from_bytes(syn[16:18], "big")
    tcp = syn[34 : 14 + total]
    assert checksum(syn[26:34] + (6).to_bytes(2, "big") + len(tcp).to_bytes(2, "big") + tcp) == 0
