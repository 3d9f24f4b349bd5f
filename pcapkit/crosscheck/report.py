"""What crosscheck prints: a table, then each difference with the words for its numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pcapkit.crosscheck.compare import DECODE, Comparison, Difference, Outcome
from pcapkit.dissector import Dissector, Value
from pcapkit.dissector.forgetting import sentence
from pcapkit.subset import FieldSpec

COLUMNS: Final = ("runtime", "version", "frames", "labelled", "differing", "not reached")


def total(comparisons: Sequence[Comparison]) -> list[Outcome]:
    """The outcomes of all captures added up, by runtime, in the order of the first."""
    sums: dict[str, Outcome] = {}
    for comparison in comparisons:
        for outcome in comparison.outcomes:
            into = sums.setdefault(outcome.name, Outcome(outcome.name))
            into.version = into.version or outcome.version
            into.frames += outcome.frames
            into.labelled += outcome.labelled
            into.differing += outcome.differing
            into.difference_count += outcome.difference_count
            into.not_reached += outcome.not_reached
            into.forgotten.update(outcome.forgotten)
            into.missing = into.missing or outcome.missing
            if outcome.error is not None:
                into.error = into.error or outcome.error
    ordered = [outcome for name, outcome in sums.items() if name != DECODE]
    return ordered + [outcome for name, outcome in sums.items() if name == DECODE]


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """One row for each runtime, numbers to the right."""
    rows = [COLUMNS, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return [
        "  ".join(
            text.ljust(width) if column < 2 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _row(outcome: Outcome) -> tuple[str, ...]:
    if outcome.missing is not None:
        return (outcome.name, "not here", "-", "-", "-", "-")
    version = "Wireshark's own" if outcome.name == DECODE else outcome.version
    numbers = (outcome.frames, outcome.labelled, outcome.differing, outcome.not_reached.total())
    return (outcome.name, version, *(f"{number:,}" for number in numbers))


def remarks(outcomes: Iterable[Outcome]) -> list[str]:
    """Why runtimes are not here, what was not reached, and what had to be forgotten."""
    lines = []
    for outcome in outcomes:
        if outcome.missing is not None:
            lines.append(f"{outcome.name}: not here: {outcome.missing}")
        lines += [
            f"{outcome.name}: not reached: {count:,} x {reason}" for reason, count in _by_count(outcome.not_reached)
        ]
        if outcome.forgotten:
            lines.append(f"{outcome.name}: {sentence(outcome.forgotten)}")
    return lines


def findings(comparison: Comparison, dissector: Dissector) -> list[str]:
    """Every error and difference of one capture, each naming the file, the frame and the runtime."""
    fields = {field.name: field for field in dissector.fields}
    lines = []
    if comparison.damage is not None:
        upto = f" (compared up to there: {comparison.frames:,} frames)" if comparison.frames else ""
        lines.append(f"{comparison.damage}{upto}")
    for outcome in comparison.outcomes:
        if outcome.error is not None:
            where = f" frame {outcome.error_frame}:" if outcome.error_frame is not None else ""
            lines.append(f"{comparison.path}:{where} {outcome.name} failed: {outcome.error}")
        for difference in outcome.differences:
            lines.append(f"{comparison.path}: {_difference(outcome, difference, fields)}")
        more = outcome.difference_count - len(outcome.differences)
        if more:
            lines.append(f"{comparison.path}: {outcome.name}: {more:,} more differences (--max shows them)")
    return lines


def _difference(outcome: Outcome, difference: Difference, fields: dict[str, FieldSpec]) -> str:
    field = fields.get(difference.field.split(" ")[0])
    mine, theirs = shown(difference.reference, field), shown(difference.other, field)
    if outcome.name == DECODE:
        return f"frame {difference.frame}: {difference.field}: pcapkit {mine}, Wireshark {theirs}"
    if difference.field.endswith("(shown again)"):
        return f"frame {difference.frame}: {outcome.name}: {difference.field}: at first {mine}, then {theirs}"
    return f"frame {difference.frame}: {difference.field}: reference {mine}, {outcome.name} {theirs}"


def shown(value: Value | None, field: FieldSpec | None) -> str:
    """A value with its names: `data (4) + repeat (14)`."""
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return " + ".join(_one(member, field) for member in value) or "none"
    return _one(value, field)


def _one(value: int, field: FieldSpec | None) -> str:
    if field is not None and field.kind == "duration":
        return f"{value:,} ns"
    if field is None or field.names is None:
        return str(value)
    label = next((name.label for name in field.names if name == value), "no name")
    return f"{label} ({int(value)})"


def _by_count(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def as_json(comparisons: Sequence[Comparison], dissector: Dissector, stale: str | None) -> dict[str, Any]:
    """Everything as one object."""
    return {
        "dissector": dissector.name,
        "agrees": all(comparison.agrees and comparison.damage is None for comparison in comparisons),
        "stale_plugin": stale,
        "totals": [_outcome_json(outcome) for outcome in total(comparisons)],
        "files": [
            {
                "path": comparison.path,
                "frames": comparison.frames,
                "damage": None if comparison.damage is None else str(comparison.damage),
                "runtimes": [_outcome_json(outcome) for outcome in comparison.outcomes],
            }
            for comparison in comparisons
        ],
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "runtime": outcome.name,
        "version": outcome.version,
        "frames": outcome.frames,
        "labelled": outcome.labelled,
        "differing": outcome.differing,
        "differences": outcome.difference_count,
        "not_reached": dict(_by_count(outcome.not_reached)),
        "not_reached_first_frame": outcome.not_reached_first,
        "forgotten": dict(outcome.forgotten),
        "missing": outcome.missing,
        "error": outcome.error,
        "error_frame": outcome.error_frame,
        "shown": [
            {"frame": one.frame, "field": one.field, "reference": one.reference, "other": one.other}
            for one in outcome.differences
        ],
    }
