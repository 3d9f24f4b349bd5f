"""The words of the handshake dissector, found by name, so that views need not know its numbers."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from pcapkit.columns import Batch, read
from pcapkit.dissector import Dissector, find_one
from pcapkit.errors import FileError
from pcapkit.report.rows import COLUMNS
from pcapkit.subset import Names

NAME: Final = "tcp_handshake"


class Vocabulary(NamedTuple):
    """The dissector whose fields the views read, and the members of those fields that have names."""

    dissector: Dissector
    steps: type[Names]
    states: type[Names]
    roles: type[Names]
    checks: type[Names]
    problems: type[Names]

    def bit(self, *steps: str) -> int:
        """The steps with these names, as bits of the field `step`."""
        return sum(1 << int(self.steps[name]) for name in steps)

    def problem_bit(self, name: str) -> int:
        """The problem with this name, as a bit of the field `problems`."""
        return 1 << int(self.problems[name])

    def step_labels(self, bits: int) -> list[str]:
        """The labels of the steps in a set, in their order."""
        return [member.label for member in self.steps if bits >> int(member) & 1]

    def problem_labels(self, bits: int) -> list[str]:
        """The labels of the problems in a set."""
        return [member.label for member in self.problems if bits >> int(member) & 1]


def label(path: str, forgotten: Counter[str] | None = None) -> Iterator[Batch]:
    """The labelled frames of a capture file, with COLUMNS of pcapkit.report.rows; "-" is standard input.

    forgotten: see `pcapkit.columns.read`. Raises FileError if it cannot be opened, ReadError where it is damaged, after
    every frame before that.
    """
    return read(path, vocabulary().dissector, only=COLUMNS, forgotten=forgotten)


@cache
def vocabulary() -> Vocabulary:
    """The words of the installed dissector. Raises FileError where it lacks a field that the views need."""
    dissector = find_one(NAME)
    names = {field.name: field.names for field in dissector.fields}

    def of(field: str) -> type[Names]:
        found = names.get(field)
        if found is None:
            raise FileError(f"{dissector.path}: has no field {field!r} with names: reinstall pcapkit")
        return found

    return Vocabulary(dissector, of("step"), of("client_state"), of("sender"), of("ack_check"), of("problems"))
