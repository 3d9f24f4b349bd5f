"""A dissector for tests: what it says of a frame stands in the frame's first bytes."""

from typing import Final

from pcapkit.layers.packet import Packet
from pcapkit.subset import (
    I64,
    U8,
    U32,
    Duration,
    Frame,
    FrameNumber,
    Names,
    dissector,
    field,
    fields,
    record,
    u8,
)

SILENT: Final = 0xFF


class Kind(Names):
    """Three kinds."""

    PLAIN = 0, "plain"
    LOUD = 1, "loud"
    ODD = 2, "odd"


@fields
class Told:
    """A field of each kind."""

    kinds: U32 = field("Kinds", every=Kind, quiet=(Kind.PLAIN,))
    size: U8 = field("Size")
    first: Kind = field("First kind")
    answers: FrameNumber = field("Answers")
    delay: Duration = field("Delay", when="answers")
    sure: bool = field("Sure", when="sure")
    problems: U32 = field("Problem", every=Kind, expert=True)


@record
class Capture:
    """What is remembered."""

    frames: U32
    previous: I64


@dissector("toy", "A toy", protocol="tcp")
def dissect(capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Told) -> bool:
    """Say what the bytes ask for: kinds, first kind, whether it answers, whether it is sure, problems."""
    capture.frames += 1
    if u8(frame, 0) == SILENT:
        return False
    told.kinds = u8(frame, 0)
    told.first = Kind.LOUD if u8(frame, 1) == 1 else Kind.PLAIN
    told.size = capture.frames & 255
    if u8(frame, 2) != 0:
        told.answers = number
        told.delay = time - capture.previous
    told.sure = u8(frame, 3) != 0
    told.problems = u8(frame, 4)
    capture.previous = time
    return True
