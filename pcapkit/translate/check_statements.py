"""Statements of one function: checked in order, with what is certain at each point."""

import ast
from collections.abc import Mapping

from pcapkit.translate.annotations import type_of, words
from pcapkit.translate.check_expressions import Expressions
from pcapkit.translate.check_loops import check_bounds, names_assigned
from pcapkit.translate.check_stores import check_store, joined_type
from pcapkit.translate.diagnostics import Refusal, RefusedError
from pcapkit.translate.flow import Flow, joined
from pcapkit.translate.ranges import OPEN, Range
from pcapkit.translate.remarks import RemarkTaker
from pcapkit.translate.tree import (
    Assign,
    AttributeUse,
    Block,
    Branch,
    Break,
    Call,
    Do,
    Expression,
    For,
    FrameBytes,
    Function,
    GivenCall,
    If,
    Integer,
    LocalUse,
    Nothing,
    Pass,
    QueueType,
    RecordType,
    Return,
    Statement,
    TableType,
    Type,
    Unknown,
)

NOT_TAKEN: dict[type[ast.stmt], tuple[str, str]] = {
    ast.While: ("`while`", "write `for ... in range(...)` with a bound, and `break`"),
    ast.Continue: ("`continue`", "turn the condition round, and indent the rest of the loop"),
    ast.Try: ("`try`", "test before, since nothing in the subset fails"),
    ast.TryStar: ("`try`", "test before, since nothing in the subset fails"),
    ast.Raise: ("`raise`", "return a bool, or note a flaw in a record"),
    ast.Assert: ("`assert`", "test the condition and return, or leave it to a test"),
    ast.With: ("`with`", "write the statements alone"),
    ast.AsyncWith: ("`with`", "write the statements alone"),
    ast.AsyncFor: ("an asynchronous loop", "write a plain `for`"),
    ast.FunctionDef: ("a function inside a function", "write it in the module, and pass what it needs"),
    ast.AsyncFunctionDef: ("a function inside a function", "write it in the module, and pass what it needs"),
    ast.ClassDef: ("a class inside a function", "write it in the module"),
    ast.Global: ("`global`", "keep state in a record, and pass it"),
    ast.Nonlocal: ("`nonlocal`", "keep state in a record, and pass it"),
    ast.Import: ("an import inside a function", "write it at the top of the module"),
    ast.ImportFrom: ("an import inside a function", "write it at the top of the module"),
    ast.Delete: ("`del`", "leave it out, or use a table's remove"),
    ast.Match: ("`match`", "write `if` and `elif`"),
}

AtEnds = dict[int, Mapping[str, Range]]


