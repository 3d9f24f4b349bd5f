"""What may be put where: into a local, an attribute, a parameter, a result."""

import ast

from pcapkit.translate.annotations import words
from pcapkit.translate.diagnostics import Refusal, RefusedError, Reporter
from pcapkit.translate.tree import (
    Boolean,
    Expression,
    FrameBytes,
    Integer,
    KeyBytes,
    QueueType,
    RecordType,
    TableType,
    Type,
    Unknown,
)


def check_store(node: ast.expr, value: Expression, target: Type, what: str, reporter: Reporter) -> None:
    """Refuse a value that its place cannot take.

    An unsigned place takes nothing that may be negative, and no value that is certainly too large; that the rest
    fits is the author's word, which the reference checks at run time (PCAPKIT_CHECKED).
    """
    match target, value.type:
        case (Unknown(), _) | (_, Unknown()):
            raise RefusedError
        case Integer(), Integer():
            _check_integer(node, value.type, target, what, reporter)
            return
        case (
            (Boolean(), Boolean())
            | (FrameBytes(), FrameBytes())
            | (KeyBytes(), KeyBytes())
            | (
                QueueType(),
                QueueType(),
            )
        ):
            return
        case TableType(a), TableType(b) if a is b:
            return
        case RecordType(a, optional), RecordType(b, may_be_none) if a is b:
            if may_be_none and not optional:
                reporter.refuse(node, Refusal.MAY_BE_NONE, name=ast.unparse(node))
            return
    instead = f"give it {words(target)}"
    reporter.refuse(node, Refusal.WRONG_TYPE, what=what, wanted=words(target), got=words(value.type), instead=instead)


def _check_integer(node: ast.expr, got: Integer, wanted: Integer, what: str, reporter: Reporter) -> None:
    if wanted.names is not None:
        if got.names is not wanted.names:
            reporter.refuse(
                node,
                Refusal.WRONG_TYPE,
                what=what,
                wanted=words(wanted),
                got=words(got),
                instead=f"name a member of {wanted.names.name}",
            )
        return
    width = wanted.width
    if width is None or width.signed:
        return
    if got.range.outside(width.low, width.high):
        value = got.range.only if got.range.only is not None else "what this always is"
        reporter.refuse(node, Refusal.CONSTANT_RANGE, type=f"{what}, a U{width.bits},", value=value)
    if got.range.may_be_negative:
        reporter.refuse(node, Refusal.NEGATIVE, what=f"what goes into {what}")


def joined_type(a: Type | None, b: Type) -> Type | None:
    """The one type of a local that is assigned both; None where there is none."""
    match a, b:
        case None, _:
            return b
        case Integer(), Integer():
            names = a.names if a.names is b.names else None
            return Integer(a.range.joined(b.range), None, names)
        case KeyBytes(m), KeyBytes(n):
            return KeyBytes(None if m is None or n is None else max(m, n))
        case RecordType(m, x), RecordType(n, y) if m is n:
            return RecordType(m, x or y)
        case _:
            return a if a == b else None
