"""One connection while it is being read: what has to be remembered of its frames to tell its story in one row."""

from typing import Final

from pcapkit.annotate.addresses import ip_text
from pcapkit.report.connection import (
    CLOCK_JUMPED,
    NEVER_OPEN,
    ONE_SIDE_SEEN,
    ONE_SIDED,
    REFUSED,
    REPEATED,
    UNACKNOWLEDGED,
    UNANSWERED,
    Connection,
)
from pcapkit.report.vocabulary import Vocabulary


class Words:
    """The bits and numbers of the dissector that the rules below ask for."""

    def __init__(self, words: Vocabulary) -> None:
        """Look them up once."""
        bit = words.bit
        self.vocabulary = words
        self.client = int(words.roles["CLIENT"])
        self.server = int(words.roles["SERVER"])
        self.syn = bit("OPEN_SYN")
        self.syn_ack = bit("OPEN_SYN_ACK")
        self.open_ack = bit("OPEN_ACK")
        self.crossed = bit("OPEN_CROSSED")
        self.data = bit("DATA")
        self.fin = bit("CLOSE_FIN")
        self.fin_ack = bit("CLOSE_ACK")
        self.fin_back = bit("CLOSE_FIN_BACK")
        self.fin_back_ack = bit("CLOSE_ACK_BACK")
        self.refused = bit("REFUSED")
        self.reset = bit("RESET")
        self.repeat = bit("REPEAT")
        self.plain = bit("DATA", "ACK")
        self.without_effect = words.problem_bit("RESET_WITHOUT_EFFECT")
        self.inferred = words.problem_bit("DIRECTION_INFERRED")
        self.states = {int(state): state.label for state in words.states}

    def is_opening(self, steps: int) -> bool:
        """Whether a connection that took these steps has begun to open, and not come to the end of that."""
        return bool(steps & (self.syn | self.syn_ack)) and not steps & (self.open_ack | self.crossed)


_UNSEEN: Final = -1
BACK: Final = 1_000_000_000
"""ns by which a frame may be earlier than one before it, as where several processors hand frames over."""
FORGOTTEN: Final = 5 * 24 * 3600 * 1_000_000_000
"""ns of silence after which an open connection is taken for a new one (PATIENCE in dissectors/tcp_handshake.py)."""


