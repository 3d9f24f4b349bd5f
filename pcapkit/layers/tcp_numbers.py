"""TCP's sequence numbers, which begin anew behind 2**32 - 1 (RFC 9293 section 3.4)."""

from pcapkit.layers.packet import Segment
from pcapkit.layers.tcp import ACK, FIN, SYN
from pcapkit.subset import I64, U32


def distance(a: U32, b: U32) -> I64:
    """How far `a` is past `b`, modulo 2**32: negative where `a` is before `b`."""
    ahead = (a - b) % 2**32
    return ahead if ahead < 2**31 else ahead - 2**32


def following(number: U32, count: U32) -> U32:
    """The sequence number `count` past `number`."""
    return (number + count) % 2**32


def end_of(segment: Segment) -> U32:
    """The number past everything that a segment takes: payload, and one each for SYN and FIN."""
    count = segment.payload_length
    if segment.flags & SYN != 0:
        count += 1
    if segment.flags & FIN != 0:
        count += 1
    return following(segment.seq, count)


def acknowledges(segment: Segment, number: U32) -> bool:
    """Tell whether a segment acknowledges everything before `number`."""
    return segment.flags & ACK != 0 and distance(segment.ack, number) >= 0
