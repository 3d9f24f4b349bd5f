"""One connection as a ladder: its two endpoints, and between them, from top to bottom, the segments in capture order.

What every picture of it shows is decided here; text, SVG and Mermaid only draw it.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pcapkit.annotate.addresses import ip_text
from pcapkit.annotate.tcp import flags_text
from pcapkit.columns import Batch
from pcapkit.layers.tcp import ACK, SYN
from pcapkit.report.rows import Row, row_of
from pcapkit.report.values import endpoint, size
from pcapkit.report.vocabulary import Vocabulary

ENDS: Final = 3  # segments that stay at either end of a run of mere data and acknowledgements


@dataclass(frozen=True, slots=True)
class Rung:
    """One segment."""

    number: int  # of the frame
    time: int  # ns since the connection's first frame
    rightwards: bool
    text: str  # flags, relative numbers, length
    steps: tuple[str, ...]
    family: str  # "open", "close", "reset", "data", "odd": what colour it has
    merged: bool  # two steps of opening or closing in one frame
    repeat: bool
    left_state: str  # after it; "" where it is the same as before, or not known
    right_state: str
    answers: int
    delay: int  # ns since the frame that it answers
    problems: tuple[str, ...]
    row: Row
    seq: int  # relative to the first number of its side
    ack: int  # relative to the first number of the other side; 0 where it has none


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of data and acknowledgements that is not drawn one by one."""

    frames: int
    right_bytes: int  # payload
    left_bytes: int
    time: int  # ns between its first and last segment

    def text(self) -> str:
        """`1,204 frames: 1.2M > < 3.4k of data`."""
        return f"{self.frames:,} more: {size(self.right_bytes)} > < {size(self.left_bytes)} bytes of data"


@dataclass(slots=True)
class Ladder:
    """A connection's picture. left is the client, or, where that is not known, who was captured first."""

    number: int
    left: str
    right: str
    left_title: str
    right_title: str
    start: int  # ns since 1970
    rungs: list[Rung | Fold] = field(default_factory=list)


