"""What `pcapkit record` does with each frame: label it, write it, print it, count it."""

import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Protocol

from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capture.files import Files
from pcapkit.capture.output import Output
from pcapkit.capture.tally import Tally
from pcapkit.capture.walk import Frame
from pcapkit.cli.linetext import LineFormat
from pcapkit.cli.outcomes import Outcomes
from pcapkit.cli.status import Status
from pcapkit.errors import WriteError


class Labels(Protocol):
    """What gives a frame its line (pcapkit.annotate.Annotator)."""

    def line(self, frame: CapturedFrame) -> str:
        """The comment for a frame, "" for none."""

    def line_and_brief(self, frame: CapturedFrame) -> tuple[str, str]:
        """The same, and what to show of it in a line."""


class Lines:
    """Text lines on standard output or error, gathered until `flush`."""

    def __init__(self, output: Output, form: LineFormat, *, labelled_only: bool) -> None:
        self._output = output
        self._form = form
        self._labelled_only = labelled_only
        self._waiting: list[str] = []

    @property
    def brief(self) -> bool:
        """Whether the lines are short texts, not JSON."""
        return not self._form.json

    def add(self, frame: CapturedFrame, label: str, said: str) -> None:
        """Take a frame's line. label: its comment; said: what lines of text show of it."""
        if label or not self._labelled_only:
            self._waiting.append(self._form.text(frame, said) if self.brief else self._form.object(frame, label))

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
    """The sink of a capture: frames go into files, to lines of text, or to both."""

    def __init__(
        self,
        tally: Tally,
        interfaces: Sequence[Interface],
        labels: Labels | None,
        files: Files | None,
        lines: Lines | None,
        status: Status | None,
        outcomes: Outcomes | None,
        notice: Callable[[str], None],
    ) -> None:
        """interfaces: as described in the file, one for each source and in the same order. outcomes: to be told of
        every label. notice gets the names of files that are finished, and what went wrong with them."""
        self.number = 0
        self._tally = tally
        self._interfaces = interfaces
        self._labels = labels
        self._files = files
        self._lines = lines
        self._status = status
        self._outcomes = outcomes
        self._notice = notice
        self._begun = time.time_ns()

    @property
    def due(self) -> float:
        """When the next file begins by itself, or what is held back has to be written."""
        return inf if self._files is None else min(self._files.due, self._files.writer.due)

    def frame(self, source: int, frame: Frame, dropped: int) -> bool:
        """Label, write and print one frame; False if it has no room any more."""
        captured, label, said = None, "", ""
        if self._labels is not None or self._lines is not None:
            captured = CapturedFrame(
                number=self.number + 1,
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
            if self._lines is not None and self._lines.brief:
                label, said = self._labels.line_and_brief(captured)
            else:
                label = self._labels.line(captured)
        if self._files is not None:
            block = self._files.writer.encode(
                source,
                frame.time,
                frame.data,
                frame.wire_length,
                comments=(label,) if label else (),
                flags=frame.flags,
                drop_count=dropped,
            )
            if not self._files.has_room(len(block)) and not self.turn():
                return False
            self._files.took(1)
        self.number += 1
        if self._outcomes is not None:
            self._outcomes.saw(label)
        self._tally.took(source, 1, dropped, frame.wire_length)
        if self._files is not None:
            self._files.writer.add(block)
        if self._lines is not None and captured is not None:
            self._lines.add(captured, label, said)
        return True

    def room(self) -> tuple[int, int]:
        """How many frames, and bytes of their blocks, this file still takes."""
        assert self._files is not None
        return self._files.room()

    def blocks(self, kept: Sequence[int], lost: Sequence[int], wire: Sequence[int]) -> None:
        """The same as `frame`, for frames that are in the file's buffer: of each source so many, after so many lost
        ones; wire: their bytes on the wire."""
        assert self._files is not None
        frames = sum(kept)
        self._files.took(frames)
        self.number += frames
        for source, number in enumerate(kept):
            if number:
                self._tally.took(source, number, lost[source], wire[source])

    def settle(self) -> bool:
        """Hand everything to the system: a reader of the pipe or file sees it at once, or soon where much comes; False
        if -a files is reached."""
        if self._files is not None:
            self._files.writer.settle()
        if self._files is None or not self._files.missing:
            self.flush()
        now = time.monotonic()
        if self._status is not None:
            self._status.update(now)
        return self._files is None or now < self._files.due or self.turn()

    def turn(self) -> bool:
        """Finish the file and begin the next one; False where there is to be none."""
        if self._files is None or not self._files.may_turn():
            return False
        self._end_file(last=False)
        self._files.open_next()
        self._begun = time.time_ns()
        return True

    def finish(self) -> None:
        """All frames are here: end the last file. Raises WriteError."""
        self.flush()
        if self._files is not None:
            self._end_file(last=True)

    def fail(self, *, capturing: bool) -> None:
        """A write failed: count as kept only what the system has truly taken, and leave that as a file."""
        self._tally.fail(0 if self._files is None else self._files.missing, capturing=capturing)
        if self._files is not None:
            try:
                self._announce(self._files.close())
            except WriteError as error:
                self._notice(str(error))

    def flush(self) -> None:
        """Hand everything to the system now. Raises WriteError."""
        if self._files is not None:
            self._files.writer.flush()
        if self._lines is not None:
            self._lines.flush()
        self._tally.settle()

    def _end_file(self, *, last: bool) -> None:
        """Write the statistics blocks, close the file, and give it its name."""
        assert self._files is not None
        self.flush()
        self._tally.read()
        writer = self._files.writer
        end = time.time_ns()
        for number in range(len(self._interfaces)):
            section = self._tally.end_section(number, last=last)
            writer.statistics(
                number,
                start=self._begun,
                end=end,
                received=section.received,
                dropped=section.ring + section.interface,
                filter_accepted=section.received,
                os_dropped=section.ring,
                delivered=section.delivered,
            )
        writer.flush()
        self._announce(self._files.close())

    def _announce(self, name: str | None) -> None:
        if name is not None:
            self._notice(f"File: {name}")
