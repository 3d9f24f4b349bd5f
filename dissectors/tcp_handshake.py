"""The handshake step: what each TCP frame means for the connection it belongs to.

Theory of operation
===================

An observer stands at one point of the path and sees segments in the order of the capture. It may miss some, see some
twice, or see them out of order. For each it asks: which *event* of a connection's life is this?

A connection is opened by three events (RFC 9293 section 3.5):

    open 1/3   the client sends a SYN with its initial sequence number, its ISN
    open 2/3   the server answers SYN and ACK: its own ISN, and the client's ISN + 1 as acknowledgement
    open 3/3   the client acknowledges the server's ISN + 1

and closed by four (section 3.6), since each direction is closed on its own:

    close 1/4  one side sends a FIN: "I have no more data"
    close 2/4  the other side acknowledges that FIN
    close 3/4  the other side sends its own FIN, at once or much later
    close 4/4  that FIN is acknowledged

Why the acknowledgement is "+ 1": a SYN and a FIN each take one sequence number, as if they were one byte, so that
they can be acknowledged (and sent again) like data.

An event has an identity, not a place in a fixed order: close 2/4 is the first segment that acknowledges the first
FIN, whenever it comes. So one frame may be several events at once. A server that closes right after its reply is
answered by a single FIN with ACK, which is close 2/4 *and* 3/4: ten frames where a slower exchange takes eleven. Two
sides that close at the same time give 1/4, 3/4, 2/4, 4/4. Neither needs a name of its own.

The states
----------
Each side is taken through the states of RFC 9293 (section 3.3.2) as if every captured frame arrived::

                     client                              server
                  (unknown)                           (unknown)
    SYN            SYN-SENT        -- open 1/3 -->     SYN-RECEIVED
    SYN ACK        ESTABLISHED     <-- open 2/3 --     SYN-RECEIVED
    ACK            ESTABLISHED     -- open 3/3 -->     ESTABLISHED
                     closer                              other side
    FIN            FIN-WAIT-1      -- close 1/4 -->    CLOSE-WAIT
    ACK            FIN-WAIT-2      <-- close 2/4 --    CLOSE-WAIT
    FIN            TIME-WAIT       <-- close 3/4 --    LAST-ACK
    ACK            TIME-WAIT       -- close 4/4 -->    CLOSED

A FIN that crosses the other's FIN makes both CLOSING until the acknowledgements come. Which side is the client is
known from a SYN or SYN-ACK; without one, the states are not told.

Where RFC 9293 and the definition of the steps leave a choice, this is what was chosen:

* A SYN is taken to find a listener (RFC 9293 figure 6): the server is in SYN-RECEIVED until a RST says otherwise.
* A fragment of an IP datagram is no segment: its header is not all here, or its length is not known. It takes no step.
* A segment without ACK that is neither SYN nor RST is dropped by every receiver (section 3.10.7.4), and so are SYN
  with FIN and SYN with RST by any stack of today: `other`, and it moves nothing here.
* Acknowledgement steps are taken again, with `repeat`, when what they acknowledge was sent again after it had been
  acknowledged. So a lost last ACK gives 3/4 + repeat, 4/4 + repeat, while an ACK that is merely seen twice is `ack`.
* A RST with the numbers of the RST before it, from the same side, is a repeat of it.
* A FIN or data that is repeated repeats every step of the original: the copy of a merged frame is 2/4 + 3/4 + repeat.
* Open 3/3 is also concluded where the SYN-ACK was not captured: the client, whose SYN was, goes on past it.
* A side's end is moved by what lies within 2**30 of it; anything farther is no part of the conversation.
* A RST ends the connection if it is in the window, up to and including the next number that its sender will use:
  what was sent before it has arrived too, as far as the observer knows. Where the window's scale was not captured,
  the greatest is assumed.
* A connection that was reset goes on ("reset without effect") when the side in whose name the RST came sends
  something new or acknowledges something new.
* A keep-alive repeats a number that was acknowledged, if acknowledgements were captured; a last byte that was not is
  data sent again. Behind its own FIN no side keeps alive.
* An acknowledgement of more than 16 MiB past what was captured from the other side is not believed.
* A FIN with another number than the side's FIN before, and a SYN-ACK that acknowledges nothing of this connection or
  comes with another ISN once the first was acknowledged, is `other`, and moves nothing.
* Behind a SYN without answer, a segment of the other side that knows nothing of that SYN is "of an earlier
  connection" (or the challenge of one who takes the SYN for old). It takes no opening or closing step.
* A late SYN or SYN-ACK belongs to a connection that was picked up in the middle if what was captured from that side
  begins no more than 65,535 bytes behind it.
* Of repeated data the original is named if it was the last data segment before it from its side.

What is remembered
------------------
A capture can go on for ever, and anybody can send SYNs. So connections are forgotten, by two rules that depend on the
frames alone:

* By time. A connection of which no frame was seen for more than 5 days counts as never seen; one that has ended, or
  whose opening was not completed, for more than 4 minutes, twice the longest life of a segment (RFC 5382 asks NATs
  for as much, and for two hours where Linux and this file have 5 days). A late frame of it begins a new connection.
  Time is counted in whole seconds, and never goes back where timestamps do.
* By number. A connection that has ended, or that is not settled, stays until PASSING others have begun or ended since.
  Settled it is once it is open and each side was heard to acknowledge what the other sends, so that the addresses are
  nobody's invention: neither a SYN, nor its SYN-ACK, nor a RST settles anything. So a flood of SYNs, or of ACKs that
  nobody answers, takes no more memory than PASSING connections, and drives out no settled one. Who forges both sides of
  a conversation makes a settled one; those are bounded by time alone, and by the memory that a run may take.
  What leaves by this rule is counted: `given_up`, and `ended_early` where it had ended.

Since a frame finds nothing that counts as forgotten, it makes no difference when that is in fact removed: a few
records are looked at whenever a connection begins.
"""

