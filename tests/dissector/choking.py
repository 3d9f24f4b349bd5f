"""A dissector for tests: its keys are as long as a frame's first byte says, and longer ones than a table takes."""

from pcapkit.layers.packet import Packet
from pcapkit.subset import I64, U8, U32, Frame, Table, dissector, field, fields, part, record, u8


@fields
class Told:
    """One number."""

    size: U8 = field("Size")


@record
class Entry:
    """What is remembered of a key."""

    number: U32


@record
class Capture:
    """What is remembered."""

    entries: Table[Entry]


@dissector("choking", "A dissector that fails", protocol="tcp")
def dissect(capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Told) -> bool:
    """Remember a key of the frame."""
    told.size = u8(frame, 0)
    entry = capture.entries.add(part(frame, 0, u8(frame, 0)))
    entry.number = number
    return True
