"""The texts of a file's frames, for people, made by the engine."""

from collections.abc import Iterator

from pcapkit.annotate.annotator import Annotator
from pcapkit.annotate.comment import PREFIX
from pcapkit.capfile.source import Source
from pcapkit.fast import load
from pcapkit.fast.annotator import NativeAnnotator
from pcapkit.fast.taking import NativeRuns
from pcapkit.layers.packet import Packet


class NativeLines(NativeRuns):
    """Takes frames without comments by others and says what `Annotator.whole` or `brief` says of them.

    It shares its runs with the annotator, which says it of all others. left: the most frames that it may take still.
    """

    def __init__(self, annotator: NativeAnnotator, *, verbose: bool, left: int) -> None:
        """verbose: as `whole`, else as `brief`."""
        engine = load()
        assert not isinstance(engine, str)  # or there were no such annotator
        level = engine.TEXT_LEVELS["line" if verbose else "brief"]
        self.left = left
        self._lines = engine.Lines(annotator.runs, annotator.wording, level, PREFIX.encode())
        self._number = 0
        self._times: list[int] = []
        self._texts: list[str | tuple[int, int, int]] = []
        super().__init__(engine, self._lines)

    def take(self, source: Source, number: int) -> int:
        """Make the texts of frames; they are there for `lines`."""
        times, texts = self._times, self._texts
        times.clear()
        texts.clear()
        self._number = number
        while True:
            self.lead(source)
            why, source.position, needed = self._lines.gather(
                source.buffer, source.position, source.end, number + len(texts), self.left - len(texts), times, texts
            )
            if not self.goes_on(source, why, needed, len(texts)):
                break
        return len(texts)

    def lines(self) -> Iterator[tuple[int, int, str]]:
        """Number, time (ns since 1970) and text of the frames that the latest `take` took."""
        for number, (time, text) in enumerate(zip(self._times, self._texts, strict=True), start=self._number):
            yield number, time, text if isinstance(text, str) else _unread(*text)


def _unread(wire: int, link: int, ethertype: int) -> str:
    from pcapkit.annotate.describe import unread_text

    packet = Packet()
    packet.ethertype = ethertype
    return unread_text(wire, link, packet)


def lines_of(annotator: Annotator, *, verbose: bool, left: int) -> NativeLines | None:
    """What makes this annotator's texts natively; None where it runs in Python."""
    return NativeLines(annotator, verbose=verbose, left=left) if isinstance(annotator, NativeAnnotator) else None