from typing import Final

from pcapkit.layers.clock import PERIOD, Clock, advance_clock
from pcapkit.layers.endpoints import is_forward, key_of
from pcapkit.layers.packet import Packet, Segment
from pcapkit.layers.tcp import ACK, FIN, RST, SYN
from pcapkit.layers.tcp_numbers import acknowledges, distance, end_of, following
from pcapkit.layers.tcp_options import GREATEST_SCALE, NO_SCALE, window_scale
from pcapkit.subset import (
    I64,
    U8,
    U32,
    U52,
    Duration,
    Frame,
    FrameNumber,
    Key,
    Names,
    Queue,
    Rare,
    Table,
    dissector,
    field,
    fields,
    has,
    including,
    record,
)

FAR: Final = 2**30  # bytes: half of the sequence numbers that compare as "after"
UNSEEN: Final = 2**24  # bytes: how much of what a side sent may have escaped the capture
REORDERING: Final = 65535  # bytes: how far behind its SYN a side's first captured segment may begin

PATIENCE: Final = 5 * 24 * 60 * 60  # seconds: how long an open connection is remembered that is silent
PATIENCE_PASSING: Final = 4 * 60  # seconds: the same for one that has ended, or is still being opened
PASSING: Final = 2**19  # connections that have ended or are not settled: so many are remembered at most
SWEEP: Final = 2  # connections that are looked at, whether they are forgotten, whenever one begins


class Step(Names):
    """The events. A frame can be several; they are listed in this order."""

    OPEN_SYN = 0, "open 1/3 SYN", "the client's first SYN"
    OPEN_SYN_ACK = 1, "open 2/3 SYN-ACK", "a side's first SYN that also acknowledges the other side's SYN"
    OPEN_ACK = 2, "open 3/3 ACK", "the first acknowledgement of a SYN-ACK"
    OPEN_CROSSED = 3, "open: crossed SYN", "a SYN from the other side while the first is unanswered"
    DATA = 4, "data", "carries payload"
    ACK = 5, "ack", "acknowledges, and is nothing else"
    KEEP_ALIVE = 6, "keep-alive", "repeats a number long acknowledged, to make the other side answer"
    CLOSE_FIN = 7, "close 1/4 FIN", "the first FIN of the connection"
    CLOSE_ACK = 8, "close 2/4 ACK", "the first acknowledgement of the first FIN"
    CLOSE_FIN_BACK = 9, "close 3/4 FIN", "the other side's FIN"
    CLOSE_ACK_BACK = 10, "close 4/4 ACK", "the first acknowledgement of the other side's FIN"
    REFUSED = 11, "refused RST", "answers a SYN: nobody listens there"
    RESET = 12, "reset RST", "ends the connection at once"
    RESET_IGNORED = 13, "ignored RST", "has numbers that its receiver does not accept"
    REPEAT = 14, "repeat", "was seen before: sent again, or captured again"
    PROBE = 15, "other", "flags that no open and no close uses"


class State(Names):
    """The states of an endpoint (RFC 9293 section 3.3.2)."""

    UNKNOWN = 0, "unknown", "too little was captured to tell"
    LISTEN = 1, "LISTEN", "waits for any SYN"
    SYN_SENT = 2, "SYN-SENT", "has sent its SYN"
    SYN_RECEIVED = 3, "SYN-RECEIVED", "has received a SYN and waits for the acknowledgement of its own"
    ESTABLISHED = 4, "ESTABLISHED", "data may flow both ways"
    FIN_WAIT_1 = 5, "FIN-WAIT-1", "has sent its FIN first"
    FIN_WAIT_2 = 6, "FIN-WAIT-2", "its FIN is acknowledged; the other side may still send"
    CLOSE_WAIT = 7, "CLOSE-WAIT", "has received a FIN; may still send"
    CLOSING = 8, "CLOSING", "FINs have crossed; waits for the acknowledgement of its own"
    LAST_ACK = 9, "LAST-ACK", "has sent its FIN second; waits for its acknowledgement"
    TIME_WAIT = 10, "TIME-WAIT", "is done, and stays a while to answer what comes late"
    CLOSED = 11, "CLOSED", "no connection any more"


class Role(Names):
    """Who an endpoint is."""

    UNKNOWN = 0, "unknown", "neither SYN nor SYN-ACK was captured"
    CLIENT = 1, "client", "opened the connection"
    SERVER = 2, "server", "was connected to"


