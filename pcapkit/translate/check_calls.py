"""Calls: of functions of the subset, of those given, of records, and of what tables and queues offer."""

import ast
from typing import TYPE_CHECKING

from pcapkit.subset.records import MAX_KEY
from pcapkit.translate.annotations import stored
from pcapkit.translate.check_arithmetic import range_of
from pcapkit.translate.check_stores import check_store
from pcapkit.translate.diagnostics import Refusal, RefusedError
from pcapkit.translate.flow import Flow
from pcapkit.translate.ranges import Range
from pcapkit.translate.scope import GIVEN_FUNCTIONS, Given
from pcapkit.translate.tree import (
    Boolean,
    Call,
    Expression,
    FrameBytes,
    Function,
    GivenCall,
    Integer,
    KeyBytes,
    NewRecord,
    Nothing,
    QueueType,
    Record,
    RecordType,
    TableType,
    Unknown,
)

if TYPE_CHECKING:
    from pcapkit.translate.check_expressions import Expressions

PARAMETERS = {
    "u8": ("frame", "at"),
    "u16": ("frame", "at"),
    "u32": ("frame", "at"),
    "part": ("frame", "at", "length"),
    "has": ("members", "member"),
    "including": ("members", "member"),
    "len": ("frame",),
    "find": ("key",),
    "add": ("key",),
    "remove": ("key",),
    "walk": (),
    "put": ("key",),
    "take": (),
}
OF_TABLE = {"find", "add", "remove", "walk"}
OF_QUEUE = {"put", "take"}
READ = {"u8": stored(8), "u16": stored(16), "u32": stored(32)}


def call(check: "Expressions", node: ast.Call, flow: Flow) -> Expression:
    """A call, by what is called."""
    if node.keywords:
        check.reporter.refuse(node.keywords[0], Refusal.ARGUMENT_FORM, what="a keyword")
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            check.reporter.refuse(argument, Refusal.ARGUMENT_FORM, what="`*`")
    match node.func:
        case ast.Name(id=name) if name not in check.locals:
            match check.scope.find(name):
                case Function() as function:
                    return _function(check, node, function, flow)
                case Record() as record:
                    _count(check, node, name, ())
                    return NewRecord(record, RecordType(record))
                case Given(given) if given in GIVEN_FUNCTIONS or given == "len":
                    _count(check, node, given, PARAMETERS[given])
                    return _given(check, node, given, flow)
                case None:
                    check.reporter.refuse(node, Refusal.UNKNOWN_NAME, name=name)
        case ast.Attribute(value=of, attr=name) if name in OF_TABLE | OF_QUEUE:
            holder = check.check(of, flow)
            if isinstance(holder.type, Unknown):
                raise RefusedError
            if isinstance(holder.type, TableType if name in OF_TABLE else QueueType):
                _count(check, node, name, PARAMETERS[name])
                return _held(check, node, name, holder, flow)
    check.reporter.refuse(node, Refusal.NOT_CALLABLE, what=f"`{ast.unparse(node.func)}`")


def _function(check: "Expressions", node: ast.Call, function: Function, flow: Flow) -> Expression:
    _count(check, node, function.name, tuple(parameter.name for parameter in function.parameters))
    arguments = []
    for argument, parameter in zip(node.args, function.parameters, strict=True):
        value = check.check(argument, flow)
        check_store(argument, value, parameter.type, f"{parameter.name} of {function.name}", check.reporter)
        arguments.append(value)
    return Call(function, tuple(arguments), function.returns)


def _given(check: "Expressions", node: ast.Call, name: str, flow: Flow) -> Expression:
    if name == "len":
        of = check.check(node.args[0], flow)
        if not isinstance(of.type, FrameBytes | KeyBytes | QueueType):
            wanted = "a Frame, Key or Queue"
            check.wrong_type(node.args[0], of.type, "what len measures", wanted, "keep a count yourself")
        return GivenCall(name, (of,), Integer(Range(0, 2**32 - 1)))
    if name in {"has", "including"}:
        return _set(check, node, name, flow)
    frame = check.frame(node.args[0], flow)
    at = check.integer(node.args[1], flow, "an offset")
    _not_negative(check, node.args[1], at, "this offset")
    if name != "part":
        return GivenCall(name, (frame, at), READ[name])
    length = check.integer(node.args[2], flow, "a length")
    _not_negative(check, node.args[2], length, "this length")
    most = range_of(length).high
    constant = range_of(length).only is not None
    return GivenCall(
        name, (frame, at, length), KeyBytes(most if constant or (most or MAX_KEY + 1) <= MAX_KEY else None)
    )


def _set(check: "Expressions", node: ast.Call, name: str, flow: Flow) -> Expression:
    members = check.integer(node.args[0], flow, "a set")
    _not_negative(check, node.args[0], members, "this set")
    member = check.integer(node.args[1], flow, "a member")
    if not range_of(member).within(0, 31):
        check.reporter.refuse(node.args[1], Refusal.SHIFT)
    if name == "has":
        return GivenCall(name, (members, member), Boolean())
    return GivenCall(name, (members, member), Integer(Range(0, 2**32 - 1)))


def _held(check: "Expressions", node: ast.Call, name: str, holder: Expression, flow: Flow) -> Expression:
    """What a table or a queue offers."""
    if name in {"walk", "take"}:
        return GivenCall(name, (holder,), KeyBytes(MAX_KEY))
    key = check.key(node.args[0], flow)
    assert isinstance(key.type, KeyBytes)
    if key.type.longest is not None and key.type.longest > MAX_KEY:
        check.reporter.refuse(node.args[0], Refusal.KEY_LENGTH, value=key.type.longest, most=MAX_KEY)
    if isinstance(holder.type, TableType) and name in {"find", "add"}:
        return GivenCall(name, (holder, key), RecordType(holder.type.record, optional=name == "find"))
    return GivenCall(name, (holder, key), Nothing())


def _not_negative(check: "Expressions", node: ast.expr, value: Expression, what: str) -> None:
    if range_of(value).may_be_negative:
        check.reporter.refuse(node, Refusal.NEGATIVE, what=what)


def _count(check: "Expressions", node: ast.Call, name: str, parameters: tuple[str, ...]) -> None:
    if len(node.args) != len(parameters):
        check.reporter.refuse(
            node,
            Refusal.ARGUMENT_COUNT,
            name=name,
            wanted=len(parameters),
            got=len(node.args),
            parameters=", ".join(parameters) or "none",
        )
