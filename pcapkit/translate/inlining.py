"""Small functions put where they are called: in Lua a call costs more than all that most of them do.

What is put in place of a call has no effect but its result (or, in place of a statement, its assignments), so that it
makes no difference when, how often, or whether its arguments are evaluated.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

from pcapkit.translate.ranges import OPEN, Range
from pcapkit.translate.tree import (
    Arithmetic,
    Assign,
    AttributeUse,
    Block,
    Branch,
    Call,
    Choice,
    Compare,
    ConstantUse,
    Do,
    Expression,
    For,
    Function,
    GivenCall,
    If,
    Integer,
    Literal,
    Local,
    LocalUse,
    Logic,
    MemberUse,
    NewRecord,
    Program,
    RecordType,
    Return,
    Statement,
)
from pcapkit.translate.walk import own_blocks, whole

MOST_PARTS = 12
"""How many nodes an expression can have that is put in place of a call."""

MOST_ASSIGNMENTS = 2

PURE = frozenset({"u8", "u16", "u32", "part", "has", "including", "len", "find"})
"""The given functions without an effect."""

Change = Callable[[Expression], Expression]


def inline(program: Program) -> None:
    """Put small functions where they are called, in every function of a program."""
    inlining = _Inlining()
    for module in program.modules:
        for made in module.declarations:
            if isinstance(made, Function):
                inlining.treat(made)


class _Inlining:
    def __init__(self) -> None:
        self._values: dict[Function, Expression | None] = {}
        self._actions: dict[Function, list[Assign] | None] = {}

    def treat(self, function: Function) -> None:
        """Treat a function, after those that it calls."""
        if function in self._values or function.body is None:
            return
        for called in function.calls:
            self.treat(called)
        self._block(function.body)
        self._values[function] = _value_of(function.body)
        self._actions[function] = _actions_of(function.body)

    def _block(self, block: Block) -> None:
        block.statements = [made for statement in block.statements for made in self._statement(statement)]

    def _statement(self, statement: Statement) -> Iterable[Statement]:
        for inner in own_blocks(statement):
            self._block(inner)
        match statement:
            case Assign(value=value):
                return [replace(statement, value=self._changed(value))]
            case If(branches=branches):
                changed = [Branch(self._changed(one.condition), one.body, one.remarks) for one in branches]
                return [replace(statement, branches=tuple(changed))]
            case For(start=start, stop=stop):
                return [replace(statement, start=self._changed(start), stop=self._changed(stop))]
            case Return(value=value) if value is not None:
                return [replace(statement, value=self._changed(value))]
            case Do(call=Call(function=function) as call):
                arguments = tuple(map(self._changed, call.arguments))
                actions = self._actions.get(function)
                if actions is not None and _fit_actions(actions, arguments):
                    made = _acted(actions, dict(zip(function.parameters, arguments, strict=True)))
                    return [replace(made[0], remarks=statement.remarks), *made[1:]]
                return [replace(statement, call=replace(call, arguments=arguments))]
            case Do(call=GivenCall() as call):
                return [replace(statement, call=replace(call, arguments=tuple(map(self._changed, call.arguments))))]
        return [statement]

    def _changed(self, expression: Expression) -> Expression:
        made = _rebuilt(expression, self._changed)
        if isinstance(made, Call):
            value = self._values.get(made.function)
            if value is not None and _fit_value(value, made):
                return _rebuilt_whole(value, dict(zip(made.function.parameters, made.arguments, strict=True)))
        return _tidied(made)


def _value_of(body: Block) -> Expression | None:
    """What a function without effect returns, as one expression of its parameters; None where it is not one."""
    value: Expression | None = None
    match body.statements:
        case [Return(value=found)]:
            value = found
        case [Assign(target=LocalUse(local=local), value=given), Return(value=found)] if found is not None:
            value = _around_zero(local, given, found) or _with(local, given, found)
    if value is None or sum(1 for _ in whole(value)) > MOST_PARTS or not _is_pure(value):
        return None
    return value if all(local.parameter for local in _uses(value)) else None


def _with(local: Local, given: Expression, value: Expression) -> Expression | None:
    """An expression without a local that occurs in it once."""
    if local.parameter or _uses(value)[local] != 1:
        return None
    return _rebuilt_whole(value, {local: given})


def _around_zero(local: Local, given: Expression, value: Expression) -> Expression | None:
    """A remainder of which the upper half stands for what is below zero, without asking in which half it is."""
    match given, value:
        case (
            Arithmetic(op="%", left=left, right=Literal(value=size) as whole_size),
            Choice(
                condition=Compare(op="<", left=LocalUse(local=a), right=Literal(value=limit) as half),
                then=LocalUse(local=b),
                otherwise=Arithmetic(op="-", left=LocalUse(local=c), right=Literal(value=less)),
            ),
        ) if a is b is c is local and size == less == 2 * limit and isinstance(value.type, Integer):
            moved = Arithmetic("%", Arithmetic("+", left, half, Integer(OPEN)), whole_size, given.type)
            return Arithmetic("-", moved, half, value.type)
    return None


def _tidied(value: Expression) -> Expression:
    """`x % 9 - 4 > 2` as `x % 9 > 6`, and `a and (b and c)` as `a and b and c`."""
    match value:
        case Compare(
            left=Arithmetic(op="-", left=Arithmetic(op="%") as left, right=Literal(value=less)),
            right=Literal(value=than),
        ):
            limit = than + less
            return replace(value, left=left, right=Literal(limit, "", Integer(Range(limit, limit))))
        case Logic(op=op, operands=operands):
            inner = [one.operands if isinstance(one, Logic) and one.op == op else (one,) for one in operands]
            return replace(value, operands=tuple(part for parts in inner for part in parts))
    return value


def _actions_of(body: Block) -> list[Assign] | None:
    """What a function does, if that is to assign to a few attributes."""
    made = [one for one in body.statements if isinstance(one, Assign) and isinstance(one.target, AttributeUse)]
    known = all(_is_pure(one.value) and all(local.parameter for local in _uses(one.value)) for one in made)
    return made if known and 0 < len(made) == len(body.statements) <= MOST_ASSIGNMENTS else None


def _acted(actions: list[Assign], values: dict[Local, Expression]) -> list[Assign]:
    """Assignments with other expressions in place of locals."""
    made = []
    for one in actions:
        target = _rebuilt_whole(one.target, values)
        assert isinstance(target, AttributeUse)
        made.append(replace(one, target=target, value=_rebuilt_whole(one.value, values)))
    return made


def _fit_value(value: Expression, call: Call) -> bool:
    uses = _uses(value)
    return all(
        _is_simple(argument) or (uses[parameter] <= 1 and _is_pure(argument))
        for parameter, argument in zip(call.function.parameters, call.arguments, strict=True)
    )


def _fit_actions(actions: list[Assign], arguments: Iterable[Expression]) -> bool:
    """Of several assignments, an earlier one may change an attribute that a later one would read."""
    return all(
        _is_simple(argument)
        and (len(actions) == 1 or isinstance(argument.type, RecordType) or not isinstance(argument, AttributeUse))
        for argument in arguments
    )


def _is_simple(value: Expression) -> bool:
    match value:
        case LocalUse() | ConstantUse() | MemberUse() | Literal():
            return True
        case AttributeUse(of=of, attribute=attribute):
            return not attribute.rare and _is_simple(of)
    return False


def _is_pure(value: Expression) -> bool:
    return not any(
        isinstance(part, Call | NewRecord) or (isinstance(part, GivenCall) and part.name not in PURE)
        for part in whole(value)
    )


def _uses(value: Expression) -> Counter[Local]:
    return Counter(part.local for part in whole(value) if isinstance(part, LocalUse))


def _rebuilt_whole(value: Expression, values: dict[Local, Expression]) -> Expression:
    """An expression with other expressions in place of locals."""
    if isinstance(value, LocalUse):
        return values.get(value.local, value)
    return _tidied(_rebuilt(value, lambda part: _rebuilt_whole(part, values)))


def _rebuilt(value: Expression, change: Change) -> Expression:
    """An expression with each of its parts changed."""
    changed: dict[str, Any] = {}
    for row in fields(value):
        part = getattr(value, row.name)
        if isinstance(part, Expression):
            changed[row.name] = change(part)
        elif isinstance(part, tuple):
            changed[row.name] = tuple(map(change, part))
    made: Expression = replace(value, **changed) if changed else value
    return made
