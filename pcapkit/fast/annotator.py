"""The comments of single frames, made natively: the engine's own state, for the frames that Python hands to it."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from pcapkit.annotate.annotator import Annotator, Asked, Level, Reading
from pcapkit.capfile.model import CapturedFrame
from pcapkit.dissector import Dissector, find
from pcapkit.fast import load
from pcapkit.fast.wording import words
from pcapkit.layers.packet import Packet
from pcapkit.native import NativeRun, available, begin

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_WIDEST: Final = 2**32 - 1


class NativeAnnotator(Annotator):
    """As Annotator, over native runs that others may feed as well: each frame of the capture goes to them once.

    `wording` and `runs` are what the engine's other parts take, so that they go on where this stopped.
    """

    def __init__(
        self, level: Level, dissectors: Sequence[Dissector], runs: Sequence[NativeRun], engine: ModuleType
    ) -> None:
        """runs: one for each dissector. engine: what pcapkit.fast.load gave.

        Raises ValueError where these cannot be run natively together: then Annotator does it.
        """
        super().__init__(level, dissectors, [_asked(run) for run in runs])
        self._states = list(runs)
        self._engine = engine
        self._words_of = dissectors
        self.wording: Any = self.another_wording()
        self.runs: Any = engine.Runs(runs)
        self._comments: Any = engine.Comments(self.runs, self.wording)
        self._levels: dict[str, int] = engine.TEXT_LEVELS
        self._latest: CapturedFrame | None = None

    def another_wording(self) -> Any:
        """The same words for another thread: they are not to be used by two at once."""
        return self._engine.Wording(words(self._words_of))

    @property
    def level(self) -> Level:
        """As it was begun with."""
        return self._level

    @property
    def packet(self) -> Packet:
        """What the layers made of the latest frame."""
        if self._latest is not None:
            self._decode(self._latest.data, self._latest.wire_length, self._latest.interface.link_type, self._packet)
        return self._packet

    def read(self, frame: CapturedFrame) -> Reading:
        """Ask every dissector about the next frame, whatever the level; the text is put together in Python."""
        self._latest = None
        return super().read(frame)

    def line(self, frame: CapturedFrame) -> str:
        """The comment for the next frame, one line of ASCII; "" for none."""
        return self._text(frame, self._level) if self._is_ordinary(frame) else super().line(frame)

    def line_and_brief(self, frame: CapturedFrame) -> tuple[str, str]:
        """As Annotator's: the texts are put together in Python, since the engine makes one text of a frame."""
        self._latest = None
        return super().line_and_brief(frame)

    def brief(self, frame: CapturedFrame) -> str:
        """What Reading.brief says of the next frame."""
        return self._text(frame, "brief") if self._is_ordinary(frame) else super().brief(frame)

    def whole(self, frame: CapturedFrame) -> str:
        """What Reading.line says of the next frame."""
        return self._text(frame, "line") if self._is_ordinary(frame) else super().whole(frame)

    def _is_ordinary(self, frame: CapturedFrame) -> bool:
        """Whether all numbers of the frame, and those of the first one, fit into what native code takes."""
        self._latest = frame
        return (
            _LEAST <= (frame.time or 0) <= _MOST
            and frame.wire_length <= _WIDEST
            and frame.interface.link_type <= _WIDEST
            and bool(self._comments.clocked())
        )

    def _text(self, frame: CapturedFrame, level: str) -> str:
        text: str = self._comments.text(
            frame.number,
            frame.time or 0,
            frame.data,
            frame.wire_length,
            frame.interface.link_type,
            self._levels[level],
        )
        return text


def _asked(run: NativeRun) -> Asked:
    return lambda frame: run.feed(frame.number, frame.time, frame.data, frame.wire_length, frame.interface.link_type)


def begin_annotator(level: Level, dissectors: Sequence[Dissector] | None = None, limit: int | None = None) -> Annotator:
    """Begin a capture's comments: natively where the engine is there and every dissector is compiled, else in Python.

    dissectors: None stands for all that are installed. limit: bytes that each native run may take, as
    for pcapkit.native.begin.
    """
    chosen = find() if dissectors is None else list(dissectors)
    engine = load()
    if isinstance(engine, str) or any(available(dissector) is not None for dissector in chosen):
        return Annotator(level, chosen)
    runs: list[Any] = [begin(dissector, limit) for dissector in chosen]
    try:
        return NativeAnnotator(level, chosen, runs, engine)
    except ValueError:
        return Annotator(level, chosen)