class Check(Names):
    """How a number compares with what the rule says it must be."""

    NONE = 0, "none", "no rule for this frame"
    RIGHT = 1, "right", "exactly that number"
    PAST = 2, "past it", "further on: something more was sent, or acknowledged, with it"
    WRONG = 3, "wrong", "a number that the rule does not allow"


class Problem(Names):
    """What is odd about a frame."""

    WRONG_ACK = 0, "wrong acknowledgement", "a handshake's acknowledgement is not the other side's number + 1"
    SECOND_ISN = 1, "second ISN", "a SYN-ACK with another initial sequence number than before"
    FIN_AHEAD = 2, "FIN ahead of its data", "bytes before this FIN were not captured, or come later"
    PORT_REUSED = 3, "port reused while open", "a new SYN although the connection before was not closed"
    DIRECTION_INFERRED = 4, "direction inferred", "the SYN was not captured: the SYN-ACK tells who is the client"
    RESET_WITHOUT_EFFECT = 5, "reset without effect", "the connection goes on after a RST: it was not its sender's"
    DATA_AFTER_FIN = 6, "data after FIN", "the side had said that it has no more data"
    SECOND_FIN = 7, "second FIN", "a FIN with another number than before"
    ODD_FLAGS = 8, "odd flags", "a combination of flags that no connection uses"
    STRAY = (
        9,
        "of an earlier connection",
        "knows nothing of the SYN before it: late, or the answer of who took it for old",
    )


@fields
class Handshake:
    """What is told of one frame."""

    step: U32 = field(
        "Step",
        "what the frame is",
        every=Step,
        quiet=(Step.DATA, Step.ACK),
        note=(Step.KEEP_ALIVE, Step.RESET_IGNORED, Step.REPEAT),
        warn=(Step.REFUSED, Step.RESET),
    )
    connection: U32 = field("Connection", "which connection of this capture, from 0")
    sender: Role = field("Sender", "who sent it")
    client_state: State = field("Client state", "once this frame has arrived")
    server_state: State = field("Server state", "once this frame has arrived")
    answers: FrameNumber = field("Answers frame", "the frame that this step answers, or repeats")
    delay: Duration = field("Delay", "since that frame", when="answers")
    inferred: bool = field("Inferred", "concluded although an earlier step was not captured", when="inferred")
    expected_ack: U32 = field("Expected ack", "what the acknowledgement number must be", when="ack_check")
    ack_check: Check = field("Ack is", "how the acknowledgement number compares", when="ack_check")
    expected_seq: U32 = field("Expected seq", "what the sequence number must be", when="seq_check")
    seq_check: Check = field("Seq is", "how the sequence number compares", when="seq_check")
    problems: U32 = field("Problem", "what is odd", every=Problem, expert=True, note=(Problem.DIRECTION_INFERRED,))


# The state.


@record
class Event:
    """Something that happened, and in which frame; frame 0: it has not."""

    frame: U32
    time: U52  # nanoseconds since the capture's first frame, modulo PERIOD


@record
class Closing:
    """The FIN of one endpoint, and what became of it."""

    fin: Event
    end: U32  # the number past it
    answer: Event  # the other side's first acknowledgement of it
    is_first: bool  # the other side had sent none before
    again: bool  # it was sent again after its acknowledgement


@record
class Reset:
    """The latest RST of one endpoint."""

    rst: Event
    seq: U32
    ack: U32
    acks: bool  # it had an acknowledgement
    own_state: State  # before the RST that ended the connection
    other_state: State  # of the other side, then


@record
class Side:
    """What the observer knows of one endpoint of a connection."""

    role: Role
    state: State
    # Its opening.
    sent_syn: bool  # without ACK
    sent_syn_ack: bool
    opening: Event  # its first SYN without ACK; where it sent none, its SYN-ACK
    crossing: Rare[Event]  # its SYN-ACK, where it sent a SYN too
    isn_known: bool
    start: U32  # its ISN, or, where that is not known, the first number captured from it
    start_fits: bool  # where the ISN is known: the first number captured was close behind it
    syn_end: U32  # the number past its SYN, and past the data that came with it
    scale: U8  # the shift of its windows, or NO_SCALE
    # What it has sent.
    began: bool
    end: U32  # past the last number captured from it
    data: Event  # its latest new data
    data_seq: U32
    # What it has acknowledged, and how much more it takes.
    acked: bool
    ack: U32
    window: U32  # bytes, scaled
    # Its end.
    finished: bool  # it has sent a FIN
    closing: Rare[Closing]
    aborted: bool  # it ended the connection by a RST
    reset: Rare[Reset]


@record
class Connection:
    """One incarnation of a pair of endpoints."""

    number: U32
    seen: U32  # when its latest frame came, by the clock's seconds
    turn: U32  # its latest place in Passing, from 1
    forward: bool  # the frame at hand was sent by `first`
    ended: bool  # as of the frame before
    first: Side  # the endpoint that its key begins with
    second: Side
    open_answer: Event  # open 3/3
    open_again: bool  # a SYN-ACK was sent again after that


@record
class Passing:
    """Connections that have begun or ended, in this order, the latest PASSING of them."""

    keys: Queue
    turns: U32  # how many there were so far


