"""Hostile bytes: whatever a frame holds, decoding it ends, stays within bounds, and says something consistent."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pcapkit.annotate.describe import Describer, unread_text
from pcapkit.layers.arp import Resolution, resolution
from pcapkit.layers.decode import MAX_DATAGRAMS, decode
from pcapkit.layers.icmp import Message, icmp
from pcapkit.layers.igmp import Membership, igmp
from pcapkit.layers.packet import NO_PROTOCOL, Flaw, Network, Packet
from pcapkit.layers.tcp_options import Options, read_options
from pcapkit.layers.udp import Datagram, udp
from tests.layers import build
from tests.layers.build import decoded, ethernet, ipv4, ipv6, tcp
from tests.layers.test_link import CARRIED
from tests.layers.test_tunnels import TUNNELS

NEIGHBOUR = build.icmp(135, 0, bytes(4), bytes(16) + b"\x01\x01" + bytes(6))
SEEDS = [
    *((link, frame) for link, frame, _ in CARRIED.values()),
    *((1, ethernet(0x0800, datagram)) for name, datagram in TUNNELS.items()),
    (1, ethernet(0x0806, build.arp(1), pad=True)),
    (1, ethernet(0x0800, ipv4(51, build.authentication(44) + build.fragment(6, 0, more=True) + tcp()))),
    (1, ethernet(0x0800, ipv4(17, build.udp(b"abc")), pad=True)),
    (1, ethernet(0x0800, ipv4(2, b"\x22\x00\x00\x00\x00\x00\x00\x02" + bytes(16)))),
    (1, ethernet(0x0800, ipv4(1, build.icmp(3, 4, b"\x00\x00\x05\x00", ipv4(17, build.udp(b"abc")))))),
    (1, ethernet(0x86DD, ipv6(58, build.icmp(1, 4, bytes(4), ipv6(6, tcp()))))),
    (1, ethernet(0x86DD, ipv6(58, NEIGHBOUR))),
    (1, ethernet(0x86DD, ipv6(0, build.extension(44) + build.fragment(17, 8, more=True) + build.udp()))),
    (1, ethernet(0x0800, ipv4(6, tcp(options=b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + b"\x01\x03\x03\x07")))),
]
LINKS = st.one_of(st.sampled_from([link for link, _ in SEEDS]), st.integers(0, 65535))


def check(frame: bytes, wire: int, link: int) -> None:
    """All that must hold of any frame. Records check their widths themselves (PCAPKIT_CHECKED)."""
    packet = Packet()
    decode(frame, wire, link, packet)
    there = min(wire, len(frame))
    assert packet.flaw in set(Flaw)
    assert packet.end <= wire
    assert packet.datagrams <= MAX_DATAGRAMS
    assert 0 <= packet.protocol <= NO_PROTOCOL
    if packet.network in (Network.IPV4, Network.IPV6):
        size = packet.address_length
        assert size == (4 if packet.network == Network.IPV4 else 16)
        assert packet.network_at < packet.addresses_at
        assert packet.addresses_at + 2 * size <= packet.transport_at <= there
    if packet.network == Network.ARP:
        assert packet.network_at + 8 <= packet.at <= there
    if packet.has_segment:
        segment = packet.segment
        assert not packet.fragment
        assert packet.flaw == Flaw.NONE
        assert packet.transport_at + 20 <= there
        assert 20 <= segment.header_length <= 60
        assert packet.transport_at + segment.header_length + segment.payload_length == packet.end
        read_options(frame, packet.transport_at, segment.header_length, Options())
    check_further(frame, packet, there)
    text = Describer().text(frame, wire, link, packet) or unread_text(wire, link, packet)
    assert text.isascii()
    assert text.isprintable()
    assert " | " not in text
    assert len(text) < 400


def check_further(frame: bytes, packet: Packet, there: int) -> None:
    """What is called after `decode`."""
    datagram, message, membership, arp = Datagram(), Message(), Membership(), Resolution()
    if udp(frame, packet, datagram):
        assert packet.transport_at + 8 + datagram.payload_length <= packet.end
    if icmp(frame, packet, message):
        size = 4 if message.version == 4 else 16
        assert not message.address_at or packet.transport_at + 4 <= message.address_at <= there - size
        assert message.hardware_at + message.hardware_length <= there
        if message.quotes:
            assert message.quoted.transport_at <= there
            assert message.quoted.network_at >= packet.transport_at + 8
    if igmp(frame, packet, membership) and membership.group_at:
        assert membership.group_at + 4 <= there
    if resolution(frame, packet, arp):
        assert arp.target_protocol_at + arp.protocol_length == packet.at


@given(st.binary(max_size=200), LINKS, st.integers(0, 300))
@example(b"", 1, 0)
@example(bytes(60), 1, 2**32 - 1)
def test_random_bytes(frame: bytes, link: int, more: int) -> None:
    """Any bytes, from any interface, of which any part was captured."""
    check(frame, min(len(frame) + more, 2**32 - 1), link)


@settings(max_examples=400)
@given(st.data())
def test_mutated_frames(data: st.DataObject) -> None:
    """Real headers with some bytes changed, cut or doubled: what random bytes would not reach."""
    link, seed = data.draw(st.sampled_from(SEEDS))
    frame = bytearray(seed)
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(seed) - 1), st.integers(0, 255)), max_size=4)):
        frame[place] = value
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(seed)), st.integers(0, len(seed)))))
    frame[start:start] = frame[start:end] if data.draw(st.booleans()) else b""
    kept = data.draw(st.integers(0, len(frame)))
    wire = data.draw(st.sampled_from([len(frame), kept, max(0, kept - 5), 2**32 - 1]))
    check(bytes(frame[:kept]), wire, link)


@given(st.sampled_from(SEEDS), st.sampled_from(SEEDS))
def test_nothing_stays_from_the_frame_before(first: tuple[int, bytes], second: tuple[int, bytes]) -> None:
    """What is said of a frame does not depend on what was decoded before."""
    used, describer = Packet(), Describer()
    for link, frame in (first, second):
        decode(frame, len(frame), link, used)
        text = describer.text(frame, len(frame), link, used)
    link, frame = second
    fresh = decoded(frame, link)
    assert text == Describer().text(frame, len(frame), link, fresh)
    for name in Packet.__slots__:  # type: ignore[attr-defined]
        if name != "segment":
            assert getattr(used, name) == getattr(fresh, name)


def test_frames_that_never_end() -> None:
    """A header that leads to itself, over and over, is left after a bounded number of steps."""
    for unit, kind in ((b"\x00\x01\x81\x00", 0x8100), (b"\x00\x00\x00\x40", 0x8847), (bytes(12) + b"\x65\x58", 0x6558)):
        packet = decoded(ethernet(kind, unit * 20000))
        assert packet.flaw == Flaw.TOO_DEEP
        assert packet.at < 16 * 20
    chain = b"\x3c\x00" + bytes(6)
    assert decoded(ethernet(0x86DD, ipv6(60, chain * 8000))).flaw == Flaw.TOO_DEEP
