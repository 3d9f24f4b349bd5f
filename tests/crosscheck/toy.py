"""A small dissector with a field of every kind: how far along each TCP conversation is. For tests of crosscheck."""

from typing import Final

from pcapkit.layers.packet import Packet
from pcapkit.layers.tcp import ACK, FIN, SYN
from pcapkit.subset import (
    I64,
    U8,
    U32,
    Duration,
    Frame,
    FrameNumber,
    Names,
    Table,
    dissector,
    field,
    fields,
    including,
    part,
    record,
)

LARGE: Final = 60


class Sign(Names):
    """What is seen on a segment."""

    BEGIN = 0, "begin", "SYN"
    GO = 1, "go", "ACK"
    END = 2, "end", "FIN"


class Size(Names):
    """How large a frame is."""

    SMALL = 0, "small"
    LARGE = 1, "large"


class Trouble(Names):
    """What is odd."""

    EMPTY = 0, "nothing at all"
    BOTH_ENDS = 1, "begins and ends"


@fields
class Told:
    """What is told of one frame."""

    sign: U32 = field("Sign", "what is seen", every=Sign)
    count: U32 = field("Count", "segments of the conversation so far")
    size: Size = field("Size", "of the frame")
    again: bool = field("Again", "the same side as before")
    before: FrameNumber = field("Before", "the segment before")
    since: Duration = field("Since", "the segment before", when="before")
    trouble: U8 = field("Trouble", "what is odd", every=Trouble, expert=True)


@record
class Conversation:
    """Two hosts."""

    count: U32
    last: U32
    last_time: I64
    last_port: U32


@record
class Capture:
    """All state."""

    conversations: Table[Conversation]


@dissector("toy", "Toy conversation", protocol="tcp")
def toy(capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Told) -> bool:
    """Tell what a segment is."""
    if not packet.has_segment:
        return False
    segment = packet.segment
    key = part(frame, packet.addresses_at, 4)
    if segment.source_port > segment.destination_port:
        key = part(frame, packet.addresses_at + 4, 4)
    found = capture.conversations.find(key)
    if found is None:
        found = capture.conversations.add(key)
    found.count += 1
    told.count = found.count
    if segment.flags & SYN != 0:
        told.sign = including(told.sign, Sign.BEGIN)
    if segment.flags & ACK != 0:
        told.sign = including(told.sign, Sign.GO)
    if segment.flags & FIN != 0:
        told.sign = including(told.sign, Sign.END)
        if segment.flags & SYN != 0:
            told.trouble = including(told.trouble, Trouble.BOTH_ENDS)
    if told.sign == 0:
        told.trouble = including(told.trouble, Trouble.EMPTY)
    if len(frame) > LARGE:
        told.size = Size.LARGE
    told.again = found.last_port == segment.source_port
    told.before = found.last
    told.since = time - found.last_time
    found.last = number
    found.last_time = time
    found.last_port = segment.source_port
    return True
