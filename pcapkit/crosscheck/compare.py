"""Walks all runtimes through one capture in step, and holds every field of every frame against the reference's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pcapkit.crosscheck.decode import compare_decode
from pcapkit.crosscheck.face import Answer, Answers, NotReached, Runtime, RuntimeFailure, Shown
from pcapkit.crosscheck.frames import batches
from pcapkit.crosscheck.native import NativeAnswers
from pcapkit.crosscheck.python import PythonAnswers
from pcapkit.crosscheck.recorded import NOT_RECORDED, RecordedAnswers
from pcapkit.crosscheck.tshark import TsharkAnswers
from pcapkit.dissector import Value, Values
from pcapkit.errors import PcapkitError, ReadError

DECODE: Final = "decode"
"""The row of the report that holds pcapkit's layers against Wireshark's own decode."""


@dataclass(slots=True)
class Difference:
    """One field of one frame on which a runtime and the reference do not agree. None: the side has no such value."""

    frame: int
    field: str
    reference: Value | None
    other: Value | None


@dataclass(slots=True)
class Outcome:
    """What became of one runtime on one capture.

    frames: how many it answered for. differing: frames on which it differs; differences: the first of them, in full.
    not_reached: frames by the name of the reason. missing: why it was not run at all. error: why it did not finish.
    forgotten: what its dissector had to forget, as pcapkit.dissector.forgetting.forgotten says, where it tells.
    """

    name: str
    version: str = ""
    frames: int = 0
    labelled: int = 0
    differing: int = 0
    not_reached: Counter[str] = field(default_factory=Counter)
    not_reached_first: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    difference_count: int = 0
    missing: str | None = None
    error: str | None = None
    error_frame: int | None = None
    forgotten: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Comparison:
    """What became of one capture. damage: why it could not be read, or not to its end."""

    path: str
    frames: int
    outcomes: list[Outcome]
    damage: PcapkitError | None = None

    @property
    def agrees(self) -> bool:
        """Whether no runtime differs, and none failed."""
        return all(not outcome.difference_count and outcome.error is None for outcome in self.outcomes)


def compare(path: Path, runtimes: Sequence[Runtime], keep: int) -> Comparison:
    """Run the runtimes, the reference first, over a capture; keep: how many differences of each to keep in full."""
    walk = _Walk(path, runtimes, keep)
    try:
        return walk.run()
    finally:
        walk.close()


class _Walk:
    def __init__(self, path: Path, runtimes: Sequence[Runtime], keep: int) -> None:
        self._path = path
        self._runtimes = runtimes
        self._keep = keep
        self._outcomes = [Outcome(runtime.name) for runtime in runtimes]
        self._answers: dict[int, Answers] = {}  # by place in the list of runtimes; those that are still in
        self._decode: Outcome | None = None
        self._lacking: dict[int, tuple[RecordedAnswers, Outcome]] = {}  # by place, as self._answers
        self._frames = 0

    def run(self) -> Comparison:
        damage: PcapkitError | None = None
        source = batches(self._path)
        try:
            batch = next(source, None)
        except PcapkitError as error:
            if not isinstance(error, ReadError):
                return Comparison(str(self._path), 0, [], error)
            batch, damage = None, error
        self._begin()
        while batch is not None:
            self._step(batch)
            try:
                batch = next(source, None)
            except ReadError as error:
                batch, damage = None, error
        self._finish(damaged=damage is not None)
        outcomes = [*self._outcomes, *([self._decode] if self._decode else [])]
        return Comparison(str(self._path), self._frames, outcomes, damage)

    def close(self) -> None:
        for answers in self._answers.values():
            answers.close()

    def _begin(self) -> None:
        for place, runtime in enumerate(self._runtimes):
            outcome = self._outcomes[place]
            outcome.missing = runtime.missing()
            if outcome.missing is None:
                with _Out(self, place):
                    self._answers[place] = runtime.begin(self._path)
            outcome.version = runtime.version()

    def _step(self, batch: list[Shown]) -> None:
        self._frames += len(batch)
        for place, answers in list(self._answers.items()):
            with _Out(self, place):
                answers.submit(batch)
        collected: dict[int, list[Answer]] = {}
        # The reference comes first: it works in this process while the others work in theirs.
        for place, answers in sorted(self._answers.items()):
            with _Out(self, place):
                collected[place] = self._in_order(batch, answers.collect(batch))
        self._hold(batch, collected)
        for place in collected:
            answers = self._answers[place]
            if isinstance(answers, TsharkAnswers) and answers.witnessed is not None:
                self._hold_decode(batch, answers)
                break

    def _in_order(self, batch: list[Shown], answers: list[tuple[int, Answer]]) -> list[Answer]:
        for frame, (number, _) in zip(batch, answers, strict=False):
            if number != frame.number:
                raise RuntimeFailure(f"answered for frame {number} where frame {frame.number} was shown", frame.number)
        if len(answers) < len(batch):
            missing = batch[len(answers)].number
            raise RuntimeFailure(f"stopped early: no answer for frame {missing}", missing)
        if len(answers) > len(batch):
            raise RuntimeFailure(f"answered for frame {answers[len(batch)][0]}, which was not shown")
        return [answer for _, answer in answers]

    def _hold(self, batch: list[Shown], collected: dict[int, list[Answer]]) -> None:
        if not collected:
            return
        first = min(collected)
        reference = collected[first]
        for place, answers in collected.items():
            outcome = self._outcomes[place]
            for frame, expected, answer in zip(batch, reference, answers, strict=True):
                if answer is NOT_RECORDED and place != first and self._lacks(place, frame.number, expected):
                    continue
                if isinstance(answer, NotReached):
                    outcome.not_reached[answer.reason] += 1
                    outcome.not_reached_first.setdefault(answer.reason, frame.number)
                    continue
                outcome.frames += 1
                outcome.labelled += answer is not None
                if answer != expected and place != first and not isinstance(expected, NotReached):
                    self._note(outcome, frame.number, list(differences(frame.number, expected, answer)))

    def _lacks(self, place: int, number: int, expected: Answer) -> bool:
        """Put aside a frame without the comment that it should have: what that means shows only at the end."""
        answers = self._answers.get(place)
        if not isinstance(answers, RecordedAnswers) or isinstance(expected, NotReached) or not answers.lacks(expected):
            return False
        _, aside = self._lacking.setdefault(place, (answers, Outcome("")))
        aside.frames += 1
        aside.not_reached_first.setdefault(NOT_RECORDED.reason, number)
        self._note(aside, number, list(differences(number, expected, None)))
        return True

    def _settle(self) -> None:
        """Missing comments are differences where the capture has others of the dissector's."""
        for place, (answers, aside) in self._lacking.items():
            outcome = self._outcomes[place]
            if answers.speaks:
                outcome.frames += aside.frames
                outcome.differing += aside.differing
                outcome.difference_count += aside.difference_count
                found = sorted([*outcome.differences, *aside.differences], key=lambda one: one.frame)
                outcome.differences = found[: self._keep]
            else:
                reason, first = NOT_RECORDED.reason, aside.not_reached_first[NOT_RECORDED.reason]
                outcome.not_reached[reason] += aside.frames
                outcome.not_reached_first[reason] = min(first, outcome.not_reached_first.get(reason, first))

    def _hold_decode(self, batch: list[Shown], tshark: TsharkAnswers) -> None:
        assert tshark.witnessed is not None
        if self._decode is None:
            self._decode = Outcome(DECODE)
        outcome = self._decode
        for frame in batch:
            witness = tshark.witnessed.get(frame.number)
            if witness is None:
                outcome.not_reached["not decoded by tshark"] += 1
                continue
            held = compare_decode(frame, witness)
            if isinstance(held, NotReached):
                outcome.not_reached[held.reason] += 1
                outcome.not_reached_first.setdefault(held.reason, frame.number)
                continue
            outcome.frames += 1
            outcome.labelled += frame.packet.has_segment
            if held:
                name = f" [{':'.join(witness.protocols)}]"
                found = [Difference(frame.number, miss.measure + name, miss.ours, miss.theirs) for miss in held]
                self._note(outcome, frame.number, found)

    def _note(self, outcome: Outcome, number: int, found: list[Difference]) -> None:
        outcome.differing += 1
        outcome.difference_count += len(found)
        outcome.differences += found[: max(0, self._keep - len(outcome.differences))]

    def _finish(self, *, damaged: bool) -> None:
        for place, answers in list(self._answers.items()):
            if isinstance(answers, PythonAnswers | NativeAnswers):
                self._outcomes[place].forgotten.update(answers.forgotten())
            with _Out(self, place):
                changed = answers.finish(damaged)
                for again in changed:
                    found = [
                        Difference(one.frame, f"{one.field} (shown again)", one.reference, one.other)
                        for one in differences(again.number, again.first, again.second)
                    ]
                    self._note(self._outcomes[place], again.number, found)
        self._settle()


class _Out:
    """Takes a runtime that fails out of the walk, and says so in its outcome."""

    def __init__(self, walk: _Walk, place: int) -> None:
        self._walk = walk
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, RuntimeFailure):
            return False
        outcome = self._walk._outcomes[self._place]
        outcome.error, outcome.error_frame = error.reason, error.frame
        answers = self._walk._answers.pop(self._place, None)
        if answers is not None:
            answers.close()
        return True


def differences(frame: int, reference: Values | None, other: Values | None) -> Iterator[Difference]:
    """Every field on which two answers differ."""
    if reference is None or other is None:
        if reference is not other:
            labelled = reference if reference is not None else other
            assert labelled is not None
            for name, value in labelled.items() or {"anything": True}.items():
                mine, theirs = (value, None) if reference is not None else (None, value)
                yield Difference(frame, name, mine, theirs)
        return
    for name in [*reference, *(name for name in other if name not in reference)]:
        if reference.get(name) != other.get(name):
            yield Difference(frame, name, reference.get(name), other.get(name))
