"""Types as written."""

import ast

from pcapkit.subset.widths import Width
from pcapkit.translate.diagnostics import Refusal
from pcapkit.translate.ranges import Range
from pcapkit.translate.scope import Given, Scope
from pcapkit.translate.tree import (
    Boolean,
    FrameBytes,
    Integer,
    KeyBytes,
    NamesClass,
    Nothing,
    QueueType,
    Record,
    RecordType,
    TableType,
    Type,
    Unknown,
)


def stored(bits: int) -> Integer:
    """An unsigned integer of that width."""
    width = Width(bits)
    return Integer(Range(width.low, width.high), width)


SIGNED = Integer(Range(None, None), Width(64, signed=True))

GIVEN_INTEGERS = {
    "U8": stored(8),
    "U16": stored(16),
    "U32": stored(32),
    "U52": stored(52),
    "I64": SIGNED,
    "FrameNumber": stored(32),
    "Duration": SIGNED,
}


def named(names: NamesClass) -> Integer:
    """The type of a member of a class of names."""
    return Integer(names.range, Width(8), names)


def type_of(node: ast.expr, scope: Scope) -> Type:
    """The type that an annotation states; refused where it is none of the subset."""
    match node:
        case ast.Constant(value=None):
            return Nothing()
        case ast.Name(id=name):
            return _named_type(node, scope, name)
        case ast.Subscript(value=base, slice=inner) if scope.is_given(base, "Table"):
            of = type_of(inner, scope)
            if isinstance(of, RecordType) and not of.optional:
                return TableType(of.record)
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            of = type_of(left, scope)
            if isinstance(of, RecordType):
                return RecordType(of.record, optional=True)
            scope.reporter.refuse(node, Refusal.OPTIONAL_TYPE)
    scope.reporter.refuse(node, Refusal.TYPE, text=ast.unparse(node))


def _named_type(node: ast.Name, scope: Scope, name: str) -> Type:
    match scope.find(name):
        case Given(given) if given in GIVEN_INTEGERS:
            return GIVEN_INTEGERS[given]
        case Given("bool"):
            return Boolean()
        case Given("Frame"):
            return FrameBytes()
        case Given("Key"):
            return KeyBytes()
        case Given("Queue"):
            return QueueType()
        case Given("int"):
            scope.reporter.refuse(node, Refusal.PLAIN_INT)
        case NamesClass() as names:
            return named(names)
        case Record() as record:
            return RecordType(record)
        case None:
            scope.reporter.refuse(node, Refusal.UNKNOWN_NAME, name=name)
    scope.reporter.refuse(node, Refusal.TYPE, text=name)


def words(kind: Type) -> str:
    """A type in words, for diagnostics."""
    match kind:
        case Integer(names=NamesClass() as names):
            return f"a {names.name}"
        case Integer():
            return "an integer"
        case Boolean():
            return "a bool"
        case FrameBytes():
            return "a Frame"
        case KeyBytes():
            return "a Key"
        case RecordType(record, optional):
            return f"a {record.name} or None" if optional else f"a {record.name}"
        case TableType(record):
            return f"a table of {record.name}"
        case QueueType():
            return "a queue"
        case Nothing():
            return "nothing"
        case Unknown():
            return "unknown"