@record
class Capture:
    """The connections of one capture."""

    connections: Table[Connection]
    passing: Passing
    clock: Clock
    count: U32  # connections so far
    given_up: U32  # those that were neither settled nor ended when PASSING others had come
    ended_early: U32  # those that had to go less than PATIENCE_PASSING after their end


# What is told.


def take(told: Handshake, step: Step) -> None:
    """The frame is this event."""
    told.step = including(told.step, step)


def object_to(told: Handshake, problem: Problem) -> None:
    """Something is odd about the frame."""
    told.problems = including(told.problems, problem)


def answer(told: Handshake, event: Event, now: Event) -> None:
    """The frame answers, or repeats, that event, if it was captured. The first answer told stands."""
    if event.frame != 0 and told.answers == 0:
        told.answers = event.frame
        delay = (now.time - event.time) % PERIOD
        told.delay = delay if delay < PERIOD // 2 else delay - PERIOD


def note(event: Event, now: Event) -> None:
    """That event happened now."""
    event.frame = now.frame
    event.time = now.time


def expect_ack(told: Handshake, segment: Segment, expected: U32, last: U32) -> None:
    """The acknowledgement should be `expected`; the other side has sent nothing past `last`."""
    told.expected_ack = expected
    if segment.ack == expected:
        told.ack_check = Check.RIGHT
    elif distance(segment.ack, expected) > 0 and distance(segment.ack, last) <= 0:
        told.ack_check = Check.PAST
    else:
        told.ack_check = Check.WRONG
        object_to(told, Problem.WRONG_ACK)


def expect_seq(told: Handshake, segment: Segment, expected: U32) -> None:
    """The sequence number should be `expected`."""
    told.expected_seq = expected
    if segment.seq == expected:
        told.seq_check = Check.RIGHT
    elif distance(segment.seq, expected) > 0:
        told.seq_check = Check.PAST
    else:
        told.seq_check = Check.WRONG


# What is remembered.


def is_answered(side: Side) -> bool:
    """Tell whether a side has sent a FIN that was acknowledged."""
    return side.finished and side.closing.answer.frame != 0


def has_ended(connection: Connection) -> bool:
    """Tell whether a connection is over: reset, refused, or both FINs acknowledged."""
    first = connection.first
    second = connection.second
    closed = first.finished and second.finished and is_answered(first) and is_answered(second)
    return closed or first.aborted or second.aborted


def is_opening(connection: Connection) -> bool:
    """Tell whether a SYN was captured, and open 3/3 was not."""
    known = connection.first.isn_known or connection.second.isn_known
    return known and connection.open_answer.frame == 0


def is_settled(connection: Connection) -> bool:
    """Tell whether a connection is open, and both sides take part in it."""
    return connection.first.acked and connection.second.acked and not is_opening(connection) and not connection.ended


def is_forgotten(connection: Connection, clock: Clock) -> bool:
    """Tell whether a connection was silent for so long that it counts as never seen."""
    passing = connection.ended or is_opening(connection)
    return clock.seconds - connection.seen > (PATIENCE_PASSING if passing else PATIENCE)


def line_up(capture: Capture, connection: Connection, key: Key) -> None:
    """Put a connection that has begun or ended behind all others that have; the first of too many leaves."""
    passing = capture.passing
    passing.turns = (passing.turns + 1) % 2**32
    connection.turn = passing.turns
    passing.keys.put(key)
    if len(passing.keys) > PASSING:
        oldest = passing.keys.take()
        turn = (passing.turns - len(passing.keys)) % 2**32
        leaving = capture.connections.find(oldest)
        # It may have begun anew or ended since: then its later turn counts.
        if leaving is not None and leaving.turn == turn and not is_settled(leaving):
            if not is_forgotten(leaving, capture.clock):
                if leaving.ended:
                    capture.ended_early += 1
                else:
                    capture.given_up += 1
            capture.connections.remove(oldest)


def sweep(capture: Capture) -> None:
    """Remove some of those that are forgotten."""
    for _ in range(SWEEP):
        key = capture.connections.walk()
        connection = capture.connections.find(key)
        if connection is not None and is_forgotten(connection, capture.clock):
            capture.connections.remove(key)


# Which connection.


def is_near(start: U32, isn: U32) -> bool:
    """Tell whether what begins with the number `start` can be the first that was captured behind the SYN `isn`."""
    gap = distance(start, following(isn, 1))
    return gap >= 0 and gap <= REORDERING


def fits(side: Side, segment: Segment) -> bool:
    """Tell whether a SYN can be the one with which `side`, picked up in the middle, had begun."""
    if side.isn_known:
        return not side.began or side.start_fits
    return not side.began or is_near(side.start, segment.seq)


def is_established(side: Side) -> bool:
    """Tell whether a side's SYN is known to have been answered."""
    return side.state != State.UNKNOWN and side.state != State.SYN_SENT and side.state != State.SYN_RECEIVED


def begins_anew(connection: Connection, sender: Side, receiver: Side, segment: Segment) -> bool:
    """Tell whether a SYN without ACK begins another connection than the last one between these endpoints."""
    if connection.ended:
        return True
    if sender.isn_known:
        # Where the ISN is known from the SYN-ACK alone, data with the SYN may have been acknowledged too.
        with_data = not sender.sent_syn and end_of(segment) == sender.syn_end
        return segment.seq != sender.start and not with_data
    if receiver.isn_known:
        return is_established(receiver)
    return not fits(sender, segment)


