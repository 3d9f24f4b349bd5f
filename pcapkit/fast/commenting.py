"""Comments put on whole runs of a file's frames by the engine."""

from collections.abc import Sequence
from typing import Any

from pcapkit.annotate.annotator import Level
from pcapkit.annotate.comment import PREFIX
from pcapkit.capfile.pcap import PcapHeader
from pcapkit.capfile.source import Source
from pcapkit.dissector import Dissector
from pcapkit.fast import load as load_engine
from pcapkit.fast.annotator import NativeAnnotator
from pcapkit.fast.taking import NativeRuns
from pcapkit.native import NativeRun
from pcapkit.native import load as load_dissector


class NativeComments(NativeRuns):
    """See pcapkit.capfile.annotate.CommentRuns. frames, comments: how many were put out so far.

    annotator: makes the comments of the frames that are left to Python; it shares the dissectors' state.
    """

    def __init__(self, engine: Any, annotator: NativeAnnotator, level: Level) -> None:
        """Raises ValueError where the dissectors cannot be run natively together."""
        self.annotator = annotator
        self.frames = 0
        self.comments = 0
        mark = PREFIX.encode()
        self._commenter = engine.Commenter(annotator.runs, annotator.wording, engine.TEXT_LEVELS[level], mark)
        super().__init__(engine, self._commenter)

    def begin_pcap(self, header: PcapHeader, bound: int) -> None:
        """The records of a classic pcap file begin."""
        super().begin_pcap(header, bound)
        self._commenter.flags = header.flags

    def take(self, source: Source, number: int) -> int:
        """Put comments on frames; their blocks are there for `blocks`."""
        commenter = self._commenter
        commenter.clear()
        while True:
            why, source.position, needed = commenter.gather(
                source.buffer, source.position, source.end, number + commenter.frames
            )
            if why != self._more or not self.more(source, needed, commenter.frames):
                break
        self.frames += commenter.frames
        self.comments += commenter.comments
        taken: int = commenter.frames
        return taken

    def blocks(self) -> tuple[memoryview, int, int]:
        """What the latest `take` made: blocks, frames, and how many carry a comment."""
        return memoryview(self._commenter), self._commenter.frames, self._commenter.comments


def begin(dissectors: Sequence[Dissector], level: Level) -> NativeComments | None:
    """Start on a capture; None where the engine or one of the dissectors is not compiled."""
    engine = load_engine()
    modules = [load_dissector(one) for one in dissectors]
    if isinstance(engine, str) or any(isinstance(module, str) for module in modules):
        return None
    runs: list[NativeRun] = [module.NativeRun() for module in modules]  # type: ignore[union-attr]
    try:
        return NativeComments(engine, NativeAnnotator(level, dissectors, runs, engine), level)
    except ValueError:
        return None
