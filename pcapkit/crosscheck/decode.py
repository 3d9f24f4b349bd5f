"""pcapkit's own decode against Wireshark's: the same TCP frames, ports, flags, numbers and lengths."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pcapkit.crosscheck.face import NotReached, Shown
from pcapkit.crosscheck.witness import MEASURES, Header, Witness
from pcapkit.layers.packet import Flaw, Packet

LINKS: Final = ("eth", "sll", "null", "raw", "chdlc", "ppp", "fddi", "nflog", "llc")
BETWEEN: Final = ("ethertype", "vlan", "ieee8021ad", "mpls", "pppoes", "gre", "erspan", "vxlan", "geneve", "ah", "udp")
NETWORKS: Final = (
    "ip",
    "ipv6",
    "ipv6.hopopts",
    "ipv6.routing",
    "ipv6.fraghdr",
    "ipv6.dstopts",
    "mipv6",
    "hip",
    "shim6",
)
FOLLOWED: Final = frozenset((*LINKS, *BETWEEN, *NETWORKS))
"""Wireshark's names of the headers that pcapkit's layers read too."""

GRE_FOLLOWED: Final = frozenset((0x0800, 0x86DD, 0x6558, 0x880B, 0x8847, 0x8848, 0x8100, 0x88A8, 0x9100, 0x88BE))
IN_UDP: Final = frozenset(("vxlan", "geneve"))

LEAST_HEADER: Final = 20  # bytes

MARKS: Final = frozenset(("eth_maybefcs", "eth_withoutfcs", "eth_withfcs", "frame", "pkt_comment"))
"""Names in Wireshark's list that stand for no header of their own."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that the two decode differently: `measure` says what; None on a side that has no TCP header."""

    measure: str
    ours: int | None
    theirs: int | None


def compare_decode(frame: Shown, witness: Witness) -> NotReached | list[Mismatch]:
    """Hold one frame's decode against Wireshark's; NotReached where one side cannot have what the other has."""
    packet = frame.packet
    ours = _numbers(packet) if packet.has_segment else None
    theirs = witness.headers[-1].numbers if witness.headers else None
    if ours is None and theirs is None:
        return []
    if ours == theirs:
        return []
    reason = _why_not_reached(frame, packet, witness, ours)
    if reason is not None:
        return NotReached(reason)
    if ours is None or theirs is None:
        return [Mismatch("TCP header", _first(ours), _first(theirs))]
    return [
        Mismatch(measure, mine, other)
        for measure, mine, other in zip(MEASURES, ours, theirs, strict=True)
        if mine != other
    ]


def _numbers(packet: Packet) -> tuple[int, ...]:
    segment = packet.segment
    return (
        segment.source_port,
        segment.destination_port,
        segment.flags,
        segment.seq,
        segment.ack,
        segment.payload_length,
    )


def _first(numbers: tuple[int | None, ...] | None) -> int | None:
    """Stands for a header in a report of a header that only one side has: its source port."""
    return None if numbers is None else numbers[0]


def _why_not_reached(frame: Shown, packet: Packet, witness: Witness, ours: tuple[int, ...] | None) -> str | None:
    """The name of what keeps one side from the header that the other has, or None."""
    if witness.reassembled:
        return "reassembled by Wireshark from several fragments"
    if packet.fragment:
        return "in a fragment"
    outer = _place_of(ours, witness.headers)
    tcp_at = [place for place, name in enumerate(witness.protocols) if name == "tcp"]
    start = tcp_at[outer] + 1 if outer is not None and outer < len(tcp_at) else 0
    unknown = next(
        (name for name in witness.protocols[start:] if name not in FOLLOWED and name not in MARKS and name != "tcp"),
        None,
    )
    if witness.headers and (ours is None or outer is not None) and _before_tcp(unknown, witness.protocols):
        if witness.protocols.index(str(unknown)) == 0:
            return f"link type {frame.link_type} ({unknown})"
        return f"inside {unknown}"
    inner = _tunnel_not_followed(witness)
    if ours is None and inner is not None:
        return f"inside {inner}"
    if ours is None and packet.flaw == Flaw.TRUNCATED:
        return "header cut by the snaplen"
    if ours is None and witness.headers and _impossible(witness.headers[-1], packet.flaw):
        return f"TCP header: {packet.flaw.label}, says Wireshark too"
    if witness.malformed and not witness.headers:
        return "malformed, says Wireshark"
    return None


def _tunnel_not_followed(witness: Witness) -> str | None:
    """A tunnel of a kind that pcapkit reads, but here in a place or with contents that it does not."""
    for outer, inner in pairwise(witness.protocols):
        if outer == "udp" and inner in BETWEEN and inner not in IN_UDP:
            return f"{inner} in udp"
    odd = next((kind for kind in witness.gre_types if kind not in GRE_FOLLOWED), None)
    return None if odd is None or not witness.headers else f"gre of type 0x{odd:04x}"


def _impossible(header: Header, flaw: int) -> bool:
    """Whether Wireshark, which shows such a header as far as it goes, gives the same reason for stopping in it."""
    if header.length is None or header.length < LEAST_HEADER:
        return flaw in (Flaw.SHORT, Flaw.BAD_LENGTH)
    return flaw == Flaw.SHORT and header.numbers[-1] is None


def _place_of(ours: tuple[int, ...] | None, headers: Sequence[Header]) -> int | None:
    """Which of Wireshark's headers, but the innermost, is the one that we read."""
    return next((place for place, header in enumerate(headers[:-1]) if header.numbers == ours), None)


def _before_tcp(name: str | None, protocols: Sequence[str]) -> bool:
    """Whether this header lies around the innermost TCP header."""
    if name is None or "tcp" not in protocols:
        return False
    last = len(protocols) - 1 - list(reversed(protocols)).index("tcp")
    return protocols.index(name) < last