def connection_of(capture: Capture, frame: Frame, packet: Packet, told: Handshake) -> Connection:
    """Find the connection that a segment belongs to, or begin one."""
    segment = packet.segment
    forward = is_forward(frame, packet)
    key = key_of(frame, packet, forward)
    connection = capture.connections.find(key)
    if connection is not None and not is_forgotten(connection, capture.clock):
        connection.forward = forward
        connection.seen = capture.clock.seconds
        if segment.flags & SYN == 0 or segment.flags & ACK != 0 or is_odd(segment):
            return connection
        sender = connection.first if forward else connection.second
        receiver = connection.second if forward else connection.first
        if not begins_anew(connection, sender, receiver, segment):
            return connection
        if not connection.ended:
            object_to(told, Problem.PORT_REUSED)
    begun = capture.connections.add(key)  # in place of the one before
    begun.number = capture.count
    begun.seen = capture.clock.seconds
    begun.forward = forward
    begun.first.scale = NO_SCALE
    begun.second.scale = NO_SCALE
    capture.count += 1
    line_up(capture, begun, key)
    sweep(capture)
    return begun


# The steps.


def is_odd(segment: Segment) -> bool:
    """Tell whether the flags belong to no open and no close."""
    flags = segment.flags
    if flags & SYN != 0:
        return flags & FIN != 0 or flags & RST != 0
    return flags & ACK == 0 and flags & RST == 0


def is_stray(sender: Side, receiver: Side, segment: Segment) -> bool:
    """Tell whether a segment knows nothing of the SYN that the other side, the client, has sent."""
    waits = receiver.role == Role.CLIENT and receiver.state == State.SYN_SENT
    if not waits or sender.isn_known or segment.flags & SYN != 0 or segment.flags & RST != 0:
        return False
    past = distance(segment.ack, following(receiver.start, 1))
    return past < 0 or past > UNSEEN


def syn(sender: Side, receiver: Side, segment: Segment, now: Event, told: Handshake) -> None:
    """A SYN without ACK: open 1/3, crossed, or one of these again."""
    crossed = receiver.sent_syn and sender.role != Role.CLIENT
    if crossed:
        take(told, Step.OPEN_CROSSED)
    else:
        take(told, Step.OPEN_SYN)
    if sender.sent_syn:
        take(told, Step.REPEAT)
        answer(told, sender.opening, now)
        return
    if sender.sent_syn_ack:
        note(sender.crossing, sender.opening)
    sender.sent_syn = True
    note(sender.opening, now)
    learn_isn(sender, segment)
    # A SYN captured behind what it brought about changes no state any more.
    if crossed:
        sender.role = Role.SERVER
        if not is_established(sender):
            sender.state = State.SYN_RECEIVED
        if not is_established(receiver):
            receiver.state = State.SYN_RECEIVED
    else:
        sender.role = Role.CLIENT
        receiver.role = Role.SERVER
        if sender.state == State.UNKNOWN:
            sender.state = State.SYN_SENT
        if receiver.state == State.UNKNOWN:
            receiver.state = State.SYN_RECEIVED


def learn_isn(side: Side, segment: Segment) -> None:
    """Take over the numbers of a side's SYN."""
    if (side.isn_known and side.start != segment.seq) or not fits(side, segment):
        side.began = False  # what was seen before was numbered otherwise
    know_isn(side, segment.seq)
    side.syn_end = following(segment.seq, segment.payload_length + 1)


def know_isn(side: Side, isn: U32) -> None:
    """From now on, a side's numbers are counted from its ISN."""
    if side.began and not side.isn_known:
        side.start_fits = is_near(side.start, isn)
    side.isn_known = True
    side.start = isn


def syn_ack_of(side: Side) -> Event:
    """When a side that has sent a SYN-ACK did so."""
    return side.crossing if side.sent_syn else side.opening


def syn_ack(
    connection: Connection, sender: Side, receiver: Side, segment: Segment, now: Event, told: Handshake
) -> None:
    """A SYN with ACK: open 2/3, again, or one that answers nothing."""
    if sender.sent_syn_ack and sender.start == segment.seq:
        take(told, Step.OPEN_SYN_ACK)
        take(told, Step.REPEAT)
        answer(told, syn_ack_of(sender), now)
        connection.open_again = connection.open_answer.frame != 0
        return
    if receiver.isn_known:
        first = following(receiver.start, 1)
        expected = receiver.syn_end if segment.ack == receiver.syn_end else first
        expect_ack(told, segment, expected, receiver.syn_end)
        if not acknowledges(segment, first):
            take(told, Step.PROBE)
            return
    if sender.isn_known and sender.start != segment.seq:
        object_to(told, Problem.SECOND_ISN)
        if connection.open_answer.frame != 0:  # the first ISN was acknowledged, so that this one does not count
            take(told, Step.PROBE)
            return
    take(told, Step.OPEN_SYN_ACK)
    if not receiver.isn_known:
        told.inferred = True
        object_to(told, Problem.DIRECTION_INFERRED)
        know_isn(receiver, (segment.ack - 1) % 2**32)
        receiver.syn_end = segment.ack
    if receiver.sent_syn:
        answer(told, receiver.opening, now)
    sender.sent_syn_ack = True
    note(syn_ack_of(sender), now)
    learn_isn(sender, segment)
    if sender.role == Role.UNKNOWN:
        sender.role = Role.SERVER
        receiver.role = Role.CLIENT
    if sender.state == State.UNKNOWN:
        sender.state = State.SYN_RECEIVED
    if not is_established(receiver):
        receiver.state = State.ESTABLISHED