class LadderBuilder:
    """Makes the ladder of one connection out of its rows, as they come; long runs of mere data are folded."""

    def __init__(self, words: Vocabulary, *, fold: bool = True) -> None:
        """fold: leave out the middle of long runs of mere data and acknowledgements."""
        self._words = words
        self._fold = fold
        self._ladder: Ladder | None = None
        self._left = b""
        self._bases: dict[bool, int] = {}
        self._states = (0, 0)
        self._labels = {int(state): state.label for state in words.states}
        self._plain = words.bit("DATA", "ACK")
        self._open = words.bit("OPEN_SYN", "OPEN_SYN_ACK", "OPEN_ACK", "OPEN_CROSSED")
        self._close = words.bit("CLOSE_FIN", "CLOSE_ACK", "CLOSE_FIN_BACK", "CLOSE_ACK_BACK")
        self._reset = words.bit("REFUSED", "RESET", "RESET_IGNORED")
        self._odd = words.bit("PROBE")
        self._repeat = words.bit("REPEAT")
        self._run = 0  # plain segments in a row, so far
        self._pending: deque[tuple[Rung, Row]] = deque()
        self._folded = [0, 0, 0]  # segments, payload to the right, to the left
        self._fold_from = 0

    @property
    def ladder(self) -> Ladder | None:
        """What was made of the rows so far; None before the first."""
        self._unfold()
        return self._ladder

    def add(self, row: Row) -> None:
        """Put the next segment of the connection below the others."""
        if self._ladder is None:
            self._begin(row)
        assert self._ladder is not None
        rung = self._rung(row)
        is_plain = not (row.step & ~self._plain or row.problems or rung.left_state or rung.right_state)
        if not is_plain or not self._fold:
            self._unfold()
            self._ladder.rungs.append(rung)
            return
        self._run += 1
        if self._run <= ENDS:
            self._ladder.rungs.append(rung)
            return
        self._pending.append((rung, row))
        if len(self._pending) > ENDS:
            self._leave_out(*self._pending.popleft())

    def _begin(self, row: Row) -> None:
        words = self._words
        known = row.sender != 0
        forward = row.sender != int(words.roles["SERVER"])
        self._left, right = (row.source, row.target) if forward else (row.target, row.source)
        self._ladder = Ladder(
            row.connection,
            _endpoint(self._left),
            _endpoint(right),
            "client" if known else "",
            "server" if known else "",
            row.time,
        )

    def _leave_out(self, rung: Rung, row: Row) -> None:
        if not self._folded[0]:
            self._fold_from = rung.time
        self._folded[0] += 1
        self._folded[1 if rung.rightwards else 2] += row.payload

    def _unfold(self) -> None:
        """The run is over: what was left out of it, and its end."""
        if self._ladder is None:
            return
        frames, right, left = self._folded
        if frames:
            last = self._pending[-1][0].time
            self._ladder.rungs.append(Fold(frames, right, left, last - self._fold_from))
        self._ladder.rungs.extend(rung for rung, _ in self._pending)
        self._pending.clear()
        self._folded = [0, 0, 0]
        self._run = 0

    def _rung(self, row: Row) -> Rung:
        assert self._ladder is not None
        words = self._words
        rightwards = row.source == self._left
        before, self._states = self._states, (row.client_state, row.server_state)
        left, right = (
            self._labels.get(now, "") if now != was and now else ""
            for now, was in zip(self._states, before, strict=True)
        )
        seq, ack = self._numbers(row, rightwards)
        handshake = row.step & (self._open | self._close)
        return Rung(
            number=row.number,
            time=row.time - self._ladder.start,
            rightwards=rightwards,
            text=_text(row, seq, ack),
            steps=tuple(words.step_labels(row.step)),
            family=self._family(row.step),
            merged=handshake.bit_count() > 1,
            repeat=bool(row.step & self._repeat),
            left_state=left,
            right_state=right,
            answers=row.answers,
            delay=row.delay,
            problems=tuple(words.problem_labels(row.problems)),
            row=row,
            seq=seq,
            ack=ack,
        )

    def _family(self, steps: int) -> str:
        for family, bits in (("reset", self._reset), ("close", self._close), ("open", self._open), ("odd", self._odd)):
            if steps & bits:
                return family
        return "data"

    def _numbers(self, row: Row, rightwards: bool) -> tuple[int, int]:
        seq = self._relative(rightwards, row.seq)
        if not row.flags & ACK:
            return seq, 0
        # Where the other side's first number was not captured: its SYN, if this acknowledges one.
        self._bases.setdefault(not rightwards, (row.ack - 1) % 2**32 if row.flags & SYN else row.ack)
        return seq, self._relative(not rightwards, row.ack)

    def _relative(self, side: bool, number: int) -> int:
        ahead = (number - self._bases.setdefault(side, number)) % 2**32
        return ahead - 2**32 if ahead >= 2**31 else ahead


def ladders(
    batches: Iterable[Batch], words: Vocabulary, wanted: range | frozenset[int], *, fold: bool = True
) -> tuple[list[Ladder], int]:
    """The ladders of the connections whose numbers are wanted, and how many connections there are."""
    builders: dict[int, LadderBuilder] = {}
    count = 0
    for batch in batches:
        for row, (found, number) in enumerate(zip(batch.found, batch.fields["connection"], strict=True)):
            if found:
                count = max(count, number + 1)
                if number in wanted:
                    draw(batch, row, builders, words, fold=fold)
    made = (builder.ladder for _, builder in sorted(builders.items()))
    return [one for one in made if one is not None], count


def draw(batch: Batch, row: int, builders: dict[int, LadderBuilder], words: Vocabulary, *, fold: bool = True) -> None:
    """Put a segment into the ladder of its connection."""
    number = batch.fields["connection"][row]
    builder = builders.get(number)
    if builder is None:
        builder = builders[number] = LadderBuilder(words, fold=fold)
    builder.add(row_of(batch, row))


def _text(row: Row, seq: int, ack: int) -> str:
    """`SYN, ACK seq 0 ack 1`."""
    text = f"{flags_text(row.flags)} seq {seq}"
    if row.flags & ACK:
        text += f" ack {ack}"
    return f"{text} length {row.payload}" if row.payload else text


def _endpoint(key: bytes) -> str:
    return endpoint(ip_text(key[:-2]), int.from_bytes(key[-2:], "big"))
