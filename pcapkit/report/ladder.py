"""One connection as a ladder: its two endpoints, and between them, from top to bottom, the segments in capture order.

What every picture of it shows is decided here; text, SVG and Mermaid only draw it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pcapkit.annotate.addresses import ip_text
from pcapkit.annotate.tcp import flags_text
from pcapkit.columns import Batch
from pcapkit.layers.tcp import ACK, SYN
from pcapkit.report.kinds import Kind, Kinds
from pcapkit.report.life import BACK, FORGOTTEN
from pcapkit.report.rows import CONNECTION, Row, ends_of, rows
from pcapkit.report.values import endpoint, size, span
from pcapkit.report.vocabulary import Vocabulary

ENDS: Final = 3  # segments that stay at either end of a run of mere data and acknowledgements
MOST: Final = 1000  # rungs of a ladder that folds: what comes behind them is folded, whatever it is


class Rung(NamedTuple):
    """One segment."""

    number: int  # of the frame
    time: int | None  # ns since the connection's first frame; None where the clock says that it was before that
    rightwards: bool
    flags: int
    seq: int  # relative to the first number of its side
    ack: int  # relative to the first number of the other side; 0 where it has none
    payload: int  # bytes
    kind: Kind
    left_state: str  # after it; "" where it is the same as before, or not known
    right_state: str
    answers: int
    delay: int | None  # ns since the frame that it answers; None where the clock went back between them
    inferred: bool
    absolute_seq: int  # the sequence number as it is in the frame
    jump: int  # ns by which the clock jumped before it, back if negative; 0 where it did not

    @property
    def text(self) -> str:
        """Flags, relative numbers, length: `SYN, ACK seq 0 ack 1`."""
        text = f"{flags_text(self.flags)} seq {self.seq}"
        if self.flags & ACK:
            text += f" ack {self.ack}"
        return f"{text} length {self.payload}" if self.payload else text

    @property
    def merged_text(self) -> str:
        """`2 steps in one frame`; "" where it is an ordinary one."""
        return f"{self.kind.merged} steps in one frame" if self.kind.merged else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd about it."""
        if not self.jump:
            return self.kind.problems
        way = "ahead" if self.jump > 0 else "back"
        return (*self.kind.problems, f"the clock jumps {way} {span(abs(self.jump))}")


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of data and acknowledgements that is not drawn one by one."""

    frames: int
    right_bytes: int  # payload
    left_bytes: int
    repeats: int  # frames of them that repeat data

    def text(self) -> str:
        """`1,204 more: 1.2M > < 3.4k bytes of data, 2 repeats`."""
        text = f"{self.frames:,} more: {size(self.right_bytes)} > < {size(self.left_bytes)} bytes of data"
        return f"{text}, {self.repeats:,} repeat{'s' * (self.repeats != 1)}" if self.repeats else text


@dataclass(slots=True)
class Ladder:
    """A connection's picture. left is the client, or, where that is not known, who was captured first."""

    number: int
    left: str
    right: str
    left_port: int
    right_port: int
    left_title: str
    right_title: str
    start: int  # ns since 1970
    frames: list[int] = field(default_factory=lambda: [0, 0])  # to the left, to the right
    rungs: list[Rung | Fold] = field(default_factory=list)


