"""Integer arithmetic: which operators there are, and what range their results have."""

import ast

from pcapkit.translate.constants import constant_value
from pcapkit.translate.diagnostics import Refusal, Reporter
from pcapkit.translate.ranges import Range
from pcapkit.translate.scope import Scope
from pcapkit.translate.tree import Arithmetic, ConstantUse, Expression, Flag, Integer, LowBits, Negative

SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.LShift: "<<",
    ast.RShift: ">>",
}

REFUSED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Div: ("/", "write `//`"),
    ast.Pow: ("**", "write `<<`, or a constant"),
    ast.BitOr: ("|", "write `+` where no bit is in both, or use including"),
    ast.BitXor: ("^", "compare, or take the bits apart"),
    ast.MatMult: ("@", "write out what is meant"),
}


def arithmetic(node: ast.BinOp, left: Expression, right: Expression, scope: Scope) -> Expression:
    """An operation on two integers, both checked."""
    reporter, kind = scope.reporter, type(node.op)
    if kind in REFUSED:
        sign, instead = REFUSED[kind]
        reporter.refuse(node, Refusal.OPERATOR, operator=sign, instead=instead)
    if kind is ast.BitAnd:
        return _masked(node, left, right, scope)
    a, b = range_of(left), range_of(right)
    sign = SIGNS[kind]
    if sign in {"//", "%"}:
        by = constant_value(node.right, scope)
        if by is None or by <= 0:
            reporter.refuse(node.right, Refusal.DIVISOR, operator=sign)
        result = a.divided(by) if sign == "//" else a.modulo(by)
    elif sign in {"<<", ">>"}:
        result = _shifted(node, sign, a, b, reporter)
    else:
        result = a + b if sign == "+" else a - b if sign == "-" else _product(node, a, b, reporter)
    return Arithmetic(sign, left, right, _exact(node, result, reporter))


def negative(node: ast.UnaryOp, value: Expression, reporter: Reporter) -> Expression:
    """`-value`."""
    return Negative(value, _exact(node, -range_of(value), reporter))


def range_of(value: Expression) -> Range:
    """What an integer expression can be."""
    assert isinstance(value.type, Integer)
    return value.type.range


def _exact(node: ast.expr, result: Range, reporter: Reporter) -> Integer:
    if not result.exact:
        reporter.refuse(node, Refusal.TOO_LARGE, value=max(abs(result.low or 0), abs(result.high or 0)))
    return Integer(result)


def _product(node: ast.BinOp, a: Range, b: Range, reporter: Reporter) -> Range:
    result = a * b
    trivial = a.within(-1, 1) or b.within(-1, 1)
    if (result.low is None or result.high is None) and not trivial:
        reporter.refuse(node, Refusal.OPEN_PRODUCT)
    return result


def _shifted(node: ast.BinOp, sign: str, a: Range, b: Range, reporter: Reporter) -> Range:
    if not b.within(0, 31):
        reporter.refuse(node.right, Refusal.SHIFT)
    assert b.low is not None
    assert b.high is not None
    if sign == "<<":
        return _product(node, a, Range(1 << b.low, 1 << b.high), reporter)
    most, least = a.divided(1 << b.low), a.divided(1 << b.high)
    return most.joined(least)


def _masked(node: ast.BinOp, left: Expression, right: Expression, scope: Scope) -> Expression:
    value, mask, weight = left, right, constant_value(node.right, scope)
    if weight is None:
        value, mask, weight = right, left, constant_value(node.left, scope)
    if weight is None or weight <= 0:
        scope.reporter.refuse(node, Refusal.MASK)
    flag_by_name = weight == 1 and isinstance(mask, ConstantUse)
    if weight & (weight + 1) == 0 and not flag_by_name:
        return LowBits(value, weight.bit_length(), Integer(range_of(value).modulo(weight + 1)))
    if weight & (weight - 1) == 0:
        return Flag(value, mask, weight, Integer(Range(0, weight)))
    scope.reporter.refuse(node, Refusal.MASK)
