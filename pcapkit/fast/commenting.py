"""Comments put on whole runs of a file's frames by the engine."""

from collections.abc import Iterator

from pcapkit.annotate.annotator import Annotator, Level
from pcapkit.annotate.comment import PREFIX
from pcapkit.capfile.pcap import PcapHeader
from pcapkit.capfile.source import Source
from pcapkit.fast import load
from pcapkit.fast.annotator import NativeAnnotator
from pcapkit.fast.taking import NativeRuns


class NativeComments(NativeRuns):
    """See pcapkit.capfile.annotate.CommentRuns. frames, comments: how many were put out so far.

    It shares its runs, and so all that they know, with the annotator, which makes the comments of all other frames.
    """

    def __init__(self, annotator: NativeAnnotator, level: Level) -> None:
        """level: as the annotator's."""
        engine = load()
        assert not isinstance(engine, str)  # or there were no such annotator
        self.frames = 0
        self.comments = 0
        mark = PREFIX.encode()
        self._annotator = annotator
        self._helped = False
        self._commenter = engine.Commenter(annotator.runs, annotator.wording, engine.TEXT_LEVELS[level], mark)
        super().__init__(engine, self._commenter)

    def begin_pcap(self, header: PcapHeader, bound: int) -> None:
        """The records of a classic pcap file begin."""
        super().begin_pcap(header, bound)
        self._commenter.flags = header.flags

    def _prepare_to_lead(self) -> None:
        if not self._helped:  # it takes as long as to put out some MB, and keeps what it has said
            self._commenter.help(self._annotator.another_wording())
            self._helped = True

    def take(self, source: Source, number: int) -> int:
        """Put comments on frames; their blocks are there for `blocks`."""
        commenter = self._commenter
        commenter.clear()
        while True:
            if not commenter.frames:  # what another thread reads lies elsewhere than what was gathered already
                self.lead(source)
            why, source.position, needed = commenter.gather(
                source.buffer, source.position, source.end, number + commenter.frames
            )
            if not self.goes_on(source, why, needed, commenter.frames):
                break
        taken: int = commenter.frames
        self.frames += taken
        self.comments += sum(comments for *_, comments in commenter.puts)
        return taken

    def blocks(self) -> Iterator[tuple[memoryview, int, int]]:
        """What the latest `take` made: blocks, frames, and how many carry a comment."""
        memory = memoryview(self._commenter)
        for begin, end, frames, comments in self._commenter.puts:
            yield memory[begin:end], frames, comments


def runs_of(annotator: Annotator, level: Level) -> NativeComments | None:
    """What puts this annotator's comments on a file's frames natively; None where it runs in Python."""
    return NativeComments(annotator, level) if isinstance(annotator, NativeAnnotator) else None
