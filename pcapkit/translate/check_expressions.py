"""Expressions: each resolved and given its type, or refused."""

import ast
from dataclasses import replace

from pcapkit.translate.annotations import words
from pcapkit.translate.check_arithmetic import arithmetic, negative
from pcapkit.translate.check_calls import call
from pcapkit.translate.constants import constant_value
from pcapkit.translate.diagnostics import Refusal, RefusedError
from pcapkit.translate.flow import Flow, joined
from pcapkit.translate.narrowing import narrowed
from pcapkit.translate.ranges import Range
from pcapkit.translate.scope import Given, Scope, describe
from pcapkit.translate.tree import (
    Attribute,
    AttributeUse,
    Boolean,
    Choice,
    Compare,
    Constant,
    ConstantUse,
    Expression,
    FrameBytes,
    Integer,
    IsNone,
    Joined,
    KeyBytes,
    Literal,
    Local,
    LocalUse,
    Logic,
    MemberUse,
    NamesClass,
    Not,
    RecordType,
    Type,
    Unknown,
)

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}

NOT_TAKEN: dict[type[ast.expr], tuple[str, str]] = {
    ast.Lambda: ("a lambda", "write a function of the module"),
    ast.Dict: ("a dict", "use a Table, or `if` and `elif`"),
    ast.Set: ("a set", "use an integer with has and including"),
    ast.List: ("a list", "use attributes of a record, or a Table"),
    ast.Tuple: ("a tuple", "use attributes of a record"),
    ast.ListComp: ("a comprehension", "write a `for` loop"),
    ast.SetComp: ("a comprehension", "write a `for` loop"),
    ast.DictComp: ("a comprehension", "write a `for` loop"),
    ast.GeneratorExp: ("a generator expression", "write a `for` loop"),
    ast.Await: ("await", "call plain functions"),
    ast.Yield: ("yield", "return, or fill in a record"),
    ast.YieldFrom: ("yield", "return, or fill in a record"),
    ast.JoinedStr: ("a formatted string", "keep texts to names and titles"),
    ast.Subscript: ("an index", "read bytes by u8, u16, u32 and part, records by Table.find"),
    ast.Slice: ("a slice", "read bytes by part"),
    ast.Starred: ("`*`", "pass plain arguments"),
    ast.NamedExpr: ("`:=`", "assign in a statement of its own"),
}


