"""The values that are known while translating: constants and members, put together by arithmetic."""

import ast
import operator
from collections.abc import Callable

from pcapkit.translate.diagnostics import Refusal
from pcapkit.translate.ranges import LARGEST
from pcapkit.translate.scope import Scope
from pcapkit.translate.tree import Constant, NamesClass

OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}


def constant_value(node: ast.expr, scope: Scope) -> int | None:
    """The value of an expression of constants alone, as integer; None for everything else."""
    value = _value(node, scope)
    return value if value is None or abs(value) <= LARGEST else None


def constant_of(node: ast.expr, scope: Scope) -> int | bool:
    """The value of an expression that has to be constant: an integer, or True or False."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return node.value
    value = constant_value(node, scope)
    if value is None:
        scope.reporter.refuse(node, Refusal.NOT_CONSTANT)
    return value


def _value(node: ast.expr, scope: Scope) -> int | None:
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            found = scope.find(name)
            return found.value if isinstance(found, Constant) else None
        case ast.Attribute(value=ast.Name(id=name), attr=member):
            found = scope.find(name)
            row = found.members.get(member) if isinstance(found, NamesClass) else None
            return row.value if row is not None else None
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _value(operand, scope)
            return -inner if inner is not None else None
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            a, b = _value(left, scope), _value(right, scope)
            if a is None or b is None or not _bounded(op, a, b):
                return None
            return OPERATORS[type(op)](a, b)
        case _:
            return None


def _bounded(op: ast.operator, a: int, b: int) -> bool:
    """Whether the operation is defined, and its result of a reasonable size."""
    if isinstance(op, ast.FloorDiv | ast.Mod):
        return b > 0
    if isinstance(op, ast.Pow | ast.LShift | ast.RShift):
        return 0 <= b <= 64 and abs(a) <= LARGEST
    return True