def open_ack(
    connection: Connection, sender: Side, receiver: Side, segment: Segment, now: Event, told: Handshake
) -> None:
    """Open 3/3, where this segment is the first to acknowledge a SYN-ACK."""
    if receiver.sent_syn_ack:
        expected = following(receiver.start, 1)
        if not acknowledges(segment, expected):
            if connection.open_answer.frame == 0:
                expect_ack(told, segment, expected, receiver.end)
            return
        if connection.open_answer.frame == 0:
            note(connection.open_answer, now)
            answer(told, syn_ack_of(receiver), now)
            expect_ack(told, segment, expected, receiver.end)
            if sender.isn_known:
                expect_seq(told, segment, sender.syn_end)
        elif connection.open_again:
            connection.open_again = False
            take(told, Step.REPEAT)
            answer(told, connection.open_answer, now)
        else:
            return
    else:
        # The SYN-ACK was not captured: the client, which can only wait for it, goes on past its SYN.
        waited = sender.role == Role.CLIENT and sender.sent_syn and connection.open_answer.frame == 0
        past = distance(segment.seq, sender.syn_end)
        if not waited or sender.state == State.CLOSED or past < 0 or past >= FAR:
            return
        told.inferred = True
        note(connection.open_answer, now)
        expect_seq(told, segment, sender.syn_end)
    take(told, Step.OPEN_ACK)
    if not is_established(sender):
        sender.state = State.ESTABLISHED
    if not is_established(receiver):
        receiver.state = State.ESTABLISHED


def say_again(connection: Connection, receiver: Side, original: Event, told: Handshake) -> None:
    """A FIN or data that is repeated repeats all that the original was."""
    if connection.open_answer.frame == original.frame and original.frame != 0:
        take(told, Step.OPEN_ACK)
    if is_answered(receiver) and receiver.closing.answer.frame == original.frame:
        take_close_ack(receiver, told)


def take_close_ack(receiver: Side, told: Handshake) -> None:
    """The frame acknowledges the receiver's FIN: close 2/4 if that was the first one, or 4/4."""
    if receiver.closing.is_first:
        take(told, Step.CLOSE_ACK)
    else:
        take(told, Step.CLOSE_ACK_BACK)


def close_ack(sender: Side, receiver: Side, segment: Segment, now: Event, told: Handshake) -> None:
    """Close 2/4 or 4/4, where this segment is the first to acknowledge the receiver's FIN."""
    if not receiver.finished:
        return
    closing = receiver.closing
    if not acknowledges(segment, closing.end):
        return
    if closing.answer.frame == 0:
        note(closing.answer, now)
        answer(told, closing.fin, now)
        expect_ack(told, segment, closing.end, closing.end)
        if sender.began:
            expect_seq(told, segment, sender.end)
    elif closing.again:
        closing.again = False
        take(told, Step.REPEAT)
        answer(told, closing.answer, now)
    else:
        return
    take_close_ack(receiver, told)
    if receiver.state == State.FIN_WAIT_1:
        receiver.state = State.FIN_WAIT_2
    elif receiver.state == State.CLOSING:
        receiver.state = State.TIME_WAIT
    elif receiver.state == State.LAST_ACK:
        receiver.state = State.CLOSED


def fin(connection: Connection, sender: Side, receiver: Side, segment: Segment, now: Event, told: Handshake) -> None:
    """Close 1/4 or 3/4: a side's FIN, or that FIN again."""
    closing = sender.closing
    if not sender.finished:
        closing.is_first = not receiver.finished
    elif closing.end != end_of(segment):
        take(told, Step.PROBE)
        object_to(told, Problem.SECOND_FIN)
        return
    if closing.is_first:
        take(told, Step.CLOSE_FIN)
    else:
        take(told, Step.CLOSE_FIN_BACK)
    if sender.finished:
        take(told, Step.REPEAT)
        answer(told, closing.fin, now)
        say_again(connection, receiver, closing.fin, told)
        if closing.answer.frame != 0:
            closing.again = True
            if not sender.aborted and not receiver.aborted:
                wait_again(sender)
        return
    sender.finished = True
    note(closing.fin, now)
    closing.end = end_of(segment)
    if sender.began:
        expect_seq(told, segment, sender.end)
        if distance(segment.seq, sender.end) > 0:
            object_to(told, Problem.FIN_AHEAD)
    # The sender had not received the other side's FIN if it does not acknowledge it: the two have crossed.
    if not receiver.finished:
        sender.state = State.FIN_WAIT_1
    elif acknowledges(segment, receiver.closing.end):
        sender.state = State.LAST_ACK
    else:
        sender.state = State.CLOSING
    if not receiver.finished:
        receiver.state = State.CLOSE_WAIT
    elif receiver.state == State.FIN_WAIT_1:
        receiver.state = State.CLOSING
    elif receiver.state == State.FIN_WAIT_2:
        receiver.state = State.TIME_WAIT