class Expressions:
    """Checks the expressions of one function.

    types: what each local is, as far as this pass has seen it; `loop_variables`: those that only live in a loop.
    """

    def __init__(self, scope: Scope, locals_of: dict[str, Local], types: dict[str, Type], loops: set[str]) -> None:
        """`locals_of`: every local of the function, assigned yet or not."""
        self.scope = scope
        self.reporter = scope.reporter
        self.locals = locals_of
        self.types = types
        self.loop_variables = loops

    def check(self, node: ast.expr, flow: Flow) -> Expression:
        """The checked form of an expression."""
        match node:
            case ast.Constant(value=bool() as value):
                return Literal(int(value), str(value), Boolean())
            case ast.Constant(value=int() as number):
                return self._literal(node, number)
            case ast.Constant(value=value):
                self.reporter.refuse(node, Refusal.NOT_IN_SUBSET, **_constant_words(value))
            case ast.Name():
                return self._name(node, flow)
            case ast.Attribute():
                return self._attribute(node, flow)
            case ast.BinOp():
                return self._binary(node, flow)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return negative(node, self.integer(operand, flow), self.reporter)
            case ast.UnaryOp(op=ast.Not()) | ast.BoolOp() | ast.Compare():
                return self.condition(node, flow)[0]
            case ast.UnaryOp(op=op):
                sign = "~" if isinstance(op, ast.Invert) else "+"
                instead = "subtract from 2**n - 1" if sign == "~" else "leave it out"
                self.reporter.refuse(node, Refusal.OPERATOR, operator=sign, instead=instead)
            case ast.IfExp():
                return self._choice(node, flow)
            case ast.Call():
                return call(self, node, flow)
            case _:
                what, instead = NOT_TAKEN.get(
                    type(node), (f"`{ast.unparse(node)[:60]}`", "see the list in pcapkit.subset")
                )
                self.reporter.refuse(node, Refusal.NOT_IN_SUBSET, what=what, instead=instead)

    def integer(self, node: ast.expr, flow: Flow, what: str = "an operand") -> Expression:
        """Check an expression that has to be an integer."""
        found = self.check(node, flow)
        if not isinstance(found.type, Integer):
            self.wrong_type(node, found.type, what, "an integer", "write a number, or compare")
        return found

    def frame(self, node: ast.expr, flow: Flow) -> Expression:
        """Check an expression that has to be the frame."""
        found = self.check(node, flow)
        if not isinstance(found.type, FrameBytes):
            self.wrong_type(node, found.type, "what is read", "a Frame", "pass the frame, and read a Key by none")
        return found

    def key(self, node: ast.expr, flow: Flow) -> Expression:
        """Check an expression that has to be a key."""
        found = self.check(node, flow)
        if not isinstance(found.type, KeyBytes):
            self.wrong_type(node, found.type, "a key", "a Key", "make it of parts of the frame")
        return found

    def wrong_type(self, node: ast.expr, got: Type, what: str, wanted: str, instead: str) -> None:
        """Refuse a type, unless it has been refused before."""
        if isinstance(got, Unknown):
            raise RefusedError
        self.reporter.refuse(node, Refusal.WRONG_TYPE, what=what, wanted=wanted, got=words(got), instead=instead)

    def condition(self, node: ast.expr, flow: Flow) -> tuple[Expression, Flow, Flow]:
        """A bool expression, and what is certain where it holds and where it does not."""
        match node:
            case ast.BoolOp(op=op, values=values):
                return self._logic("and" if isinstance(op, ast.And) else "or", values, flow)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner, holds, fails = self.condition(operand, flow)
                return Not(inner, Boolean()), fails, holds
            case ast.Compare(ops=[ast.Is() | ast.IsNot() as op], comparators=[right]):
                return self._is_none(node, isinstance(op, ast.Is), right, flow)
            case ast.Compare():
                return self._compare(node, flow)
        found = self.check(node, flow)
        if isinstance(found.type, Unknown):
            raise RefusedError
        if not isinstance(found.type, Boolean):
            self.reporter.refuse(node, Refusal.TRUTH, got=words(found.type))
        return found, flow, flow

    def _logic(self, op: str, values: list[ast.expr], flow: Flow) -> tuple[Expression, Flow, Flow]:
        operands, ends = [], []
        on: Flow = flow
        for value in values:
            operand, holds, fails = self.condition(value, on)
            operands.append(operand)
            on, out = (holds, fails) if op == "and" else (fails, holds)
            ends.append(out)
        end = joined([*ends])
        assert end is not None
        made = Logic(op, tuple(operands), Boolean())
        return (made, on, end) if op == "and" else (made, end, on)

    def _is_none(self, node: ast.Compare, absent: bool, right: ast.expr, flow: Flow) -> tuple[Expression, Flow, Flow]:
        if not (isinstance(right, ast.Constant) and right.value is None):
            self.reporter.refuse(node, Refusal.IS_FORM)
        value = self.check(node.left, flow)
        if isinstance(value.type, Unknown):
            raise RefusedError
        if not (isinstance(value.type, RecordType) and value.type.optional):
            self.reporter.refuse(node, Refusal.NEVER_NONE, got=ast.unparse(node.left))
        made = IsNone(value, absent, Boolean())
        if not isinstance(node.left, ast.Name):
            return made, flow, flow
        present = flow.with_present(node.left.id)
        return (made, flow, present) if absent else (made, present, flow)

    def _compare(self, node: ast.Compare, flow: Flow) -> tuple[Expression, Flow, Flow]:
        if len(node.ops) > 2:
            self.reporter.refuse(node, Refusal.COMPARE_CHAIN)
        sides = [self.check(side, flow) for side in (node.left, *node.comparators)]
        if len(node.ops) == 2 and any(isinstance(part, ast.Call) for part in ast.walk(node.comparators[0])):
            self.reporter.refuse(node.comparators[0], Refusal.COMPARE_MIDDLE)
        made: list[Expression] = []
        holds, fails = flow, flow
        for index, op in enumerate(node.ops):
            sign = COMPARISONS.get(type(op))
            if sign is None:
                word = "in" if isinstance(op, ast.In) else "not in" if isinstance(op, ast.NotIn) else "is"
                instead = "write `==` for each, joined with `or`" if word != "is" else "write `==`"
                self.reporter.refuse(node, Refusal.OPERATOR, operator=f"`{word}`", instead=instead)
            one = self._one_comparison(node, sign, sides[index], sides[index + 1])
            made.append(one)
            holds, fails = narrowed(one, holds)
        if len(made) == 1:
            return made[0], holds, fails
        return Logic("and", tuple(made), Boolean()), holds, flow

    def _one_comparison(self, node: ast.Compare, sign: str, left: Expression, right: Expression) -> Compare:
        match left.type, right.type:
            case (Unknown(), _) | (_, Unknown()):
                raise RefusedError
            case Integer(names=a), Integer(names=b) if a is None or b is None or a is b:
                return Compare(sign, left, right, Boolean())
            case (Boolean(), Boolean()) | (KeyBytes(), KeyBytes()):
                if sign not in {"==", "!="}:
                    self.reporter.refuse(node, Refusal.COMPARE_ORDER, got=words(left.type))
                return Compare(sign, left, right, Boolean())
        self.reporter.refuse(node, Refusal.COMPARE_TYPES, left=words(left.type), right=words(right.type))

    def _choice(self, node: ast.IfExp, flow: Flow) -> Expression:
        condition, holds, fails = self.condition(node.test, flow)
        then, otherwise = self.check(node.body, holds), self.check(node.orelse, fails)
        match then.type, otherwise.type:
            case Integer(a, _, x), Integer(b, _, y):
                return Choice(condition, then, otherwise, Integer(a.joined(b), None, x if x is y else None))
            case RecordType(record, False), RecordType(other, False) if record is other:
                return Choice(condition, then, otherwise, then.type)
            case (Unknown(), _) | (_, Unknown()):
                raise RefusedError
        both = f"{words(then.type)} and {words(otherwise.type)}"
        self.reporter.refuse(node, Refusal.CHOICE, got=both)

    def _binary(self, node: ast.BinOp, flow: Flow) -> Expression:
        value = constant_value(node, self.scope)
        if value is not None:
            return Literal(value, str(value), Integer(Range(value, value)))
        left, right = self.check(node.left, flow), self.check(node.right, flow)
        match left.type, right.type:
            case Integer(), Integer():
                return arithmetic(node, left, right, self.scope)
            case KeyBytes(a), KeyBytes(b) if isinstance(node.op, ast.Add):
                return Joined(left, right, KeyBytes(None if a is None or b is None else a + b))
            case (Unknown(), _) | (_, Unknown()):
                raise RefusedError
        sign = ast.unparse(ast.BinOp(ast.Name("a"), node.op, ast.Name("b")))[2:-2]
        self.reporter.refuse(node, Refusal.OPERANDS, operator=sign, left=words(left.type), right=words(right.type))

    def _literal(self, node: ast.Constant, number: int) -> Expression:
        kind = Integer(Range(number, number))
        if not kind.range.exact:
            self.reporter.refuse(node, Refusal.TOO_LARGE, value=number)
        return Literal(number, self.reporter.text(node), kind)

    def _name(self, node: ast.Name, flow: Flow) -> Expression:
        local = self.locals.get(node.id)
        if local is not None:
            if node.id not in flow.assigned:
                after = node.id in self.loop_variables
                code = Refusal.LOOP_VARIABLE_AFTER if after else Refusal.UNASSIGNED
                self.reporter.refuse(node, code, name=node.id)
            kind = self.types.get(node.id, Unknown())
            if isinstance(kind, RecordType) and node.id in flow.present:
                kind = replace(kind, optional=False)
            if isinstance(kind, Integer):
                kind = replace(kind, range=flow.ranges.get(node.id, kind.range))
            return LocalUse(local, kind)
        found = self.scope.find(node.id)
        if isinstance(found, Constant):
            return ConstantUse(found, found.type)
        if found is None:
            self.reporter.refuse(node, Refusal.UNKNOWN_NAME, name=node.id)
        instead = "name one of its members" if isinstance(found, NamesClass) else "call it"
        if isinstance(found, Given):
            instead = "see the list in pcapkit.subset"
        self.reporter.refuse(node, Refusal.NOT_A_VALUE, name=node.id, what=describe(found), instead=instead)

    def _attribute(self, node: ast.Attribute, flow: Flow) -> Expression:
        if isinstance(node.value, ast.Name) and node.value.id not in self.locals:
            names = self.scope.find(node.value.id)
            if isinstance(names, NamesClass):
                return self._member(node, names)
        of = self.check(node.value, flow)
        return AttributeUse(of, *self.attribute_of(node, of))

    def attribute_of(self, node: ast.Attribute, of: Expression) -> tuple[Attribute, Type]:
        """The attribute that a node names, and its type; `of`: what it is an attribute of."""
        if isinstance(of.type, Unknown):
            raise RefusedError
        if not isinstance(of.type, RecordType):
            self.reporter.refuse(node, Refusal.ATTRIBUTE_OF, got=words(of.type))
        if of.type.optional:
            self.reporter.refuse(node, Refusal.MAY_BE_NONE, name=ast.unparse(node.value))
        attribute = of.type.record.attributes.get(node.attr)
        if attribute is None:
            record = of.type.record
            choices = ", ".join(record.attributes) or "none"
            self.reporter.refuse(node, Refusal.NO_ATTRIBUTE, of=record.name, name=node.attr, choices=choices)
        return attribute, attribute.type

    def _member(self, node: ast.Attribute, names: NamesClass) -> Expression:
        member = names.members.get(node.attr)
        if member is None:
            choices = ", ".join(names.members)
            self.reporter.refuse(node, Refusal.NO_ATTRIBUTE, of=names.name, name=node.attr, choices=choices)
        return MemberUse(names, member, Integer(Range(member.value, member.value), None, names))


def _constant_words(value: object) -> dict[str, str]:
    if value is None:
        return {"what": "None as a value", "instead": "compare with `is None` only"}
    if isinstance(value, str | bytes):
        return {"what": "a string", "instead": "use numbers, names, and parts of the frame"}
    if isinstance(value, float | complex):
        return {"what": "a number with a fraction", "instead": "calculate in integers, for instance in nanoseconds"}
    return {"what": repr(value), "instead": "see the list in pcapkit.subset"}