class Statements:
    """Checks the statements of one function, once through."""

    def __init__(self, function: Function, check: Expressions, taker: RemarkTaker, at_ends: AtEnds) -> None:
        """`at_ends`: what locals can be at the end of each loop, by its line; corrected by this pass."""
        self.function = function
        self.check = check
        self.reporter = check.reporter
        self.taker = taker
        self.annotated: dict[str, Type] = {}
        self.named: set[str] = set()
        self.at_ends = at_ends
        self._loops: list[tuple[str, list[Flow | None]]] = []

    def block(self, nodes: list[ast.stmt], flow: Flow) -> tuple[Block, Flow | None]:
        """Check statements in a row; the flow that comes out is None where the end is not reached."""
        made: list[Statement] = []
        at: Flow | None = flow
        for node in nodes:
            if at is None:
                self.reporter.note(node, Refusal.DEAD)
                break
            before = at
            try:
                statement, at = self.statement(node, before)
                made.append(statement)
            except RefusedError:
                at = self._after_refusal(node, before)
        return Block(made, self.taker.take_last(nodes)), at

    def statement(self, node: ast.stmt, flow: Flow) -> tuple[Statement, Flow | None]:
        """Check one statement."""
        match node:
            case ast.Assign(targets=[target], value=value):
                return self._assign(node, target, value, flow)
            case ast.Assign():
                self.reporter.refuse(node, Refusal.TARGET, what="several targets")
            case ast.AnnAssign():
                return self._annotated(node, flow)
            case ast.AugAssign(target=target, op=op, value=value):
                if not isinstance(target, ast.Name | ast.Attribute):
                    self.reporter.refuse(target, Refusal.TARGET, what=f"`{ast.unparse(target)}`")
                whole = ast.copy_location(ast.BinOp(_loaded(target), op, value), node)
                return self._assign(node, target, whole, flow)
            case ast.If():
                return self._if(node, flow)
            case ast.For():
                return self._for(node, flow)
            case ast.Break():
                if not self._loops:
                    self.reporter.refuse(node, Refusal.BREAK_OUTSIDE)
                self._loops[-1][1].append(flow)
                return Break(self.taker.take(node)), None
            case ast.Return():
                return self._return(node, flow), None
            case ast.Pass():
                return Pass(self.taker.take(node)), flow
            case ast.Expr(value=ast.Call() as called):
                return self._do(node, called, flow), flow
            case ast.Expr():
                self.check.check(node.value, flow)
                self.reporter.refuse(node, Refusal.EXPRESSION_STATEMENT)
            case _:
                what, instead = NOT_TAKEN.get(type(node), ("this statement", "see the list in pcapkit.subset"))
                self.reporter.refuse(node, Refusal.NOT_IN_SUBSET, what=what, instead=instead)

    def _assign(self, node: ast.stmt, target: ast.expr, value: ast.expr, flow: Flow) -> tuple[Statement, Flow]:
        remarks = self.taker.take(node)
        if isinstance(target, ast.Attribute):
            place = self._attribute_target(target, flow)
            checked = self.check.check(value, flow)
            check_store(value, checked, place.type, ast.unparse(target), self.reporter)
            return Assign(place, checked, remarks), flow
        if not isinstance(target, ast.Name):
            what = "several names at once" if isinstance(target, ast.Tuple | ast.List) else f"`{ast.unparse(target)}`"
            self.reporter.refuse(target, Refusal.TARGET, what=what)
        checked = self.check.check(value, flow)
        use = self._local_target(target, value, checked)
        present = isinstance(checked.type, RecordType) and not checked.type.optional
        range = checked.type.range if isinstance(checked.type, Integer) else None
        if range is not None and isinstance(use.type, Integer):
            range = range.narrowed(use.type.range)
        return Assign(use, checked, remarks), flow.assigning(target.id, present=present, range=range)

    def _attribute_target(self, target: ast.Attribute, flow: Flow) -> AttributeUse:
        # Python calls it after the value is known, and once for `+=`; Lua would do neither.
        if any(isinstance(part, ast.Call) for part in ast.walk(target)):
            self.reporter.refuse(target, Refusal.TARGET_CALL)
        of = self.check.check(target.value, flow)
        attribute, kind = self.check.attribute_of(target, of)
        if isinstance(kind, RecordType):
            self.reporter.refuse(target, Refusal.STORE_RECORD)
        if isinstance(kind, TableType | QueueType):
            self.reporter.refuse(target, Refusal.STORE_TABLE, what=words(kind))
        return AttributeUse(of, attribute, kind)

    def _local_target(self, target: ast.Name, node: ast.expr, value: Expression) -> LocalUse:
        name, types = target.id, self.check.types
        self.named.add(name)
        local = self.check.locals[name]
        if isinstance(value.type, Nothing | FrameBytes | TableType | QueueType):
            self.reporter.refuse(node, Refusal.LOCAL_TABLE, what=words(value.type))
        if isinstance(value.type, Unknown):
            raise RefusedError
        declared = self.annotated.get(name) or (local.type if local.parameter else None)
        if declared is not None:
            check_store(node, value, declared, name, self.reporter)
            types[name] = declared
        else:
            given = Integer(OPEN, None, value.type.names) if isinstance(value.type, Integer) else value.type
            kind = joined_type(types.get(name), given)
            if kind is None:
                self.check.wrong_type(node, value.type, name, words(types[name]), "use a local of another name")
                raise RefusedError
            types[name] = kind
        return LocalUse(local, types[name])

    def _annotated(self, node: ast.AnnAssign, flow: Flow) -> tuple[Statement, Flow]:
        if not isinstance(node.target, ast.Name):
            self.reporter.refuse(node, Refusal.ANNOTATED_ATTRIBUTE)
        name = node.target.id
        if node.value is None:
            self.reporter.refuse(node, Refusal.ANNOTATION_ALONE, name=name)
        if name in self.named or self.check.locals[name].parameter:
            self.reporter.refuse(node, Refusal.ANNOTATION_TWICE, name=name)
        kind = type_of(node.annotation, self.check.scope)
        if isinstance(kind, Nothing | FrameBytes | TableType | QueueType):
            self.reporter.refuse(node.annotation, Refusal.LOCAL_TABLE, what=words(kind))
        self.annotated[name] = kind
        return self._assign(node, node.target, node.value, flow)

    def _if(self, node: ast.If, flow: Flow) -> tuple[Statement, Flow | None]:
        branches: list[Branch] = []
        ends: list[Flow | None] = []
        at: Flow = flow
        while True:
            remarks = self.taker.take(node, node.test.end_lineno)
            try:
                condition, holds, fails = self.check.condition(node.test, at)
            except RefusedError:
                condition, holds, fails = None, at, at
            body, end = self.block(node.body, holds)
            ends.append(end)
            if condition is not None:
                branches.append(Branch(condition, body, remarks))
            at = fails
            if len(node.orelse) == 1 and _is_elif(node.orelse[0], self.reporter.lines):
                follows = node.orelse[0]
                assert isinstance(follows, ast.If)
                node = follows
                continue
            break
        otherwise, else_remarks = None, self.taker.take_else(0, 0)
        if node.orelse:
            last = node.body[-1].end_lineno or node.body[-1].lineno
            else_remarks = self.taker.take_else(last, node.orelse[0].lineno)
            otherwise, end = self.block(node.orelse, at)
            ends.append(end)
        else:
            ends.append(at)
        return If(tuple(branches), otherwise, else_remarks), joined(ends)

    def _for(self, node: ast.For, flow: Flow) -> tuple[Statement, Flow]:
        remarks = self.taker.take(node, node.iter.end_lineno)
        if node.orelse:
            self.reporter.note(node.orelse[0], Refusal.LOOP_ELSE)
        if not isinstance(node.target, ast.Name):
            self.reporter.refuse(node.target, Refusal.TARGET, what=f"`{ast.unparse(node.target)}`")
        name = node.target.id
        bounds = check_bounds(node, self.check, flow)
        taken = self.check.locals[name].parameter or any(name == outer for outer, _ in self._loops)
        if taken or name not in self.check.loop_variables:
            self.reporter.refuse(node.target, Refusal.LOOP_VARIABLE_USED, name=name)
        self.check.types[name] = Integer(OPEN)
        head = flow.entering_loop(names_assigned(node.body), self.at_ends.get(node.lineno, {}))
        self._loops.append((name, []))
        body, end = self.block(node.body, head.assigning(name, range=bounds.range))
        _, breaks = self._loops.pop()
        if end is not None:
            self.at_ends[node.lineno] = end.ranges
        local = self.check.locals[name]
        made = For(local, bounds.start, bounds.stop, bounds.step, bounds.most, body, remarks)
        after = joined([head, *breaks])
        assert after is not None
        return made, after

    def _return(self, node: ast.Return, flow: Flow) -> Statement:
        remarks, wanted, name = self.taker.take(node), self.function.returns, self.function.name
        if node.value is None:
            if not isinstance(wanted, Nothing):
                self.reporter.refuse(node, Refusal.RETURN_NOTHING, name=name, type=words(wanted))
            return Return(None, remarks)
        if isinstance(wanted, Nothing):
            self.reporter.refuse(node, Refusal.RETURN_VALUE, name=name)
        value = self.check.check(node.value, flow)
        check_store(node.value, value, wanted, f"the result of {name}", self.reporter)
        return Return(value, remarks)

    def _do(self, node: ast.Expr, called: ast.Call, flow: Flow) -> Statement:
        remarks = self.taker.take(node)
        call = self.check.check(called, flow)
        if isinstance(call, Call) or (isinstance(call, GivenCall) and call.name in {"add", "remove", "put"}):
            return Do(call, remarks)
        self.reporter.refuse(node, Refusal.EXPRESSION_STATEMENT)

    def _after_refusal(self, node: ast.stmt, flow: Flow) -> Flow | None:
        """Go on as if the statement had been right, so that one mistake gives one diagnostic."""
        if isinstance(node, ast.Return | ast.Break):
            return None
        for name in names_assigned([node]):
            self.check.types.setdefault(name, Unknown())
            flow = flow.assigning(name, present=True, range=OPEN)
        return flow


def _loaded(target: ast.Name | ast.Attribute) -> ast.expr:
    """The same place, read instead of written."""
    made: ast.expr
    if isinstance(target, ast.Name):
        made = ast.Name(target.id, ast.Load())
    else:
        made = ast.Attribute(target.value, target.attr, ast.Load())
    return ast.copy_location(made, target)


def _is_elif(node: ast.stmt, lines: list[str]) -> bool:
    if not isinstance(node, ast.If):
        return False
    return lines[node.lineno - 1].encode()[node.col_offset :].startswith(b"elif")
