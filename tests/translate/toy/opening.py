"""Which of the three steps that open a TCP connection a segment is.

The names `base`, `expert` and `kept` are here because the plugin around this text uses them, too.
"""

from typing import Final

from pcapkit.subset import (
    I64,
    U8,
    U16,
    U32,
    Duration,
    Frame,
    FrameNumber,
    Key,
    Names,
    Table,
    dissector,
    field,
    fields,
    including,
    part,
    record,
)
from tests.translate.toy.packet import Packet, Segment

SYN: Final = 2
ACK: Final = 16
base: Final = 1


class Step(Names):
    """The steps, and what goes with them."""

    SYN = 0, "1/3 SYN", "the client's"
    SYN_ACK = 1, "2/3 SYN-ACK"
    ACK = 2, "3/3 ACK"
    REPEAT = 7, 'again ("repeat")'


class Role(Names):
    """Who sends."""

    NOBODY = 0, "nobody"
    CLIENT = 1, "client"
    SERVER = 200, "server"


class Problem(Names):
    """What is odd."""

    WRONG_ACK = 0, "wrong acknowledgement"
    NO_SYN = 2, "no SYN was seen"


@fields
class Told:
    """What is told of one frame."""

    step: U8 = field("Step", "what it is", every=Step)
    sender: Role = field("Sender")
    ttl: U8 = field("TTL")
    window: U16 = field("Window", "as sent")
    next: U32 = field("Next", "the sequence number after it", when="sender")
    answers: FrameNumber = field("Answers")
    delay: Duration = field("Delay", "since then", when="answers")
    late: bool = field("Late", "more than a second")
    early: bool = field("Early", "before what it answers", when="early")
    problems: U32 = field("Problem", "what is odd", every=Problem, expert=True)


@record
class Opening:
    """One connection's opening."""

    syn: U32  # the frame
    syn_time: I64
    client_next: U32
    syn_ack: U32
    syn_ack_time: I64
    server_next: U32


@record
class Capture:
    """All of them, by the client's address and port, then the server's."""

    openings: Table[Opening]


def expert(told: Told, problem: Problem) -> None:
    """Note a problem."""
    told.problems = including(told.problems, problem)


def answer(told: Told, kept: U32, since: I64) -> None:
    """Tell which frame this one answers."""
    told.answers = kept
    told.delay = since
    told.late = since > 1_000_000_000
    told.early = since < 0


def key_of(frame: Frame, packet: Packet, from_client: bool) -> Key:
    """The key of a connection, the same in both directions."""
    source = part(frame, packet.addresses_at, 4) + part(frame, packet.transport_at, 2)
    target = part(frame, packet.addresses_at + 4, 4) + part(frame, packet.transport_at + 2, 2)
    if from_client:
        return source + target
    return target + source


@dissector("toy", "Toy Opening", protocol="tcp")
def dissect(capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Told) -> bool:
    """Label a segment if it is one of the three."""
    if not packet.has_segment:
        return False
    segment = packet.segment
    told.ttl = packet.ttl
    told.window = segment.window
    if segment.flags & SYN == 0:
        return last_step(capture, key_of(frame, packet, True), segment, time, told)
    told.next = (segment.seq + base) % 2**32
    if segment.flags & ACK == 0:
        key = key_of(frame, packet, True)
        opening = capture.openings.find(key)
        told.step = including(told.step, Step.SYN)
        if opening is not None and opening.client_next == told.next:
            told.step = including(told.step, Step.REPEAT)
            answer(told, opening.syn, time - opening.syn_time)
        else:
            opening = capture.openings.add(key)
            opening.syn = number
            opening.syn_time = time
            opening.client_next = told.next
        told.sender = Role.CLIENT
        return True
    opening = capture.openings.find(key_of(frame, packet, False))
    told.step = including(told.step, Step.SYN_ACK)
    told.sender = Role.SERVER
    if opening is None:
        expert(told, Problem.NO_SYN)
        return True
    if opening.client_next != segment.ack:
        expert(told, Problem.WRONG_ACK)
    answer(told, opening.syn, time - opening.syn_time)
    opening.syn_ack = number
    opening.syn_ack_time = time
    opening.server_next = told.next
    return True


def last_step(capture: Capture, key: Key, segment: Segment, time: I64, told: Told) -> bool:
    """The third step, after which the opening is forgotten."""
    opening = capture.openings.find(key)
    if opening is None or opening.syn_ack == 0:
        return False
    told.step = including(told.step, Step.ACK)
    told.next = segment.seq
    if segment.ack != opening.server_next:
        expert(told, Problem.WRONG_ACK)
        expert(told, Problem.NO_SYN)
    answer(told, opening.syn_ack, time - opening.syn_ack_time)
    capture.openings.remove(key)
    return True
