"""The native runtime: the dissector as it was compiled, in this process."""

from array import array
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

from pcapkit.columns.batch import fields_of_row
from pcapkit.crosscheck.face import Again, Answer, RuntimeFailure, Shown
from pcapkit.dissector import Dissector
from pcapkit.dissector.forgetting import forgotten
from pcapkit.native import NativeRun, load
from pcapkit.version import VERSION

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1


class NativeRuntime:
    """Runs the compiled form of the dissector: its own layers, its own tables, none of the reference's objects."""

    name = "native"

    def __init__(self, dissector: Dissector) -> None:
        """Nothing is run yet."""
        self._dissector = dissector

    def missing(self) -> str | None:
        """Why there is no compiled form, or none of this source."""
        found = load(self._dissector)
        return found if isinstance(found, str) else None

    def version(self) -> str:
        """Of pcapkit: what compiles a dissector comes with it."""
        return f"pcapkit {VERSION}"

    def begin(self, path: Path) -> "NativeAnswers":
        """Start on a capture."""
        found = load(self._dissector)
        if isinstance(found, str):
            raise RuntimeFailure(found)
        return NativeAnswers(self._dissector, found.NativeRun())

    def close(self) -> None:
        """There is nothing to end."""


class NativeAnswers:
    """Its answers for one capture: frames are labelled as the engine does it, many at once."""

    def __init__(self, dissector: Dissector, run: NativeRun) -> None:
        """Begin with no state."""
        self._dissector = dissector
        self._run = run
        self._far = False  # there was a time of more than 64 bits

    def submit(self, frames: Sequence[Shown]) -> None:
        """The work is done in collect, while other processes do theirs."""

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """Run the dissector over these frames, which it decodes itself."""
        self._far = self._far or any(not _LEAST <= (frame.time or 0) <= _MOST for frame in frames)
        if self._far:
            return [(frame.number, self._feed(frame)) for frame in frames]
        answers: list[tuple[int, Answer]] = []
        start = 0
        for index in range(1, len(frames) + 1):  # blocks of other kinds may have taken numbers in between
            if index == len(frames) or frames[index].number != frames[index - 1].number + 1:
                answers += self._label(frames[start:index])
                start = index
        return answers

    def _label(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        columns = self._run.columns(len(frames))
        lengths = [len(frame.data) for frame in frames]
        rows = [
            array("q", [0, *accumulate(lengths[:-1])]),
            array("q", lengths),
            array("q", [frame.wire_length for frame in frames]),
            array("q", [frame.link_type for frame in frames]),
            array("q", [frame.time or 0 for frame in frames]),
        ]
        first = frames[0].number
        try:
            found = self._run.label(b"".join([frame.data for frame in frames]), rows, first, columns)
        except (MemoryError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}, in frames {first} to {frames[-1].number}"
            raise RuntimeFailure(reason) from error
        answers: dict[int, Answer] = dict.fromkeys((frame.number for frame in frames), None)
        for row in range(found):
            answers[columns["number"][row]] = fields_of_row(self._dissector, columns, row)
        return list(answers.items())

    def _feed(self, frame: Shown) -> Answer:
        try:
            return self._run.feed(frame.number, frame.time, frame.data, frame.wire_length, frame.link_type)
        except (MemoryError, ValueError) as error:
            raise RuntimeFailure(f"{type(error).__name__}: {error}", frame.number) from error

    def forgotten(self) -> dict[str, int]:
        """What the dissector had to forget so far."""
        return forgotten([self._run])

    def finish(self, damaged: bool) -> list[Again]:
        """It was asked once and has said everything."""
        return []

    def close(self) -> None:
        """What it keeps goes with it."""
