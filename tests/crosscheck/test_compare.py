"""The comparer: with stand-in runtimes that stop early, lie and raise."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pcapkit.crosscheck.compare import Outcome, compare
from pcapkit.crosscheck.face import Again, Answer, NotReached, RuntimeFailure, Shown
from pcapkit.crosscheck.python import PythonRuntime
from pcapkit.dissector import find_one
from pcapkit.errors import FileError, ReadError
from tests.crosscheck.captures import FRAMES, TOY, conversation, toy

Said = list[tuple[int, Answer]]


class Standin:
    """The reference, with what it says changed on its way out."""

    name = "standin"

    def __init__(
        self, change: Callable[[Said], Said], *, again: Sequence[Again] = (), missing: str | None = None
    ) -> None:
        self.change = change
        self.again = list(again)
        self.why_missing = missing
        self.closed = 0

    def missing(self) -> str | None:
        return self.why_missing

    def version(self) -> str:
        return "1"

    def begin(self, path: Path) -> "Standin":
        self.inner = PythonRuntime(toy()).begin(path)
        return self

    def submit(self, frames: Sequence[Shown]) -> None:
        pass

    def collect(self, frames: Sequence[Shown]) -> Said:
        return self.change(self.inner.collect(frames))

    def finish(self, damaged: bool) -> list[Again]:
        return self.again

    def close(self) -> None:
        self.closed += 1


def outcome_of(folder: Path, change: Callable[[Said], Said], keep: int = 20) -> Outcome:
    """What becomes of a runtime that says other than the reference."""
    standin = Standin(change)
    comparison = compare(conversation(folder), [PythonRuntime(toy()), standin], keep)
    assert comparison.frames == FRAMES
    assert standin.closed == 1
    outcome = comparison.outcomes[1]
    assert comparison.agrees == (outcome.error is None and outcome.differing == 0)
    return outcome


def altered(said: Said, number: int, **values: int | None) -> Said:
    changed: Said = []
    for frame, answer in said:
        if frame == number:
            assert isinstance(answer, dict)
            answer = {name: value for name, value in {**answer, **values}.items() if value is not None}
        changed.append((frame, answer))
    return changed


def test_all_agree(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, lambda said: said)
    assert (outcome.frames, outcome.labelled, outcome.differing, outcome.error) == (FRAMES, FRAMES, 0, None)


def test_one_value_is_another(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, lambda said: altered(said, 7, count=99))
    assert outcome.differing == 1
    (one,) = outcome.differences
    assert (one.frame, one.field, one.reference, one.other) == (7, "count", 7, 99)


def test_one_value_is_not_there(tmp_path: Path) -> None:
    (one,) = outcome_of(tmp_path, lambda said: altered(said, 7, count=None)).differences
    assert (one.frame, one.field, one.reference, one.other) == (7, "count", 7, None)


def test_one_value_too_many(tmp_path: Path) -> None:
    (one,) = outcome_of(tmp_path, lambda said: altered(said, 7, other=1)).differences
    assert (one.frame, one.field, one.reference, one.other) == (7, "other", None, 1)


def test_a_frame_without_labels(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, lambda said: [(n, None if n == 3 else answer) for n, answer in said])
    assert (outcome.differing, outcome.labelled) == (1, FRAMES - 1)
    assert ("count", 3, None) in {(one.field, one.reference, one.other) for one in outcome.differences}


def test_a_frame_that_is_not_reached_is_counted_by_name(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, lambda said: [(n, NotReached("too far") if n > 8 else answer) for n, answer in said])
    assert (outcome.differing, outcome.frames) == (0, 8)
    assert outcome.not_reached == {"too far": FRAMES - 8}
    assert outcome.not_reached_first == {"too far": 9}


def test_it_stops_early(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, lambda said: said[:-2])
    assert outcome.error == f"stopped early: no answer for frame {FRAMES - 1}"


def test_it_goes_on_too_long(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, lambda said: [*said, (FRAMES + 1, None)])
    assert outcome.error == f"answered for frame {FRAMES + 1}, which was not shown"


@pytest.mark.parametrize("drop", [0, 4])
def test_it_leaves_a_frame_out(tmp_path: Path, drop: int) -> None:
    outcome = outcome_of(tmp_path, lambda said: said[:drop] + said[drop + 1 :])
    assert outcome.error_frame == drop + 1


def test_it_raises(tmp_path: Path) -> None:
    def fail(said: Said) -> Said:
        raise RuntimeFailure("broken", 5)

    outcome = outcome_of(tmp_path, fail)
    assert (outcome.error, outcome.error_frame) == ("broken", 5)


def test_only_so_many_differences_are_kept_but_all_are_counted(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, lambda said: [(n, {"count": 0}) for n, _ in said], keep=3)
    assert len(outcome.differences) == 3
    assert outcome.differing == FRAMES
    assert outcome.difference_count > FRAMES


def test_what_is_said_again_is_compared(tmp_path: Path) -> None:
    standin = Standin(lambda said: said, again=[Again(2, {"count": 2}, {"count": 3})])
    comparison = compare(conversation(tmp_path), [PythonRuntime(toy()), standin], 20)
    assert not comparison.agrees
    (one,) = comparison.outcomes[1].differences
    assert (one.frame, one.field, one.reference, one.other) == (2, "count (shown again)", 2, 3)


def test_a_runtime_that_is_not_here(tmp_path: Path) -> None:
    comparison = compare(conversation(tmp_path), [PythonRuntime(toy()), Standin(list, missing="nowhere")], 20)
    assert comparison.agrees
    assert comparison.outcomes[1].missing == "nowhere"
    assert comparison.outcomes[1].frames == 0


def test_an_error_in_the_reference_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dissector = find_one(str(TOY))  # a copy of the module, which the stand-in does not run
    module = dissector.entry.__globals__
    standin = Standin(lambda said: said)
    monkeypatch.setitem(module, "LARGE", 50)
    reference = PythonRuntime(dissector)
    comparison = compare(conversation(tmp_path), [reference, standin], 20)
    assert comparison.outcomes[1].differing == FRAMES - 1
    monkeypatch.setitem(module, "LARGE", None)
    comparison = compare(conversation(tmp_path), [reference, standin], 20)
    assert not comparison.agrees
    assert comparison.outcomes[0].error is not None
    assert comparison.outcomes[0].error.startswith("TypeError")
    assert comparison.outcomes[0].error_frame == 1


def test_a_damaged_capture_is_compared_up_to_its_damage(tmp_path: Path) -> None:
    path = conversation(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    comparison = compare(path, [PythonRuntime(toy()), Standin(lambda said: said)], 20)
    assert isinstance(comparison.damage, ReadError)
    assert comparison.frames == FRAMES - 1
    assert [outcome.frames for outcome in comparison.outcomes] == [FRAMES - 1, FRAMES - 1]
    assert comparison.agrees


def test_what_is_no_capture(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("hello, this is no capture at all")
    comparison = compare(path, [PythonRuntime(toy())], 20)
    assert isinstance(comparison.damage, FileError)
    assert comparison.frames == 0