class Life:
    """Collects the frames of one connection. Side 0 is who sent its first captured frame."""

    __slots__ = (
        "bytes",
        "client_side",
        "client_state",
        "client_time",
        "ended",
        "fin_ack_frame",
        "fin_back_frame",
        "fin_side",
        "first",
        "first_frame",
        "frames",
        "jumped",
        "last_frame",
        "number",
        "payload",
        "port",
        "ports_differ",
        "problems",
        "refused",
        "repeats",
        "request_time",
        "reset_side",
        "response_time",
        "second",
        "server_state",
        "server_time",
        "start",
        "steps",
        "time",
        "tries",
    )

    def __init__(self, number: int, frame: int, time: int, first: bytes, second: bytes) -> None:
        """first, second: address and port of who sent the first frame, and of who was to receive it."""
        self.number = number
        self.first = first
        self.second = second
        self.port = int.from_bytes(first[-2:], "big")  # tells the sides apart, where they have not the same
        self.ports_differ = first[-2:] != second[-2:]
        self.first_frame = frame
        self.last_frame = frame
        self.start = time
        self.time = time
        self.frames = [0, 0]
        self.bytes = [0, 0]
        self.payload = [0, 0]
        self.repeats = 0
        self.tries = 0
        self.steps = 0
        self.problems = 0
        self.client_side = _UNSEEN
        self.client_state = 0
        self.server_state = 0
        self.server_time: int | None = None
        self.client_time: int | None = None
        self.request_time: int | None = None
        self.response_time: int | None = None
        self.fin_side = _UNSEEN
        self.fin_ack_frame = 0
        self.fin_back_frame = 0
        self.reset_side = _UNSEEN
        self.refused = False
        self.ended = False
        self.jumped = False  # the clock, by so much that no span of time is to be believed

    @property
    def ends(self) -> bytes:
        """Both endpoints, the same for both directions."""
        return min(self.first, self.second) + max(self.first, self.second)

    def event(
        self, words: Words, side: int, frame: int, steps: int, problems: int, delay: int | None, answers: int
    ) -> None:
        """A frame that is more than data and acknowledgement: opens, closes, resets, repeats, or is odd.

        delay: ns since the frame that it answers, None where the clock went back between them.
        """
        self.steps |= steps
        self.problems |= problems
        if problems & words.without_effect:
            self.reset_side = _UNSEEN
            self.refused = False
            self.ended = False
        if steps & words.syn:
            self.tries += 1
        if steps & words.repeat:
            self.repeats += 1
            return
        if steps & words.syn_ack and answers and self.server_time is None:
            self.server_time = delay
        if steps & words.open_ack and answers and self.client_time is None:
            self.client_time = delay
        if steps & words.fin:
            self.fin_side = side
        if steps & words.fin_ack:
            self.fin_ack_frame = frame
        if steps & words.fin_back:
            self.fin_back_frame = frame
        if steps & words.refused:
            self.refused = True
            self.ended = True
        if steps & words.reset and not self.refused and self.reset_side == _UNSEEN:
            self.reset_side = side
            self.ended = True
        if self.steps & words.fin_ack and self.steps & words.fin_back_ack:
            self.ended = True

    def row(self, words: Words, file: str) -> Connection:
        """The connection as it stands now."""
        client = max(self.client_side, 0)
        server = 1 - client
        ends = (self.first, self.second)
        known = self.client_side != _UNSEEN
        roles = "unknown" if not known else "inferred" if self.problems & words.inferred else "known"
        both = None
        if self.server_time is not None and self.client_time is not None:
            both = self.server_time + self.client_time
        closed, side = self._closed(words, client if known else _UNSEEN)
        if closed == "simultaneous":
            closed_first = "both"
        elif side == _UNSEEN:
            closed_first = "nobody"
        else:
            closed_first = ("client" if side == client else "server") if known else "unknown"
        timed = not self.jumped
        responded = timed and self.response_time is not None and self.response_time >= 0
        return Connection(
            file=file,
            number=self.number,
            client=ip_text(ends[client][:-2]),
            client_port=int.from_bytes(ends[client][-2:], "big"),
            server=ip_text(ends[server][:-2]),
            server_port=int.from_bytes(ends[server][-2:], "big"),
            roles=roles,
            start=self.start,
            end=self.time,
            duration=self.time - self.start if timed else None,
            opened=self._opened(words),
            tries=self.tries,
            server_time=self.server_time if timed else None,
            client_time=self.client_time if timed else None,
            handshake_time=both if timed else None,
            response_time=self.response_time if responded else None,
            client_frames=self.frames[client],
            server_frames=self.frames[server],
            client_bytes=self.bytes[client],
            server_bytes=self.bytes[server],
            client_payload=self.payload[client],
            server_payload=self.payload[server],
            repeats=self.repeats,
            closed=closed,
            closed_first=closed_first,
            client_state=words.states.get(self.client_state, str(self.client_state)),
            server_state=words.states.get(self.server_state, str(self.server_state)),
            first_frame=self.first_frame,
            last_frame=self.last_frame,
            problems=self._problems(words),
        )

    def _opened(self, words: Words) -> str:
        steps = self.steps
        if self.refused:
            return REFUSED
        if steps & words.crossed:
            return "crossed"
        if steps & words.open_ack:
            return "complete"
        if steps & words.syn_ack and not self.frames[1] and steps & (words.data | words.fin):
            return "complete"  # only the server's frames were captured: what it sends tells that the last ACK came
        if steps & words.syn and not self.frames[1]:
            return UNANSWERED
        return "half-open" if steps & (words.syn | words.syn_ack) else "midstream"

    def _closed(self, words: Words, client: int) -> tuple[str, int]:
        """How it ended, and which side ended it, or was the first to say that it has no more."""
        if self.refused:
            return NEVER_OPEN, _UNSEEN
        if self.reset_side != _UNSEEN:
            first = self.reset_side if self.fin_side == _UNSEEN else self.fin_side
            if client == _UNSEEN:
                return "reset", first
            return "reset by client" if self.reset_side == client else "reset by server", first
        if self.fin_side == _UNSEEN:
            return NEVER_OPEN if self._opened(words) in (UNANSWERED, "half-open") else "still open", _UNSEEN
        if self.fin_back_frame == 0:
            return ("half-closed" if self.frames[1] else ONE_SIDE_SEEN), self.fin_side
        if self.fin_ack_frame == self.fin_back_frame:
            return "merged", self.fin_side
        crossed = self.fin_ack_frame == 0 or self.fin_ack_frame > self.fin_back_frame
        return "simultaneous" if crossed else "four-step", self.fin_side

    def _problems(self, words: Words) -> tuple[str, ...]:
        found = words.vocabulary.problem_labels(self.problems) if self.problems else []
        if not self.frames[1] and self.frames[0] > 1 and self._opened(words) != UNANSWERED:
            found.append(ONE_SIDED)
        if self.repeats:
            found.append(REPEATED)
        if self.fin_back_frame and not self.steps & words.fin_back_ack and self.reset_side == _UNSEEN:
            found.append(UNACKNOWLEDGED)
        if self.jumped:
            found.append(CLOCK_JUMPED)
        return tuple(found)
