"""What the names of a module stand for."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from pcapkit.translate.diagnostics import Refusal, RefusedError
from pcapkit.translate.source import Source
from pcapkit.translate.tree import Constant, Declaration, Function, NamesClass, Record

GIVEN_TYPES = {"U8", "U16", "U32", "U52", "I64", "Frame", "FrameNumber", "Duration", "Key", "Table"} | {
    "Queue",
    "Rare",
}
GIVEN_FUNCTIONS = {"u8", "u16", "u32", "part", "has", "including"}
GIVEN_FORMS = {"Names", "record", "field", "fields", "dissector", "Final"}
GIVEN = GIVEN_TYPES | GIVEN_FUNCTIONS | (GIVEN_FORMS - {"Final"})
BUILT_IN = {"bool", "int", "len", "range", "True", "False", "None"}


@dataclass(frozen=True, slots=True)
class Given:
    """A name of pcapkit.subset, of typing, or of Python itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Broken:
    """What was refused where it is declared: its uses are refused without another word."""


class Scope:
    """The names of one module; `declared` says where, by line."""

    def __init__(self, source: Source) -> None:
        """Only Python's own names are known."""
        self.module = source.name
        self.reporter = source.reporter
        self._known: dict[str, Declaration | Given | Broken] = {name: Given(name) for name in BUILT_IN}
        self._lines: dict[str, int] = {}

    def find(self, name: str) -> Declaration | Given | None:
        """What a name stands for. Raises RefusedError if that was refused."""
        found = self._known.get(name)
        if isinstance(found, Broken):
            raise RefusedError
        return found

    def declare_broken(self, names: Iterable[str]) -> None:
        """Let names stand for what was refused, unless they stand for something already."""
        for name in names:
            self._known.setdefault(name, Broken())

    def is_given(self, node: ast.AST | None, name: str) -> bool:
        """Whether a node is the name of something given."""
        return isinstance(node, ast.Name) and self._known.get(node.id) == Given(name)

    def declare(self, node: ast.AST, name: str, what: Declaration | Given) -> None:
        """Let a name stand for something; refused where it does already."""
        if not name.isascii():
            self.reporter.refuse(node, Refusal.BAD_NAME, name=name)
        if name in BUILT_IN or (name in GIVEN | {"Final"} and not isinstance(what, Given)):
            self.reporter.refuse(node, Refusal.GIVEN_NAME, name=name)
        if name in self._lines:
            self.reporter.refuse(node, Refusal.TWICE, name=name, line=self._lines[name])
        self._known[name] = what
        self._lines[name] = getattr(node, "lineno", 1)


def describe(what: Declaration | Given | None) -> str:
    """What a name stands for, in words."""
    match what:
        case Constant():
            return "a constant"
        case NamesClass():
            return "a class of names"
        case Record():
            return "a record"
        case Function():
            return "a function"
        case Given(name) if name in GIVEN_TYPES or name in {"bool", "int"}:
            return "a type"
        case _:
            return "a function"
