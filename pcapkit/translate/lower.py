"""Functions, records, names and constants in Lua, with their comments."""

from pcapkit.translate import lua_tree as lua
from pcapkit.translate.lower_expressions import NIL, LowerExpressions, number_of
from pcapkit.translate.lua_names import LuaNames, attribute_name
from pcapkit.translate.tree import (
    Assign,
    Block,
    Boolean,
    Branch,
    Break,
    Constant,
    Declaration,
    Do,
    For,
    Function,
    GivenCall,
    If,
    Integer,
    KeyBytes,
    Literal,
    Local,
    LocalUse,
    NamesClass,
    Pass,
    QueueType,
    Record,
    RecordType,
    Remarks,
    Return,
    Statement,
    TableType,
    Type,
)
from pcapkit.translate.walk import expressions_in, own_blocks, own_expressions, statements_in, whole


def lower_declaration(made: Declaration, names: LuaNames, labelled: bool) -> list[lua.Statement]:
    """The Lua of one declaration; `labelled`: a class of names gets its table of labels too."""
    match made:
        case Constant():
            return _constant(made, names)
        case NamesClass():
            return _names(made, names, labelled)
        case Record():
            return _record(made, names)
        case Function():
            return _function(made, names)


def _constant(constant: Constant, names: LuaNames) -> list[lua.Statement]:
    value: lua.Expression = number_of(constant.value, constant.text if constant.text[:1].isdigit() else "")
    if isinstance(constant.type, Boolean):
        value = lua.Name("true" if constant.value else "false")
    behind = constant.remarks.behind
    if not constant.text[:1].isdigit() and not isinstance(constant.type, Boolean):
        behind = f"{constant.text}; {behind}" if behind else constant.text
    return [
        *_above(constant.remarks),
        *_comment(constant.remarks.before),
        lua.Local((names.of(constant),), value, behind),
    ]


def _names(made: NamesClass, names: LuaNames, labelled: bool) -> list[lua.Statement]:
    rows = tuple(
        lua.Entry(
            attribute_name(member.name),
            lua.Number(str(member.value)),
            _before(member.remarks),
            member.meaning or member.remarks.behind,
        )
        for member in made.members.values()
    )
    about = (*made.remarks.before, *made.doc.splitlines())
    lines: list[lua.Statement] = [
        *_above(made.remarks),
        *_comment(about),
        lua.Local((names.of(made),), lua.Constructor(rows)),
    ]
    if labelled:
        labels = tuple(lua.Entry(f"[{row.value}]", lua.Text(row.label)) for row in made.members.values())
        lines += [lua.Blank(), lua.Local((names.labels(made),), lua.Constructor(labels))]
    return lines


def _record(record: Record, names: LuaNames) -> list[lua.Statement]:
    rows = tuple(
        lua.Entry(attribute_name(row.name), zero(row.type, names), _before(row.remarks), row.remarks.behind)
        for row in record.attributes.values()
        if not row.rare
    )
    body = (lua.Return(lua.Constructor(rows)),)
    rare = [attribute_name(row.name) for row in record.attributes.values() if row.rare]
    absent = [f"Made when they are first touched: {', '.join(rare)}."] if rare else []
    about = (*record.remarks.before, *record.doc.splitlines(), *absent)
    return [*_above(record.remarks), *_comment(about), lua.Function(names.new(record), (), body)]


def zero(kind: Type, names: LuaNames) -> lua.Expression:
    """What an attribute of this type is at first."""
    match kind:
        case Integer():
            return lua.Number("0")
        case Boolean():
            return lua.Name("false")
        case KeyBytes():
            return lua.Text("")
        case RecordType(record=record):
            return lua.Invoke(lua.Name(names.new(record)), ())
        case TableType():
            return lua.Constructor(())
        case QueueType():
            return lua.Constructor((lua.Entry("first", lua.Number("1")), lua.Entry("last", lua.Number("0"))))
    raise AssertionError(kind)


def _function(function: Function, names: LuaNames) -> list[lua.Statement]:
    assert function.body is not None
    locals_of = names.locals_of(function, _locals_in(function.body))
    lowered = _Body(names, locals_of).block(function.body)
    parameters = tuple(locals_of[parameter] for parameter in function.parameters)
    about = (*function.remarks.before, *function.doc.splitlines())
    return [*_above(function.remarks), *_comment(about), lua.Function(names.of(function), parameters, lowered)]


