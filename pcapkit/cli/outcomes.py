"""How many connections opened and closed while one records, and how, by the steps of their frames.

As `pcapkit connections` counts them where each step is captured, but without a table of connections. What the steps
of single frames do not tell: which connection has a second RST with other numbers; that FINs have crossed, where the
opening was not captured; and that an ACK opens, where it comes with data that is sent again.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from pcapkit.annotate.comment import grammar_of
from pcapkit.cli.status import Part, brief_count

if TYPE_CHECKING:
    from pcapkit.dissector import Dissector, Values
    from pcapkit.fast.live import Live
    from pcapkit.report.vocabulary import Vocabulary

OPENED, REFUSED, RESET = "opened", "refused", "reset"
MERGED, FOUR_STEP, SIMULTANEOUS = "merged", "four-step", "simultaneous"
CLOSED: Final = (FOUR_STEP, MERGED, SIMULTANEOUS)
"""The ways in which two FINs close a connection, as `pcapkit connections` calls them."""

_FIELDS: Final = ("step", "client_state", "problems")


class Occurrences(Protocol):
    """The engine's class of that name."""

    def drain(self) -> Mapping[tuple[int, ...], int]:
        """How often which values of the fields stood together since the last call."""


class Outcomes:
    """Counts connections by what became of them."""

    def __init__(self, words: "Vocabulary", native: "Occurrences | None" = None) -> None:
        """native: what counts the frames that `saw` is not told of."""
        bit = words.bit
        self._counts = dict.fromkeys((OPENED, *CLOSED, REFUSED, RESET), 0)
        self._revived = 0
        self._native = native
        self._repeat, self._back, self._both = bit("REPEAT"), bit("CLOSE_FIN_BACK"), bit("CLOSE_ACK")
        self._crossed = int(words.states["CLOSING"])
        self._alone = ((bit("OPEN_ACK"), OPENED), (bit("REFUSED"), REFUSED), (bit("RESET"), RESET))
        self._counted = bit("OPEN_ACK", "REFUSED", "RESET", "CLOSE_FIN_BACK")
        self._without_effect = words.problem_bit("RESET_WITHOUT_EFFECT")
        self._revives = words.problems["RESET_WITHOUT_EFFECT"].label
        self._begins = f"| {words.dissector.name}: "
        self._parse = grammar_of(words.dissector).parse
        self._uncounted: set[str] = set()  # steps, as a label has them

    @property
    def counts(self) -> dict[str, int]:
        """Connections by OPENED, REFUSED, RESET, and each of CLOSED."""
        if self._native is not None:
            for (step, state, problems), frames in self._native.drain().items():
                self._add(step, state, problems, frames)
        found = dict(self._counts)
        left = self._revived
        for kind in (RESET, REFUSED):
            taken_back = min(left, found[kind])
            found[kind] -= taken_back
            left -= taken_back
        return found

    def saw(self, label: str) -> None:
        """Take the label of the next frame."""
        part = label.partition(self._begins)[2].partition(" | ")[0]
        steps = part.partition(";")[0]
        revives = self._revives in part
        if not part or (steps in self._uncounted and not revives):
            return
        values = self._parse(part)
        step, state = _bits(values, "step"), values.get("client_state", 0)
        assert isinstance(state, int)
        self._add(step, state, _bits(values, "problems"), 1)
        if not step & self._counted and not revives:
            self._uncounted.add(steps)

    def parts(self) -> list[Part]:
        """For the status line: refusals and resets only where there were any."""
        counts = self.counts
        closed = _part(sum(counts[kind] for kind in CLOSED), "closed")
        kinds = ", ".join(f"{counts[kind]:,} {kind}" for kind in CLOSED if counts[kind])
        if kinds:
            closed = closed._replace(text=f"{closed.text} ({kinds})")
        return [
            _part(counts[OPENED], OPENED),
            closed,
            *(_part(counts[kind], kind) for kind in (REFUSED, RESET) if counts[kind]),
        ]

    def line(self) -> str:
        """The same as a sentence for people; "" where nothing was opened, closed, refused or reset."""
        if not any(self.counts.values()):
            return ""
        return f"Connections: {', '.join(part.text for part in self.parts())}"

    def _add(self, step: int, state: int, problems: int, frames: int) -> None:
        if problems & self._without_effect:
            self._revived += frames
        if step & self._repeat or not step & self._counted:
            return
        for bit, kind in self._alone:
            if step & bit:
                self._counts[kind] += frames
        if step & self._back:
            kind = MERGED if step & self._both else SIMULTANEOUS if state == self._crossed else FOUR_STEP
            self._counts[kind] += frames


def begin_outcomes(dissectors: "Sequence[Dissector]", live: "Live | None") -> Outcomes | None:
    """Begin to count, natively where the recording is native; None where no dissector knows these steps."""
    if not dissectors:
        return None
    from pcapkit.report.vocabulary import NAME, vocabulary

    places = [place for place, one in enumerate(dissectors) if one.name == NAME]
    if not places:
        return None
    words = vocabulary()
    if live is None:
        return Outcomes(words)
    names = [field.name for field in words.dissector.fields]
    native: Any = live.engine.Occurrences(places[0], [names.index(field) for field in _FIELDS])
    live.encoder.count_in(native)
    return Outcomes(words, native)


def _part(count: int, kind: str) -> Part:
    return Part(f"{count:,} {kind}", short=f"{brief_count(count)} {kind}")


def _bits(values: "Values", field: str) -> int:
    members = values.get(field, ())
    assert isinstance(members, tuple)
    return sum(1 << member for member in members)
