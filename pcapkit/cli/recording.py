"""What `pcapkit record` does with each frame: label it, write it, print it, count it."""

import sys
import time
from collections.abc import Sequence
from typing import Final, Protocol

from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.capture.output import Output
from pcapkit.capture.source import Source
from pcapkit.capture.walk import Frame
from pcapkit.cli.linetext import LineFormat
from pcapkit.errors import WriteError

_COUNT_INTERVAL: Final = 0.25


class Labels(Protocol):
    """What gives a frame its line (pcapkit.annotate.Annotator)."""

    def line(self, frame: CapturedFrame) -> str:
        """The text for a frame, "" for none."""


class Lines:
    """Text lines on standard output or error, gathered until `flush`."""

    def __init__(self, output: Output, form: LineFormat, *, labelled_only: bool) -> None:
        self._output = output
        self._form = form
        self._labelled_only = labelled_only
        self._waiting: list[str] = []

    def add(self, frame: CapturedFrame, label: str) -> None:
        """Take a frame's line."""
        if label or not self._labelled_only:
            self._waiting.append(self._form.line(frame, label))

    def flush(self) -> None:
        """Write what was gathered. Raises WriteError."""
        if not self._waiting:
            return
        data = "".join(line + "\n" for line in self._waiting).encode(errors="backslashreplace")
        self._waiting.clear()
        try:
            while data:
                data = data[self._output.write(data) :]
        except OSError as error:
            raise WriteError(f"{self._output.name}: {error.strerror}") from error


class Recording:
    """The sink of a capture: frames go to a file, to lines of text, or to both."""

    def __init__(
        self,
        sources: Sequence[Source],
        interfaces: Sequence[Interface],
        labels: Labels | None,
        writer: PcapngWriter | None,
        lines: Lines | None,
        *,
        show_count: bool,
    ) -> None:
        """interfaces: as described in the file, one for each source and in the same order."""
        self.number = 0
        self.size = 0
        self._kept = [0] * len(sources)
        self._sources = sources
        self._interfaces = interfaces
        self._labels = labels
        self._writer = writer
        self._lines = lines
        self._show_count = show_count
        self._counted_at = 0.0
        self._unsettled: list[int] = []
        self._begun = time.time_ns()

    def frame(self, source: int, frame: Frame, dropped: int) -> None:
        """Label, write and print one frame."""
        self.number += 1
        self._unsettled.append(source)
        captured, label = None, ""
        if self._labels is not None or self._lines is not None:
            captured = CapturedFrame(
                number=self.number,
                interface=self._interfaces[source],
                interface_id=source,
                time=frame.time,
                data=frame.data,
                wire_length=frame.wire_length,
                comments=(),
                flags=frame.flags,
                drop_count=dropped,
                offset=0,
            )
        if captured is not None and self._labels is not None:
            label = self._labels.line(captured)
        if self._writer is not None:
            self._writer.write(
                source,
                frame.time,
                frame.data,
                frame.wire_length,
                comments=(label,) if label else (),
                flags=frame.flags,
                drop_count=dropped,
            )
            self.size = self._writer.size
        if self._lines is not None and captured is not None:
            self._lines.add(captured, label)

    def settle(self) -> None:
        """Hand everything to the system: a reader of the pipe or file sees it at once."""
        if self._writer is not None:
            self._writer.flush()
        if self._lines is not None:
            self._lines.flush()
        for source in self._unsettled:
            self._kept[source] += 1
        self._unsettled.clear()
        now = time.monotonic()
        if self._show_count and now - self._counted_at >= _COUNT_INTERVAL:
            self._counted_at = now
            say(f"\rPackets: {self.number} ", end="")

    def finish(self) -> None:
        """Write the statistics blocks. Raises WriteError."""
        self.settle()
        if self._writer is None:
            return
        end = time.time_ns()
        for number, source in enumerate(self._sources):
            counters = source.ring.counters
            self._writer.statistics(
                number,
                start=self._begun,
                end=end,
                received=counters.received,
                dropped=counters.dropped,
                filter_accepted=counters.received,
                os_dropped=counters.dropped,
                delivered=self._kept[number],
            )
        self._writer.flush()

    def settle_failed(self) -> None:
        """A write failed: count as kept only what the system has truly taken."""
        lost = 0 if self._writer is None else self.number - self._writer.frames
        for source in self._unsettled[: len(self._unsettled) - lost]:
            self._kept[source] += 1
        self._unsettled.clear()

    def counts(self) -> list[str]:
        """The end lines, as of the last settling: what was kept, and what was not, by whose fault."""
        lines = [f"Packets captured: {sum(self._kept)}"]
        for source, kept in zip(self._sources, self._kept, strict=True):
            own, kernel = source.delivered - kept + source.unread, source.ring.counters.dropped
            share = 100 * kept / (kept + own + kernel) if kept else 0.0
            lines.append(
                f"Packets received/dropped on interface '{source.interface.name}': {kept}/{own + kernel} "
                f"(pcapkit: {own}/kernel: {kernel}) ({share:.1f}%)"
            )
        return lines


def say(text: str, *, end: str = "\n") -> None:
    """A line on standard error; a terminal that has gone is no reason to lose a capture."""
    try:
        sys.stderr.write(text + end)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass
