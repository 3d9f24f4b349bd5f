"""Conditions on the fields of a connection: `closed == 'reset by server' and response_time > 200ms`.

Python's own grammar, of which only names, numbers, texts, comparisons, `in`, `and`, `or` and `not` are let through,
with units of time behind numbers. Nothing in it is ever run as Python.
"""

import ast
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pcapkit.errors import OptionError
from pcapkit.report.connection import COLUMNS, FINDINGS, NAMES, VALUES, Connection
from pcapkit.report.corrections import corrections
from pcapkit.report.endpoints import endpoints
from pcapkit.report.fields import meant, no_field
from pcapkit.report.vocabulary import vocabulary

Condition = Callable[[Connection], bool]
_Term = Callable[[Connection], Any]

_KINDS: Final = {column.name: column.kind for column in COLUMNS}
_SIDES: Final = ("client", "server")
_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "min": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_SPAN: Final = re.compile(r"""'[^']*'|"[^"]*"|\b(\d+(?:\.\d+)?)\s*(ns|us|ms|s|min|h)\b""")
_SPAN_CALL: Final = "_ns"
_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_ORDERING: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_LONGEST: Final = 2000  # characters of a condition: Python's parser is recursive
_NO_PYTHON: Final = (SyntaxError, ValueError, MemoryError, RecursionError)


def condition(text: str) -> Condition:
    """A function that tells whether a connection meets the condition. Raises OptionError with what is wrong."""
    if len(text) > _LONGEST:
        raise OptionError(f"--where {text[:20]!r}...: longer than {_LONGEST} characters")
    try:
        return _parsed(text)
    except OptionError as error:
        reason = str(error)
    except _NO_PYTHON:
        reason = "is no condition"
    better = _better(text)
    if better is not None:
        reason += f': write "{better}"'
    elif reason == "is no condition":
        reason += ": write it like \"closed == 'merged' and response_time > 200ms\""
    raise OptionError(f"--where {text!r}: {reason}")


def _parsed(text: str) -> Condition:
    tree = ast.parse(_SPAN.sub(_nanoseconds, text).strip(), mode="eval")
    return _condition(tree.body)


def _better(text: str) -> str | None:
    """The condition that was meant, if one that would be taken is near."""
    for other in corrections(text):
        try:
            _parsed(other)
        except (OptionError, *_NO_PYTHON):
            continue
        return other
    return None


