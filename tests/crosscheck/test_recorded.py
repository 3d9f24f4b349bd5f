"""The recorded comments: read back, and held against the reference."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pcapkit.annotate import Annotator, Level
from pcapkit.capfile.continuation import statement
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.crosscheck.compare import Comparison, compare
from pcapkit.crosscheck.python import PythonRuntime
from pcapkit.crosscheck.recorded import RecordedRuntime
from pcapkit.dissector import Dissector
from tests.crosscheck.captures import ACK, FLAGS, FRAMES, conversation, toy


def recorded(
    folder: Path,
    change: Callable[[int, str], list[str]] = lambda _, comment: [comment],
    level: Level = "all",
    dissector: Dissector | None = None,
    about: str = "",
) -> Comparison:
    """Compare a recording of the conversation, the comments of which pass through `change` (number, comment)."""
    path = folder / "recorded.pcapng"
    dissector = dissector or toy()
    annotator = Annotator(level, [dissector])
    with open(path, "wb") as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="test", comment=about)
        for frame in read_frames(conversation(folder)):
            if frame.number == 1:
                writer.add_interface(frame.interface)
            line = annotator.line(frame)
            comments = change(frame.number, line) if line else []
            writer.write(0, frame.time, frame.data, frame.wire_length, comments=comments)
        writer.flush()
    return compare(path, [PythonRuntime(dissector), RecordedRuntime(dissector)], 100)


def test_comments_agree(tmp_path: Path) -> None:
    comparison = recorded(tmp_path)
    assert comparison.agrees
    assert (comparison.outcomes[1].frames, comparison.outcomes[1].labelled) == (FRAMES, FRAMES)


def test_a_capture_without_comments_is_not_reached(tmp_path: Path) -> None:
    outcome = recorded(tmp_path, level="none").outcomes[1]
    assert outcome.not_reached == {"no comment of pcapkit's": FRAMES}
    assert (outcome.frames, outcome.error) == (0, None)


def test_other_peoples_comments_are_passed_over(tmp_path: Path) -> None:
    comparison = recorded(tmp_path, lambda number, own: ["count 9", own])
    assert comparison.agrees
    assert comparison.outcomes[1].frames == FRAMES
    comparison = recorded(tmp_path, lambda number, own: ["toy: look"])
    assert comparison.agrees
    assert comparison.outcomes[1].not_reached == {"no comment of pcapkit's": FRAMES}


@pytest.mark.parametrize("gone", [{1}, {4, 5}, {FRAMES}, set(range(1, FRAMES))])
def test_a_comment_taken_away_shows(tmp_path: Path, gone: set[int]) -> None:
    """Before, between or behind those that are left."""
    comparison = recorded(tmp_path, lambda number, own: [] if number in gone else [own])
    outcome = comparison.outcomes[1]
    assert not comparison.agrees
    assert {one.frame for one in outcome.differences} == gone
    assert {one.other for one in outcome.differences} == {None}
    assert (outcome.frames, outcome.differing, outcome.not_reached.total()) == (FRAMES, len(gone), 0)


def quiet_toy() -> Dissector:
    """The toy, to which an ACK is no news."""
    fields = tuple(one._replace(quiet=frozenset({1})) if one.name == "sign" else one for one in toy().fields)
    return toy()._replace(fields=fields)


def test_quiet_frames_need_no_comment(tmp_path: Path) -> None:
    """As in a recording of the steps."""
    quiet = [number for number, flags in enumerate(FLAGS, 1) if flags == ACK]
    comparison = recorded(tmp_path, level="steps", dissector=quiet_toy())
    assert comparison.agrees
    assert comparison.outcomes[1].not_reached == {"no comment of pcapkit's": len(quiet)}
    assert comparison.outcomes[1].not_reached_first == {"no comment of pcapkit's": quiet[0]}


def test_a_step_without_a_comment_shows_among_quiet_frames(tmp_path: Path) -> None:
    comparison = recorded(
        tmp_path, lambda number, own: [] if number == 1 else [own], level="steps", dissector=quiet_toy()
    )
    assert not comparison.agrees
    assert {one.frame for one in comparison.outcomes[1].differences} == {1}


def test_a_comment_changed_by_hand_shows(tmp_path: Path) -> None:
    def change(number: int, own: str) -> list[str]:
        assert "count" in own
        return [own.replace("count 6", "count 5")]

    (one,) = recorded(tmp_path, change).outcomes[1].differences
    assert (one.frame, one.field, one.reference, one.other) == (6, "count", 6, 5)


def test_a_field_taken_away_by_hand_shows(tmp_path: Path) -> None:
    differences = recorded(tmp_path, lambda _, own: [own.replace("; count 6", "")]).outcomes[1].differences
    assert [(one.frame, one.field, one.other) for one in differences] == [(6, "count", None)]


def test_a_label_taken_away_by_hand_shows(tmp_path: Path) -> None:
    outcome = recorded(tmp_path, lambda number, own: [own.split(" | ")[0] if number == 4 else own]).outcomes[1]
    assert outcome.differing == 1
    assert {one.frame for one in outcome.differences} == {4}


@pytest.mark.parametrize("wrong", ["count six", "count 6; count 6", "count 6; nonsense"])
def test_a_comment_that_cannot_be_read_back_shows(tmp_path: Path, wrong: str) -> None:
    outcome = recorded(tmp_path, lambda _, own: [own.replace("count 6", wrong)]).outcomes[1]
    assert outcome.error is not None
    assert outcome.error.startswith("the comment cannot be read back")
    assert outcome.error_frame == 6


@pytest.mark.parametrize(("file", "before", "compared"), [(1, 0, True), (2, 0, True), (2, 7, False)])
def test_a_file_that_goes_on_from_another_is_not_held_against_the_reference(
    tmp_path: Path, file: int, before: int, compared: bool
) -> None:
    """It numbers frames and connections from the recording's beginning."""

    def later(number: int, comment: str) -> list[str]:
        return [comment.replace("connection 0", "connection 5")] if before else [comment]

    comparison = recorded(tmp_path, later, about=statement(file, before))
    assert comparison.agrees
    outcome = comparison.outcomes[1]
    assert outcome.not_reached == ({} if compared else {"the recording began in an earlier file": FRAMES})