def wait_again(sender: Side) -> None:
    """A FIN that is sent again tells that its acknowledgement never arrived."""
    if sender.state == State.FIN_WAIT_2:
        sender.state = State.FIN_WAIT_1
    elif sender.state == State.TIME_WAIT:
        sender.state = State.CLOSING
    elif sender.state == State.CLOSED:
        sender.state = State.LAST_ACK


def rst(sender: Side, receiver: Side, segment: Segment, now: Event, told: Handshake) -> None:
    """A RST: it refuses a SYN, ends the connection, or is not accepted."""
    reset = sender.reset
    again = reset.rst.frame != 0 and reset.seq == segment.seq and reset.ack == segment.ack
    if is_refusal(sender, receiver, segment):
        take(told, Step.REFUSED)
        if not again:
            answer(told, receiver.opening, now)
        expected = receiver.syn_end if segment.ack == receiver.syn_end else following(receiver.start, 1)
        expect_ack(told, segment, expected, receiver.syn_end)
        expect_seq(told, segment, 0)
    elif is_accepted(sender, receiver, segment):
        take(told, Step.RESET)
    else:
        take(told, Step.RESET_IGNORED)
    if again:
        take(told, Step.REPEAT)
        answer(told, reset.rst, now)
    else:
        note(reset.rst, now)
        reset.seq = segment.seq
        reset.ack = segment.ack
        reset.acks = segment.flags & ACK != 0
    if has(told.step, Step.RESET_IGNORED) or sender.aborted or receiver.aborted:
        return
    sender.aborted = True
    reset.own_state = sender.state
    reset.other_state = receiver.state
    # A server that only listens goes on doing so (RFC 9293 section 3.10.7.4); nobody else has a connection left.
    listens = receiver.role == Role.SERVER and receiver.state == State.SYN_RECEIVED and not receiver.sent_syn
    sender.state = State.CLOSED
    receiver.state = State.LISTEN if listens else State.CLOSED


def is_refusal(sender: Side, receiver: Side, segment: Segment) -> bool:
    """Tell whether a RST acknowledges a SYN that no SYN-ACK had answered."""
    if not receiver.sent_syn or sender.sent_syn_ack or segment.flags & ACK == 0:
        return False
    waits = receiver.state == State.SYN_SENT or receiver.state == State.SYN_RECEIVED or receiver.state == State.CLOSED
    in_syn = distance(segment.ack, receiver.start) > 0 and distance(segment.ack, receiver.syn_end) <= 0
    return waits and in_syn and distance(receiver.end, receiver.syn_end) <= 0


def is_accepted(sender: Side, receiver: Side, segment: Segment) -> bool:
    """Tell whether the receiver of a RST would take it, or the observer cannot tell."""
    if receiver.state == State.SYN_SENT:
        return False  # it takes only one that acknowledges its SYN, which would be a refusal
    if not receiver.acked:
        return True
    past = distance(segment.seq, receiver.ack)
    if past < 0:
        return False
    if sender.began and segment.seq == sender.end:
        return True
    return past < receiver.window or past == 0


def keeps_alive(sender: Side, receiver: Side, segment: Segment) -> bool:
    """Tell whether a segment repeats the last number before those that the receiver waits for, and nothing more."""
    if segment.payload_length > 1 or not sender.began or sender.finished:
        return False
    if segment.flags & (SYN + FIN + RST) != 0 or segment.flags & ACK == 0:
        return False
    idle = not receiver.acked or receiver.ack == sender.end
    return idle and following(segment.seq, 1) == sender.end


def data(connection: Connection, sender: Side, receiver: Side, segment: Segment, now: Event, told: Handshake) -> None:
    """Payload: new, or all of it before the end of what its side had sent."""
    take(told, Step.DATA)
    payload_end = following(segment.seq, segment.payload_length)
    if segment.flags & SYN != 0:
        payload_end = following(payload_end, 1)
    if sender.began and distance(payload_end, sender.end) <= 0:
        take(told, Step.REPEAT)
        if sender.data_seq == segment.seq:
            answer(told, sender.data, now)
            say_again(connection, receiver, sender.data, told)
        return
    if sender.finished and distance(payload_end, sender.closing.end) >= 0:
        object_to(told, Problem.DATA_AFTER_FIN)
    note(sender.data, now)
    sender.data_seq = segment.seq


# What is learnt from every segment.


def survives(sender: Side, receiver: Side, segment: Segment, told: Handshake) -> None:
    """Take back a reset that was not its sender's: it goes on to send, or to acknowledge, something new."""
    if not sender.aborted:
        return
    # What lies before the numbers of the RST was sent before it, though captured behind it.
    end = end_of(segment)
    sends = not sender.began or (distance(end, sender.end) > 0 and distance(end, sender.reset.seq) > 0)
    hears = segment.flags & ACK != 0 and (not sender.acked or distance(segment.ack, sender.ack) > 0)
    heard = sender.reset.acks and distance(segment.ack, sender.reset.ack) <= 0
    if sends or (hears and not heard):
        sender.aborted = False
        sender.state = sender.reset.own_state
        receiver.state = sender.reset.other_state
        object_to(told, Problem.RESET_WITHOUT_EFFECT)