def _locals_in(block: Block) -> list[Local]:
    """Loop variables and other locals, each once, in the order of the text."""
    found: dict[Local, None] = {}
    for statement in statements_in(block):
        if isinstance(statement, For):
            found[statement.local] = None
        for expression in own_expressions(statement):
            for part in whole(expression):
                if isinstance(part, LocalUse) and not part.local.parameter:
                    found[part.local] = None
    return list(found)


class _Body:
    """Lowers the statements of one function."""

    def __init__(self, names: LuaNames, locals_of: dict[Local, str]) -> None:
        self.locals = locals_of
        self.lower = LowerExpressions(names, locals_of).lower

    def block(self, block: Block) -> tuple[lua.Statement, ...]:
        """The statements of a block, each local declared where it is first needed in it."""
        waiting = set(block.locals)
        made: list[lua.Statement] = []
        for statement in block.statements:
            if made and _remarks(statement).apart:
                made.append(lua.Blank())
            used = waiting & _used(statement)
            waiting -= used
            declares = isinstance(statement, Assign) and isinstance(statement.target, LocalUse)
            if used and not declares:
                ahead = tuple(self.locals[local] for local in block.locals if local in used)
                made.append(lua.Local(ahead))
            made += self._statement(statement, declares=bool(used) and declares)
        return (*made, *_comment(block.last_remarks))

    def _statement(self, statement: Statement, *, declares: bool) -> list[lua.Statement]:
        match statement:
            case Assign(target=target, value=value, remarks=remarks):
                if declares:
                    assert isinstance(target, LocalUse)
                    name = self.locals[target.local]
                    return _with(remarks, lua.Local((name,), self.lower(value), remarks.behind))
                return _with(remarks, lua.Set(self.lower(target), self.lower(value), remarks.behind))
            case If(branches=branches):
                return [lua.If(self._cases(statement, branches))]
            case For():
                return _with(statement.remarks, self._for(statement))
            case Break(remarks=remarks):
                return _with(remarks, lua.Break(remarks.behind))
            case Return(value=value, remarks=remarks):
                lowered = self.lower(value) if value is not None else None
                return _with(remarks, lua.Return(lowered, remarks.behind))
            case Do(call=GivenCall(name="remove", arguments=(table, key)), remarks=remarks):
                target_ = lua.Bracket(self.lower(table), self.lower(key))
                return _with(remarks, lua.Set(target_, NIL, remarks.behind))
            case Do(call=call, remarks=remarks):
                performed = self.lower(call)
                assert isinstance(performed, lua.Invoke)
                return _with(remarks, lua.Perform(performed, remarks.behind))
            case Pass(remarks=remarks):
                behind = (remarks.behind,) if remarks.behind else ()
                return [*_above(remarks), *_comment((*remarks.before, *behind))]

    def _cases(self, statement: If, branches: tuple[Branch, ...]) -> tuple[lua.Case, ...]:
        cases = [
            lua.Case(
                self.lower(branch.condition), self.block(branch.body), _before(branch.remarks), branch.remarks.behind
            )
            for branch in branches
        ]
        if statement.otherwise is not None:
            remarks = statement.otherwise_remarks
            cases.append(lua.Case(None, self.block(statement.otherwise), _before(remarks), remarks.behind))
        return tuple(cases)

    def _for(self, statement: For) -> lua.Statement:
        stop = statement.stop
        last: lua.Expression = lua.Binary("-", self.lower(stop), lua.Number("1"))
        if isinstance(stop, Literal):
            last = lua.Number(str(stop.value - 1))
        return lua.For(
            self.locals[statement.local],
            self.lower(statement.start),
            last,
            statement.step,
            self.block(statement.body),
            statement.remarks.behind,
        )


def _remarks(statement: Statement) -> Remarks:
    return statement.branches[0].remarks if isinstance(statement, If) else statement.remarks


def _used(statement: Statement) -> set[Local]:
    """The locals that a statement uses or assigns, in its blocks too."""
    parts = [part for expression in own_expressions(statement) for part in whole(expression)]
    for block in own_blocks(statement):
        parts += expressions_in(block)
    return {part.local for part in parts if isinstance(part, LocalUse)}


def _with(remarks: Remarks, statement: lua.Statement) -> list[lua.Statement]:
    return [*_above(remarks), *_comment(remarks.before), statement]


def _above(remarks: Remarks) -> list[lua.Statement]:
    """The comments that stand apart from what follows them."""
    return [lua.Comment(remarks.above), lua.Blank()] if remarks.above else []


def _before(remarks: Remarks) -> tuple[str, ...]:
    """All comments before, where there is no room for an empty line between them."""
    return (*remarks.above, *remarks.before)


def _comment(lines: tuple[str, ...]) -> list[lua.Statement]:
    return [lua.Comment(lines)] if lines else []
