"""The comments that a recording holds, read back: what was said of each frame when it was recorded."""

from collections.abc import Sequence
from pathlib import Path

from pcapkit.annotate import Quiet, is_own, parse_comment
from pcapkit.capfile.continuation import frames_before
from pcapkit.crosscheck.face import Again, Answer, NotReached, RuntimeFailure, Shown
from pcapkit.dissector import Dissector

NOT_RECORDED = NotReached("no comment of pcapkit's")
GOES_ON = NotReached("the recording began in an earlier file")


class RecordedRuntime:
    """Takes the answers from the capture itself."""

    name = "recorded"

    def __init__(self, dissector: Dissector) -> None:
        """dissector: whose words to look for in the comments."""
        self._dissector = dissector

    def missing(self) -> str | None:
        """It is always here; a capture without comments is not reached."""
        return None

    def version(self) -> str:
        """It has none."""
        return ""

    def begin(self, path: Path) -> "RecordedAnswers":
        """Start on a capture."""
        goes_on = path.is_file() and frames_before(path) > 0
        return RecordedAnswers(self._dissector, goes_on=goes_on)

    def close(self) -> None:
        """There is nothing to end."""


class RecordedAnswers:
    """The comments of one capture."""

    def __init__(self, dissector: Dissector, *, goes_on: bool) -> None:
        """Comments come with the frames. goes_on: they were made by somebody who knew earlier ones."""
        self._goes_on = goes_on
        self._dissector = dissector
        self._quiet = Quiet(dissector)
        self.speaks = False
        """Whether a comment so far says something in the dissector's name."""

    def lacks(self, reference: Answer) -> bool:
        """Whether a frame of which the reference says this has a comment in every recording of the dissector's.

        Quiet frames have none where only the steps were wanted.
        """
        return isinstance(reference, dict) and not self._quiet.has(reference)

    def submit(self, frames: Sequence[Shown]) -> None:
        """Nothing happens meanwhile."""

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """What the comments of these frames say."""
        return [(frame.number, self._of(frame)) for frame in frames]

    def _of(self, frame: Shown) -> Answer:
        for comment in filter(is_own, frame.comments):
            try:
                # Of a frame that is none of the dissector's, a comment of pcapkit's says nothing in its name.
                values = parse_comment(comment, self._dissector)
            except ValueError as error:
                raise RuntimeFailure(f"the comment cannot be read back: {error}", frame.number) from error
            self.speaks = self.speaks or values is not None
            return GOES_ON if self._goes_on and values is not None else values
        return NOT_RECORDED

    def finish(self, damaged: bool) -> list[Again]:
        """Every frame has had its say."""
        return []

    def close(self) -> None:
        """There is nothing to give back."""