class _Builder:
    """Makes the ladder of one connection out of its rows, as they come; long runs of mere data are folded."""

    __slots__ = (
        "_bases",
        "_fold",
        "_folded",
        "_kinds",
        "_ladder",
        "_latest",
        "_left",
        "_pending",
        "_run",
        "_states",
        "ports_differ",
    )

    def __init__(self, kinds: Kinds, row: Row, source: bytes, target: bytes, *, fold: bool) -> None:
        """row: the first; source, target: who sent it to whom, address and port."""
        self._kinds = kinds
        self._fold = fold
        left, right = (target, source) if row.sender == kinds.server else (source, target)
        self._left = left
        self.ports_differ = left[-2:] != right[-2:]
        known = row.sender != 0
        self._ladder = Ladder(
            row.connection,
            _endpoint(left),
            _endpoint(right),
            int.from_bytes(left[-2:], "big"),
            int.from_bytes(right[-2:], "big"),
            "client" if known else "",
            "server" if known else "",
            row.time,
        )
        self._bases: dict[bool, int] = {}
        self._states = (0, 0)
        self._latest = row.time
        self._run = 0  # plain segments in a row, so far
        self._pending: deque[tuple[Row, bool]] | None = None  # its end, which is not folded
        self._folded = [0, 0, 0, 0]  # segments, payload to the left, to the right, repeats

    def ladder(self) -> Ladder:
        """What was made of the rows so far."""
        self._unfold()
        return self._ladder

    def is_left(self, source: bytes) -> bool:
        """Whether that is the address of the left side."""
        return source == self._left[:-2]

    def add(self, row: Row, *, rightwards: bool | None = None) -> None:
        """Put the next segment of the connection below the others. rightwards: where ports do not tell."""
        if rightwards is None:
            rightwards = row.source_port == self._ladder.left_port
        self._ladder.frames[rightwards] += 1
        states = (row.client_state, row.server_state)
        step = row.time - self._latest
        jump = 0 if -BACK <= step <= FORGOTTEN else step
        self._latest = row.time if jump else max(self._latest, row.time)
        foldable = not (row.step & ~self._kinds.foldable or row.problems or jump) and states == self._states
        if not self._fold or not (foldable or len(self._ladder.rungs) >= MOST):
            self._unfold()
            self._ladder.rungs.append(self._rung(row, rightwards, jump))
            return
        self._run += 1
        if self._run <= ENDS:
            self._ladder.rungs.append(self._rung(row, rightwards))
            return
        if len(self._bases) < 2:
            self._numbers(row, rightwards)
        if self._pending is None:
            self._pending = deque()
        self._pending.append((row, rightwards))
        if len(self._pending) > ENDS:
            first, to_right = self._pending.popleft()
            self._folded[0] += 1
            self._folded[1 + to_right] += first.payload_length
            self._folded[3] += bool(first.step & self._kinds.repeat)

    def _unfold(self) -> None:
        """The run is over: what was left out of it, and its end."""
        self._run = 0
        if self._pending is None:
            return
        frames, left, right, repeats = self._folded
        if frames:
            self._ladder.rungs.append(Fold(frames, right, left, repeats))
            self._folded = [0, 0, 0, 0]
        self._ladder.rungs.extend(self._rung(row, rightwards) for row, rightwards in self._pending)
        self._pending = None

    def _rung(self, row: Row, rightwards: bool, jump: int = 0) -> Rung:
        left = right = ""
        states = (row.client_state, row.server_state)
        if states != self._states:
            labels = self._kinds.states
            left = labels.get(states[0], "") if states[0] != self._states[0] else ""
            right = labels.get(states[1], "") if states[1] != self._states[1] else ""
            self._states = states
        seq, ack = self._numbers(row, rightwards)
        time = row.time - self._ladder.start
        return Rung(
            row.number,
            time if time >= 0 else None,
            rightwards,
            row.flags,
            seq,
            ack,
            row.payload_length,
            self._kinds.of(row.step, row.problems),
            left,
            right,
            row.answers,
            row.delay if 0 <= row.delay <= time else None,
            bool(row.inferred),
            row.seq,
            jump,
        )

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


class Ladders:
    """The ladders of some of a capture's connections, as batches of its frames come."""

    def __init__(self, words: Vocabulary, wanted: range | frozenset[int], *, fold: bool = True) -> None:
        """wanted: numbers of connections; fold: leave out the middle of long runs of mere data."""
        self._kinds = Kinds(words)
        self._wanted = wanted
        self._fold = fold
        self._builders: dict[int, _Builder] = {}
        self.count = 0
        """How many connections there are so far."""
        self.frames = 0
        """How many frames there are so far, of whatever kind."""

    def adding(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The same batches, each drawn on its way."""
        for batch in batches:
            self.add(batch)
            yield batch

    def add(self, batch: Batch) -> None:
        """Draw the frames of a batch."""
        self.frames += len(batch)
        wanted, builders = self._wanted, self._builders
        for place, values in enumerate(rows(batch)):
            if not values[0] or values[CONNECTION + 1] not in wanted:
                continue
            row = Row._make(values[1:])
            builder = builders.get(row.connection)
            if builder is None:
                builder = _Builder(self._kinds, row, *ends_of(batch, place), fold=self._fold)
                builders[row.connection] = builder
            if builder.ports_differ:
                builder.add(row)
            else:
                builder.add(row, rightwards=builder.is_left(batch.source(place)))
        if any(batch.found):
            self.count = max(self.count, 1 + max(batch.fields["connection"]))

    def made(self) -> Iterator[Ladder]:
        """Those that there are, by number."""
        for _, builder in sorted(self._builders.items()):
            yield builder.ladder()


def _endpoint(key: bytes) -> str:
    return endpoint(ip_text(key[:-2]), int.from_bytes(key[-2:], "big"))
