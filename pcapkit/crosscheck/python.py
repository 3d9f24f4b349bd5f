"""The reference: the dissector as it is written, run by Python."""

import platform
from collections.abc import Sequence
from pathlib import Path

from pcapkit.crosscheck.face import Again, Answer, RuntimeFailure, Shown
from pcapkit.dissector import Dissector
from pcapkit.dissector.forgetting import forgotten


class PythonRuntime:
    """Runs the dissector in this process."""

    name = "python"

    def __init__(self, dissector: Dissector) -> None:
        """Nothing is run yet."""
        self._dissector = dissector

    def missing(self) -> str | None:
        """It is always here."""
        return None

    def version(self) -> str:
        """Of Python."""
        return f"{platform.python_implementation()} {platform.python_version()}"

    def begin(self, path: Path) -> "PythonAnswers":
        """Start on a capture."""
        return PythonAnswers(self._dissector)

    def close(self) -> None:
        """There is nothing to end."""


class PythonAnswers:
    """The reference's answers for one capture."""

    def __init__(self, dissector: Dissector) -> None:
        """Begin with no state."""
        self._run = dissector.begin()

    def submit(self, frames: Sequence[Shown]) -> None:
        """The work is done in collect, while other processes do theirs."""

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """Run the dissector over these frames."""
        answers: list[tuple[int, Answer]] = []
        for frame in frames:
            try:
                values = self._run.dissect(frame.packet, frame.number, frame.time, frame.data)
            except Exception as error:
                # A dissector is anybody's code: whatever it raises is a finding, not our crash.
                raise RuntimeFailure(f"{type(error).__name__}: {error}", frame.number) from error
            answers.append((frame.number, values))
        return answers

    def forgotten(self) -> dict[str, int]:
        """What the dissector had to forget so far."""
        return forgotten([self._run])

    def finish(self, damaged: bool) -> list[Again]:
        """It was asked once and has said everything."""
        return []

    def close(self) -> None:
        """There is nothing to give back."""
