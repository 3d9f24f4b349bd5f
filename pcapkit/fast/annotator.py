"""The comments of single frames, made natively: the engine's own state, for the frames that Python hands to it."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from pcapkit.annotate.annotator import Level, Reading, Said
from pcapkit.annotate.comment import PREFIX, Grammar
from pcapkit.annotate.describe import Describer
from pcapkit.capfile.model import CapturedFrame
from pcapkit.dissector import Dissector
from pcapkit.fast.wording import words
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from pcapkit.native import NativeRun

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_WIDEST: Final = 2**32


class NativeAnnotator:
    """As pcapkit.annotate.Annotator, over native runs that others may use, too: each frame is fed once, in order."""

    def __init__(
        self, level: Level, dissectors: Sequence[Dissector], runs: Sequence[NativeRun], engine: ModuleType
    ) -> None:
        """runs: one for each dissector. engine: what pcapkit.fast.load gave.

        Raises ValueError where these cannot be run natively together: Python does it then.
        """
        self.wording: Any = engine.Wording(words(dissectors))
        self.runs: Any = engine.Runs(runs)
        self._comments: Any = engine.Comments(self.runs, self.wording)
        self._levels: dict[str, int] = engine.TEXT_LEVELS
        self._level = level
        self._dissectors = dissectors
        self._native = runs
        self._describer = Describer()
        self._packet = Packet()

    def line(self, frame: CapturedFrame) -> str:
        """The comment for the next frame, one line of ASCII; "" for none.

        Raises MemoryError where what is known of open connections has no more room.
        """
        return self._text(frame, self._level)

    def brief(self, frame: CapturedFrame) -> str:
        """What `pcapkit read` shows of the next frame, "" where there is nothing to say; in place of `line`."""
        return self._text(frame, "brief")

    def _text(self, frame: CapturedFrame, level: str) -> str:
        time, link = frame.time or 0, frame.interface.link_type
        ordinary = _LEAST <= time <= _MOST and 0 <= frame.wire_length < _WIDEST and 0 <= link < _WIDEST
        if ordinary and self._comments.clocked():
            text: str = self._comments.text(
                frame.number, time, frame.data, frame.wire_length, link, self._levels[level]
            )
            return text
        return ""
