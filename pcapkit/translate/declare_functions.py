"""Functions as their first line states them, and the entry point of a dissector."""

import ast
import re
from dataclasses import dataclass

from pcapkit.translate.annotations import type_of, words
from pcapkit.translate.diagnostics import Refusal
from pcapkit.translate.scope import Scope
from pcapkit.translate.tree import (
    Boolean,
    Dissector,
    FrameBytes,
    Function,
    Integer,
    Local,
    Nothing,
    QueueType,
    RecordType,
    Remarks,
    TableType,
    Type,
)

PROTOCOLS = {"tcp"}


@dataclass(frozen=True, slots=True)
class Signature:
    """A declared function, its syntax, and the call of @dissector before it, if any."""

    function: Function
    node: ast.FunctionDef
    dissector: ast.Call | None


def declare_function(node: ast.FunctionDef, scope: Scope, remarks: Remarks) -> Signature:
    """Declare a function; its body is not looked at."""
    reporter = scope.reporter
    if getattr(node, "type_params", None):
        reporter.refuse(node, Refusal.TYPE_PARAMETERS)
    entry = None
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and scope.is_given(decorator.func, "dissector") and entry is None:
            entry = decorator
        else:
            reporter.refuse(decorator, Refusal.DECORATOR, name=ast.unparse(decorator))
    parameters = _parameters(node, scope)
    if node.returns is None:
        reporter.refuse(node, Refusal.NO_RESULT_TYPE, name=node.name)
    returns = type_of(node.returns, scope)
    if isinstance(returns, FrameBytes | TableType | QueueType):
        reporter.refuse(node.returns, Refusal.RESULT_TYPE, what=words(returns))
    place, doc = reporter.place(node), ast.get_docstring(node) or ""
    function = Function(node.name, scope.module, place, doc, parameters, returns, remarks)
    return Signature(function, node, entry)


def dissector_of(signature: Signature, scope: Scope) -> Dissector:
    """The entry point that a function is declared to be."""
    call = signature.dissector
    assert call is not None
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    match texts, call.keywords:
        case [str() as name, str() as title], [
            ast.keyword(arg="protocol", value=ast.Constant(value=str() as protocol)),
            *options,
        ] if [option.arg for option in options] in ([], ["headers_only"]):
            if not re.fullmatch("[a-z][a-z0-9_]*", name):
                scope.reporter.refuse(call, Refusal.DISSECTOR_NAME, name=name)
            if protocol not in PROTOCOLS:
                scope.reporter.refuse(call, Refusal.DISSECTOR_PROTOCOL, name=protocol)
            if any(not isinstance(option.value, ast.Constant) or option.value.value is not True for option in options):
                scope.reporter.refuse(call, Refusal.DISSECTOR_FORM)
        case _:
            scope.reporter.refuse(call, Refusal.DISSECTOR_FORM)
    types = [parameter.type for parameter in signature.function.parameters]
    match types, signature.function.returns:
        case [
            RecordType(capture, False),
            RecordType(packet, False),
            FrameBytes(),
            Integer(),
            Integer(),
            RecordType(fields, False),
        ], Boolean() if fields.fields is not None:
            return Dissector(name, title, protocol, signature.function, capture, packet, fields, bool(options))
    scope.reporter.refuse(signature.node, Refusal.DISSECTOR_SIGNATURE)


def is_decode(function: Function) -> bool:
    """Whether a function has the parameters of decode."""
    types: list[Type] = [parameter.type for parameter in function.parameters]
    match types, function.returns:
        case [FrameBytes(), Integer(), Integer(), RecordType(_, False)], Nothing():
            return True
    return False


def _parameters(node: ast.FunctionDef, scope: Scope) -> list[Local]:
    reporter, given = scope.reporter, node.args
    strange = [
        (given.vararg, "`*`"),
        (given.kwarg, "`**`"),
        *((argument, "a parameter that is passed by name only") for argument in given.kwonlyargs),
        *((argument, "a parameter that is passed by place only") for argument in given.posonlyargs),
        *((default, "a default value") for default in given.defaults),
    ]
    for argument, what in strange:
        if argument is not None:
            reporter.refuse(argument, Refusal.PARAMETER_FORM, what=what)
    parameters = []
    for argument in given.args:
        if argument.annotation is None:
            reporter.refuse(argument, Refusal.NO_TYPE, name=argument.arg)
        if not argument.arg.isascii():
            reporter.refuse(argument, Refusal.BAD_NAME, name=argument.arg)
        kind = type_of(argument.annotation, scope)
        if isinstance(kind, Nothing):
            reporter.refuse(argument.annotation, Refusal.TYPE, text="None")
        parameters.append(Local(argument.arg, kind, parameter=True))
    return parameters