def _nanoseconds(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    whole, _, fraction = found[1].partition(".")
    unit = _UNITS[found[2]]
    return f"{_SPAN_CALL}({int(whole) * unit + (int(fraction) * unit // 10 ** len(fraction) if fraction else 0)})"


def _condition(node: ast.expr) -> Condition:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            terms = [_condition(value) for value in values]
            return lambda one: all(term(one) for term in terms)
        case ast.BoolOp(op=ast.Or(), values=values):
            terms = [_condition(value) for value in values]
            return lambda one: any(term(one) for term in terms)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _condition(operand)
            return lambda one: not inner(one)
        case ast.Compare():
            return _comparison(node)
        case ast.Name(id=name) if name in NAMES:
            raise OptionError(f"{name} alone is no condition: compare it with something")
        case ast.Name(id=name):
            raise OptionError(_no_name(name))
    raise OptionError("only comparisons of fields, joined by and, or, not")


def _comparison(node: ast.Compare) -> Condition:
    parts = _with_times([node.left, *node.comparators])
    pairs: list[tuple[_Term, Callable[[Any, Any], bool], _Term, bool]] = []
    for left, op, right in zip(parts, node.ops, parts[1:], strict=False):
        compare = _COMPARISONS.get(type(op))
        if compare is None:
            raise OptionError("use ==, !=, <, <=, >, >=, in or not in")
        among = _endpoints(left, op, right)
        if among is not None:
            pairs.append((among, operator.is_, lambda _: True, True))
            continue
        pairs.append((_term(left), compare, _term(right), isinstance(op, ast.Eq | ast.NotEq)))
        _check_kinds(left, op, right)
        _check_values(left, right)

    def holds(one: Connection) -> bool:
        for left, compare, right, equality in pairs:
            a, b = left(one), right(one)
            # What is not known is neither more nor less than anything.
            if (a is None or b is None) and not equality:
                return False
            if not compare(a, b):
                return False
        return True

    return holds


def _endpoints(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition | None:
    """Whether the client or the server is, or is not, one of the endpoints named; None for other comparisons."""
    if isinstance(op, ast.Eq | ast.NotEq):
        if isinstance(left, ast.Constant):
            left, right = right, left
        elements = [right]
    elif isinstance(op, ast.In | ast.NotIn) and isinstance(right, _LISTS):
        elements = right.elts
    else:
        return None
    if not isinstance(left, ast.Name) or left.id not in _SIDES:
        return None
    texts = [one.value for one in elements if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if len(texts) < len(elements):
        return None
    wanted = [endpoints(left.id, text) for text in texts]
    address, port = operator.attrgetter(left.id), operator.attrgetter(f"{left.id}_port")
    inside = isinstance(op, ast.Eq | ast.In)
    return lambda one: any(each.has(address(one), port(one)) for each in wanted) is inside


def _with_times(parts: list[ast.expr]) -> list[ast.expr]:
    """The terms of a comparison; a date that is compared with a time becomes one."""
    if not any(_kind(part) == "time" for part in parts):
        return parts
    return [
        _time(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else part for part in parts
    ]


def _time(text: str) -> ast.expr:
    """A date, or a date and a time, of UTC unless it says otherwise, as ns since 1970."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise OptionError(f"{text!r} is no time: write it like '2026-11-22' or '2026-11-22 20:48:53'") from None
    since = (told if told.tzinfo else told.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return ast.Constant(since // timedelta(microseconds=1) * 1000)


def _term(node: ast.expr) -> _Term:
    match node:
        case ast.Name(id=name):
            if name not in NAMES:
                raise OptionError(_no_name(name))
            return operator.attrgetter(name)
        case ast.Attribute(attr=name):
            raise OptionError(no_field(name))
        case ast.Constant(value=value) if value is None or type(value) in (int, float, str):
            return lambda _: value
        case ast.Call(func=ast.Name(id="_ns"), args=[ast.Constant(value=int() as number)], keywords=[]):
            return lambda _: number
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            terms = [_term(element) for element in elements]
            return lambda one: tuple(term(one) for term in terms)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return lambda _: -number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Call() as span):
            positive = _term(span)
            return lambda one: -positive(one)
    raise OptionError("only fields, numbers, texts in quotes, and lists of these can be compared")


def _kind(node: ast.expr) -> str | None:
    """What a term is to be compared with; None: anything."""
    match node:
        case ast.Name(id=name):
            return _KINDS.get(name)
        case ast.Call():
            return "duration"
        case ast.Constant(value=str()):
            return "text"
        case ast.Constant(value=int() | float() as number):
            return "number" if number else None  # zero is the same in every unit
        case ast.UnaryOp(operand=ast.Call()):
            return "duration"
        case ast.UnaryOp():
            return "number"
    return None


def _check_kinds(left: ast.expr, op: ast.cmpop, right: ast.expr) -> None:
    """Refuse what could never be true, or not as it was meant: a time compared with a text, milliseconds with 5."""
    mine, other = _kind(left), _kind(right)
    if isinstance(left, _LISTS) or (isinstance(right, _LISTS) and not isinstance(op, ast.In | ast.NotIn)):
        raise OptionError("a list stands only behind in or not in, as in server_port in (80, 443)")
    if isinstance(op, ast.In | ast.NotIn):
        if other not in ("text", "texts", None) or (isinstance(right, ast.Constant) and other is None):
            raise OptionError(f"nothing can be in {ast.unparse(right)}: it is one value")
        if other is not None and mine not in ("text", None):
            raise OptionError(f"{ast.unparse(left)} cannot be in a text")
        return
    if "texts" in (mine, other):
        text = next((node for node in (left, right) if isinstance(node, ast.Constant)), ast.Constant("second ISN"))
        raise OptionError(f"problems are several texts: write {ast.unparse(text)} in problems")
    if isinstance(op, _ORDERING) and any(
        isinstance(node, ast.Constant) and node.value is None for node in (left, right)
    ):
        raise OptionError("None is neither more nor less than anything: use == None or != None")
    if mine is None or other is None or mine == other:
        return
    pair = {mine, other}
    if "duration" in pair and "number" in pair:
        raise OptionError("a span of time needs a unit: ns, us, ms, s, min or h, as in 200ms")
    if "text" in pair or "duration" in pair:
        raise OptionError(f"{ast.unparse(left)} and {ast.unparse(right)} are of different kinds")


_LISTS: Final = (ast.Tuple, ast.List, ast.Set)


def _check_values(left: ast.expr, right: ast.expr) -> None:
    """Refuse a value that a field never has: a slip of the pen, which would only make an empty table."""
    if isinstance(right, ast.Name) and right.id == "problems" and isinstance(left, ast.Constant):
        known = (*(problem.label for problem in vocabulary().problems), *FINDINGS)
        if left.value not in known:
            raise OptionError(f"problems never have {left.value!r} among them: {meant(str(left.value), known)}")
    for field, other in ((left, right), (right, left)):
        if isinstance(field, ast.Name) and field.id in VALUES:
            elements = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
            for element in elements:
                if isinstance(element, ast.Constant) and isinstance(element.value, str):
                    _check_value(field.id, element.value)


def _check_value(field: str, value: str) -> None:
    if value not in VALUES[field]:
        raise OptionError(f"{field} is never {value!r}: {meant(value.partition(' (')[0], VALUES[field])}")


def _no_name(word: str) -> str:
    """What to say of a name that is no field: perhaps a value of one, without its quotes."""
    field = next((field for field, values in VALUES.items() if word in values), None)
    return no_field(word) if field is None else f"{word} is a value of {field}, and a text stands in quotes"
