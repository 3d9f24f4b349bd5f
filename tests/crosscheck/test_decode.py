"""pcapkit's decode against Wireshark's: what differs, and what is only out of reach, and by which name."""

from dataclasses import replace

import pytest

from pcapkit.crosscheck.decode import compare_decode
from pcapkit.crosscheck.face import NotReached, Shown
from pcapkit.crosscheck.witness import Header, Witness, witness_of
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from tests.crosscheck.captures import ACK, segment

OURS = (40000, 80, ACK, 1000, 7, 0)
OTHER = (1, 2, 3, 4, 5, 6)


def shown(data: bytes, link_type: int = 1, wire_length: int | None = None) -> Shown:
    """A frame as the reader would show it."""
    packet = Packet()
    wire_length = len(data) if wire_length is None else wire_length
    decode(data, wire_length, link_type, packet)
    return Shown(1, 0, 0, 0, data, wire_length, link_type, (), packet, 0, 0, 0)


def witness(
    protocols: str, *headers: tuple[int | None, ...], reassembled: bool = False, malformed: bool = False
) -> Witness:
    """Wireshark's account."""
    return Witness(tuple(protocols.split(":")), tuple(map(Header, headers)), reassembled, malformed)


LLDP = bytes(12) + b"\x88\xcc" + bytes(46)
PLAIN = "eth:ethertype:ip:tcp"


def test_the_same() -> None:
    assert compare_decode(shown(segment(ACK)), witness(PLAIN, OURS)) == []


def test_neither_has_tcp() -> None:
    assert compare_decode(shown(bytes(60)), witness("eth:llc:data")) == []


@pytest.mark.parametrize(
    ("place", "measure"),
    list(enumerate(["source port", "destination port", "flags", "seq_raw", "ack_raw", "len"])),
)
def test_each_number_is_compared(place: int, measure: str) -> None:
    theirs = tuple(value + (number == place) for number, value in enumerate(OURS))
    held = compare_decode(shown(segment(ACK)), witness(PLAIN, theirs))
    assert isinstance(held, list)
    assert [(miss.measure, miss.ours, miss.theirs) for miss in held] == [(measure, OURS[place], OURS[place] + 1)]


def test_a_header_that_only_one_side_has_is_a_difference() -> None:
    for data, told, ours, theirs in (
        (segment(ACK), witness("eth:ethertype:ip:data"), 40000, None),
        (LLDP, witness(PLAIN, OTHER), None, 1),
    ):
        held = compare_decode(shown(data), told)
        assert isinstance(held, list)
        assert [(miss.measure, miss.ours, miss.theirs) for miss in held] == [("TCP header", ours, theirs)]


def test_the_innermost_header_counts() -> None:
    told = witness("eth:ethertype:ip:gre:ip:tcp", OURS)
    assert compare_decode(shown(segment(ACK)), told) == []
    deeper = witness("eth:ethertype:ip:tcp:ip:tcp", OURS, OTHER)
    assert isinstance(compare_decode(shown(segment(ACK)), deeper), list)


@pytest.mark.parametrize(
    ("data", "told", "reason"),
    [
        (LLDP, witness("eth:ethertype:ip:udp:gtp:ip:tcp:http", OTHER), "inside gtp"),
        (segment(ACK), witness("eth:ethertype:ip:tcp:nonsense:ip:tcp", OURS, OTHER), "inside nonsense"),
        (LLDP, witness("eth:ethertype:ip:udp:gre:ip:tcp", OTHER), "inside gre in udp"),
        (
            LLDP,
            replace(witness("eth:ethertype:ip:gre:ip:tcp", OTHER), gre_types=(0x883E,)),
            "inside gre of type 0x883e",
        ),
        (LLDP, witness("radiotap:wlan_radio:wlan:llc:ip:tcp", OTHER), "link type 1 (radiotap)"),
        (
            LLDP,
            witness(PLAIN, OTHER, reassembled=True),
            "reassembled by Wireshark from several fragments",
        ),
        (segment(ACK)[:20] + b"\x20" + segment(ACK)[21:], witness(PLAIN, OTHER), "in a fragment"),
        (segment(ACK)[:50], witness(PLAIN, OTHER), "header cut by the snaplen"),
        (segment(ACK), witness("eth:ethertype:ip", malformed=True), "malformed, says Wireshark"),
    ],
)
def test_what_is_not_reached_has_a_name(data: bytes, told: Witness, reason: str) -> None:
    wire = 54 if reason == "header cut by the snaplen" else None
    assert compare_decode(shown(data, wire_length=wire), told) == NotReached(reason)


def row(**columns: str) -> dict[str, str]:
    names = [
        "tcp.srcport",
        "tcp.dstport",
        "tcp.flags",
        "tcp.seq_raw",
        "tcp.ack_raw",
        "tcp.len",
        "tcp.hdr_len",
        "_ws.malformed",
    ]
    names += ["gre.proto", "ip.reassembled.length", "ipv6.reassembled.length"]
    return {**dict.fromkeys(names, ""), **{name.replace("__", "."): text for name, text in columns.items()}}


FULL = {
    "tcp__srcport": "1",
    "tcp__dstport": "2",
    "tcp__flags": "0x0012",
    "tcp__seq_raw": "3",
    "tcp__ack_raw": "4",
    "tcp__len": "5",
    "tcp__hdr_len": "20",
}


def test_a_row_of_tshark() -> None:
    made = witness_of({**row(**FULL), "frame.protocols": PLAIN})
    assert made == witness(PLAIN, (1, 2, 18, 3, 4, 5))


def test_gre_types_of_a_row() -> None:
    made = witness_of({**row(gre__proto="0x0800,0x883e"), "frame.protocols": PLAIN})
    assert made.gre_types == (0x0800, 0x883E)


def test_a_followed_gre_is_no_excuse() -> None:
    told = replace(witness("eth:ethertype:ip:gre:ip:tcp", OTHER), gre_types=(0x0800,))
    assert isinstance(compare_decode(shown(LLDP), told), list)


def test_a_quoted_header_is_none() -> None:
    quoted = {name: text for name, text in FULL.items() if name not in ("tcp__seq_raw", "tcp__ack_raw", "tcp__len")}
    made = witness_of({**row(**quoted), "frame.protocols": "eth:ethertype:ip:icmp:ip:tcp"})
    assert made.headers == ()


def test_headers_inside_headers() -> None:
    twice = {name: f"{text},{text}7" for name, text in FULL.items()}
    made = witness_of({**row(**twice), "frame.protocols": "x"})
    assert [header.numbers for header in made.headers] == [(1, 2, 0x12, 3, 4, 5), (17, 27, 0x127, 37, 47, 57)]


def test_a_bad_length_is_no_excuse() -> None:
    data = segment(ACK)[:46] + b"\x10" + segment(ACK)[47:]
    assert isinstance(compare_decode(shown(data), witness(PLAIN, OTHER)), list)
    bogus = Witness(tuple(PLAIN.split(":")), (Header(OTHER, 4),), False, False)
    assert compare_decode(shown(data), bogus) == NotReached("TCP header: bad length, says Wireshark too")


def test_a_segment_without_room_for_its_header() -> None:
    data = segment(ACK)[:46] + b"\xf0" + segment(ACK)[47:]
    assert isinstance(compare_decode(shown(data), witness(PLAIN, OTHER)), list)
    short = witness(PLAIN, (*OTHER[:-1], None))
    assert compare_decode(shown(data), short) == NotReached("TCP header: short, says Wireshark too")