def advance(sender: Side, segment: Segment) -> None:
    """Move the end of what a side has sent, and of what it has acknowledged."""
    end = end_of(segment)
    if not sender.began:
        sender.began = True
        sender.end = end
        if sender.isn_known:
            sender.start_fits = is_near(segment.seq, sender.start)
        else:
            sender.start = segment.seq
    elif distance(end, sender.end) > 0 and distance(end, sender.end) < FAR:
        sender.end = end


def listen_to(frame: Frame, packet: Packet, sender: Side, receiver: Side) -> None:
    """Learn what the sender acknowledges, and how much more it takes."""
    segment = packet.segment
    opens = segment.flags & SYN != 0
    if opens:
        sender.scale = window_scale(frame, packet.transport_at, segment.header_length)
    if segment.flags & ACK == 0:
        return
    past = distance(segment.ack, sender.ack)
    if sender.acked and not opens and (past < 0 or past >= FAR):
        return
    if receiver.began and distance(segment.ack, receiver.end) > UNSEEN:
        return  # nobody acknowledges what was never sent (RFC 9293 section 3.10.7.4)
    sender.acked = True
    sender.ack = segment.ack
    shift = 0 if opens else shift_of(sender, receiver)  # a SYN's own window is never scaled
    sender.window = segment.window << (shift & 31)


def shift_of(sender: Side, receiver: Side) -> U8:
    """By how much a side's windows are scaled: both SYNs must have said so (RFC 7323 section 2.2)."""
    if receiver.scale == NO_SCALE and (receiver.sent_syn or receiver.sent_syn_ack):
        return 0
    if not sender.sent_syn and not sender.sent_syn_ack:
        return GREATEST_SCALE
    return 0 if sender.scale == NO_SCALE else sender.scale


@dissector("tcp_handshake", "TCP Handshake", protocol="tcp", headers_only=True)
def dissect(capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Handshake) -> bool:
    """Say what one frame means, given all those before it."""
    if not packet.has_segment:
        return False
    now = Event()
    now.frame = number
    now.time = time % PERIOD
    advance_clock(capture.clock, time)
    segment = packet.segment
    connection = connection_of(capture, frame, packet, told)
    sender = connection.first if connection.forward else connection.second
    receiver = connection.second if connection.forward else connection.first
    flags = segment.flags

    if is_odd(segment):
        take(told, Step.PROBE)
        object_to(told, Problem.ODD_FLAGS)
        if segment.payload_length != 0:
            take(told, Step.DATA)
    elif is_stray(sender, receiver, segment):
        object_to(told, Problem.STRAY)
        if segment.payload_length != 0:
            take(told, Step.DATA)
        if flags & FIN != 0:
            take(told, Step.PROBE)
        if told.step == 0:
            take(told, Step.ACK)
    else:
        alive = keeps_alive(sender, receiver, segment)
        if flags & RST != 0:
            rst(sender, receiver, segment, now, told)
            if segment.payload_length != 0:
                take(told, Step.DATA)
        else:
            survives(sender, receiver, segment, told)
            if flags & SYN == 0:
                open_ack(connection, sender, receiver, segment, now, told)
                close_ack(sender, receiver, segment, now, told)
                if flags & FIN != 0:
                    fin(connection, sender, receiver, segment, now, told)
            elif flags & ACK == 0:
                syn(sender, receiver, segment, now, told)
            else:
                syn_ack(connection, sender, receiver, segment, now, told)
            if has(told.step, Step.PROBE):  # what answers nothing is believed in nothing
                if segment.payload_length != 0:
                    take(told, Step.DATA)
            else:
                if alive:
                    take(told, Step.KEEP_ALIVE)
                elif segment.payload_length != 0:
                    data(connection, sender, receiver, segment, now, told)
                if told.step == 0:
                    take(told, Step.ACK)
                if receiver.state == State.SYN_SENT and segment.flags & SYN == 0 and end_of(segment) != segment.seq:
                    receiver.state = State.ESTABLISHED  # a server sends data only behind its SYN-ACK
                advance(sender, segment)
                listen_to(frame, packet, sender, receiver)

    tell(connection, sender, told)
    remember(capture, connection, frame, packet)
    return True


def remember(capture: Capture, connection: Connection, frame: Frame, packet: Packet) -> None:
    """Let a connection that has just ended pass."""
    ended = has_ended(connection)
    if ended and not connection.ended:
        connection.ended = True
        line_up(capture, connection, key_of(frame, packet, connection.forward))
    connection.ended = ended


def tell(connection: Connection, sender: Side, told: Handshake) -> None:
    """Say which connection and who, and where both ends of it now stand."""
    told.connection = connection.number
    told.sender = sender.role
    if connection.first.role == Role.CLIENT:
        told.client_state = connection.first.state
        told.server_state = connection.second.state
    elif connection.second.role == Role.CLIENT:
        told.client_state = connection.second.state
        told.server_state = connection.first.state
