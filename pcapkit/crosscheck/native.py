"""The native runtime: the dissector as it was compiled, in this process."""

from collections.abc import Sequence
from pathlib import Path

from pcapkit.crosscheck.face import Again, Answer, RuntimeFailure, Shown
from pcapkit.dissector import Dissector
from pcapkit.native import NativeRun, load
from pcapkit.version import VERSION


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
        return NativeAnswers(found.NativeRun())

    def close(self) -> None:
        """There is nothing to end."""


class NativeAnswers:
    """Its answers for one capture."""

    def __init__(self, run: NativeRun) -> None:
        """Begin with no state."""
        self._run = run

    def submit(self, frames: Sequence[Shown]) -> None:
        """The work is done in collect, while other processes do theirs."""

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """Run the dissector over these frames, which it decodes itself."""
        answers: list[tuple[int, Answer]] = []
        for frame in frames:
            try:
                values = self._run.feed(frame.number, frame.time, frame.data, frame.wire_length, frame.link_type)
            except (MemoryError, ValueError) as error:
                raise RuntimeFailure(f"{type(error).__name__}: {error}", frame.number) from error
            answers.append((frame.number, values))
        return answers

    def finish(self, damaged: bool) -> list[Again]:
        """It was asked once and has said everything."""
        return []

    def close(self) -> None:
        """What it keeps goes with it."""
