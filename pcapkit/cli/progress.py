"""How a recording goes, in words: for the status line, for SIGUSR1 and for the end."""

import time
from collections.abc import Sequence
from typing import Final

from pcapkit.capture.files import Files
from pcapkit.capture.source import Source
from pcapkit.capture.tally import Losses, Tally
from pcapkit.cli.outcomes import Outcomes
from pcapkit.cli.status import Part, brief_count, byte_count, clock

_SHORTEST: Final = 0.5  # seconds; over less, a rate says more of the moment than of the traffic


class Progress:
    """Reads the counts of one recording."""

    def __init__(
        self,
        sources: Sequence[Source],
        tally: Tally,
        files: Files | None,
        *,
        to_pipe: bool,
        outcomes: Outcomes | None,
    ) -> None:
        """to_pipe: a reader, not a disk, takes the frames. outcomes: None where no steps are known."""
        self._sources = sources
        self._tally = tally
        self._files = files
        self._outcomes = outcomes
        self._output = "reader" if to_pipe else "disk"
        self._begun = time.monotonic()
        self._seen_at = self._begun
        self._seen = 0

    def counts(self) -> list[str]:
        """Lines for people: what was kept, and what was not, and where that was lost."""
        lines = [f"Packets captured: {self._tally.kept}"]
        for number, source in enumerate(self._sources):
            kept, losses = self._tally.kept_of(number), self._tally.losses(number)
            lost = sum(losses)
            share = 100 * kept / (kept + lost) if kept else 0.0
            causes = "/".join(f"{cause}: {count}" for cause, count in self._causes(losses))
            name = source.interface.name
            lines.append(f"Packets received/dropped on interface '{name}': {kept}/{lost} ({causes}) ({share:.1f}%)")
        line = self._outcomes.line() if self._outcomes is not None else ""
        return [*lines, line] if line else lines

    def parts(self, now: float) -> list[Part]:
        """For the status line: time, frames, rate, bytes, losses by cause, connections, files."""
        tally = self._tally
        tally.read()
        elapsed, frames = now - self._seen_at, tally.frames
        rate = 0.0
        if elapsed >= _SHORTEST:
            rate = (frames - self._seen) / elapsed
            self._seen_at, self._seen = now, frames
        parts = [
            Part(clock(now - self._begun)),
            Part(f"{frames:,} frames", short=f"{brief_count(frames)} frames"),
            Part(f"{rate:,.0f}/s", short=f"{brief_count(rate)}/s"),
            Part(byte_count(tally.bytes)),
            self._lost(),
        ]
        if self._outcomes is not None:
            parts += self._outcomes.parts()
        if self._files is not None and self._files.rotating:
            parts.append(Part(f"file {self._files.number}"))
        return parts

    def _lost(self) -> Part:
        """What was lost, by cause; of several interfaces, also where."""
        found = [f"{cause} {count:,}" for cause, count in self._causes(self._tally.all_losses()) if count]
        if not found:
            return Part("no loss")
        short = f"lost: {', '.join(found)}"
        if len(self._sources) == 1:
            return Part(short, True)
        where = []
        for number, source in enumerate(self._sources):
            causes = [f"{cause} {count:,}" for cause, count in self._causes(self._tally.losses(number)) if count]
            if causes:
                where.append(f"{source.interface.name} {', '.join(causes)}")
        return Part(f"lost: {'; '.join(where)}", True, short)

    def _causes(self, losses: Losses) -> list[tuple[str, int]]:
        return list(zip(("ring full", "interface", self._output, "unread"), losses, strict=True))
