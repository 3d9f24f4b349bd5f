"""What is said of each frame of a capture: one pass, each frame decoded once and shown to each dissector once."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from pcapkit.annotate.addresses import ip_text
from pcapkit.annotate.comment import BETWEEN, PREFIX, Grammar, grammar_of
from pcapkit.capfile.model import CapturedFrame
from pcapkit.dissector import Dissector, Values, find
from pcapkit.dissector.forgetting import Counting, forgotten
from pcapkit.layers.packet import Packet

if TYPE_CHECKING:
    from pcapkit.annotate.describe import Describer

Level = Literal["all", "steps", "none"]
Asked: TypeAlias = Callable[[CapturedFrame], Values | None]
"""Asks a dissector about the next frame; None where it is none of its."""

BRIEF: Final = ("frame", "duration", "flag", "expert")  # kinds of field


class Said(NamedTuple):
    """What one dissector says of one frame."""

    dissector: Dissector
    values: Values
    text: str  # as it stands in a comment, behind the dissector's name
    grammar: Grammar

    def brief(self) -> str:
        """The first field, and of the others what one looks for: frames, durations, flags and problems."""
        first, *others = self.dissector.fields
        kept = {first.name, *(field.name for field in others if field.kind in BRIEF)}
        return self.grammar.format({name: value for name, value in self.values.items() if name in kept})


class Reading(NamedTuple):
    """What was made of one frame. text: of its headers, "" where pcapkit reads none of them."""

    text: str
    said: list[Said]

    def line(self) -> str:
        """Headers and dissectors in one line; "" where there is nothing to say."""
        if not self.said:
            return self.text
        return BETWEEN.join([self.text, *(f"{one.dissector.name}: {one.text}" for one in self.said)])

    def brief(self) -> str:
        """The same in short, for reading: of each dissector what matters most, without its name."""
        return BETWEEN.join([self.text, *(one.brief() for one in self.said)]) if self.said else self.text


class Annotator:
    """Makes the comments of one capture, whose frames it has to see in their order."""

    def __init__(
        self,
        level: Level = "all",
        dissectors: Sequence[Dissector] | None = None,
        asked: "Sequence[Asked] | None" = None,
    ) -> None:
        """level: "all": each frame of which a header was read; "steps": those of which a dissector says more than
        quiet things (see `field`); "none": no frame. dissectors: None stands for all that are installed.
        asked: for each of them, what says what a frame means; without it, the dissector's own source does.
        """
        self._level = level
        self._packet = Packet()
        self._states: list[Counting] = []
        chosen = find() if dissectors is None else dissectors
        runs = [self._run(one) for one in chosen] if asked is None else asked
        self._runs = [(one, run, grammar_of(one), Quiet(one)) for one, run in zip(chosen, runs, strict=True)]

    @cached_property
    def _describer(self) -> "Describer":
        """Imported when a frame is described in Python: where native code runs, most captures have none."""
        from pcapkit.annotate.describe import Describer

        return Describer()

    @cached_property
    def _decode(self) -> "Callable[[bytes, int, int, Packet], None]":
        """Likewise."""
        from pcapkit.layers.decode import decode

        return decode

    def prepare(self) -> None:
        """Import all that any frame may take: for who gives up the right to read it."""
        _ = self._describer, self._decode, ip_text(bytes(16))

    @property
    def packet(self) -> Packet:
        """What the layers made of the latest frame."""
        return self._packet

    def read(self, frame: CapturedFrame) -> Reading:
        """Decode the next frame and ask every dissector about it, whatever the level."""
        return self._read(frame, wanted=True)

    def line(self, frame: CapturedFrame) -> str:
        """The comment for the next frame, one line of ASCII; "" for none."""
        text = self._at_level(frame).line()
        return PREFIX + text if text else ""

    def line_and_brief(self, frame: CapturedFrame) -> tuple[str, str]:
        """The comment for the next frame, and what to show of it; of a frame that the level leaves out, ""."""
        reading = self._at_level(frame)
        text = reading.line()
        if text:
            return PREFIX + text, reading.brief()
        return "", self.unread(frame) if self._level == "all" else ""

    def whole(self, frame: CapturedFrame) -> str:
        """What Reading.line says of the next frame, whatever the level."""
        return self.read(frame).line()

    def brief(self, frame: CapturedFrame) -> str:
        """What Reading.brief says of the next frame, whatever the level."""
        return self.read(frame).brief()

    def unread(self, frame: CapturedFrame) -> str:
        """What to show of the latest frame where there is nothing to say of it."""
        from pcapkit.annotate.describe import unread_text

        return unread_text(frame.wire_length, frame.interface.link_type, self.packet)

    def forgotten(self) -> dict[str, int]:
        """What its dissectors had to forget, as pcapkit.dissector.forgetting.forgotten says."""
        return forgotten(self._states)

    def _run(self, dissector: Dissector) -> "Asked":
        """A run over frames that were decoded here."""
        run = dissector.begin()
        self._states.append(run)
        return lambda frame: run.dissect(self._packet, frame.number, frame.time, frame.data)

    def _at_level(self, frame: CapturedFrame) -> Reading:
        """What is said of the next frame, nothing where the level leaves it out."""
        if self._level == "none":
            return Reading("", [])
        return self._read(frame, wanted=self._level == "all")

    def _read(self, frame: CapturedFrame, *, wanted: bool) -> Reading:
        """What is said of the frame; nothing if it is not `wanted` and none of it is news."""
        data, packet = frame.data, self._packet
        link = frame.interface.link_type
        self._decode(data, frame.wire_length, link, packet)
        found = []
        news = False
        for dissector, ask, grammar, quiet in self._runs:
            values = ask(frame)
            if values is not None:
                found.append((dissector, values, grammar))
                news = news or not quiet.has(values)
        if not wanted and not news:
            return Reading("", [])
        text = self._describer.text(data, frame.wire_length, link, packet)
        if found and not text:
            text = f"frame of {frame.wire_length} bytes"
        said = [Said(dissector, values, grammar.format(values), grammar) for dissector, values, grammar in found]
        return Reading(text, said)


class Quiet:
    """When what a dissector says is no news: its sets with quiet members have no other, and there is no problem."""

    def __init__(self, dissector: Dissector) -> None:
        """dissector: whose fields say which of their members are quiet."""
        self._sets = [(field.name, field.quiet) for field in dissector.fields if field.quiet]
        self._problems = [field.name for field in dissector.fields if field.kind == "expert"]

    def has(self, values: Values) -> bool:
        """Whether these values are no news: at level "steps" they alone make no comment."""
        for name, quiet in self._sets:
            members = values.get(name, ())
            if not isinstance(members, tuple) or not quiet.issuperset(members):
                return False
        return bool(self._sets) and not any(name in values for name in self._problems)
