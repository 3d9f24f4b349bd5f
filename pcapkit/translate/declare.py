"""What a module declares, in the order of its text: the bodies of its functions come later."""

import ast
from dataclasses import replace

from pcapkit.translate.constants import constant_of
from pcapkit.translate.declare_classes import declare_class
from pcapkit.translate.declare_functions import Signature, declare_function
from pcapkit.translate.diagnostics import Refusal, RefusedError
from pcapkit.translate.ranges import LARGEST, Range
from pcapkit.translate.remarks import RemarkTaker
from pcapkit.translate.scope import GIVEN, Given, Scope
from pcapkit.translate.source import NOT_FOLLOWED, Source
from pcapkit.translate.tree import Boolean, Constant, Declaration, Integer, Module, Record, Remarks


class Declared:
    """A module with its scope, and the functions whose bodies are still to be checked."""

    def __init__(self, source: Source) -> None:
        """Nothing is declared yet."""
        self.source = source
        self.scope = Scope(source)
        self.module = Module(source.name, ast.get_docstring(source.tree) or "", [], Remarks())
        self.signatures: list[Signature] = []


def declare(source: Source, others: dict[str, Declared]) -> Declared:
    """Declare all of a module; `others`: the modules declared before, by name."""
    declared = Declared(source)
    taker = RemarkTaker(source)
    body = source.tree.body
    for index, node in enumerate(body):
        try:
            if _is_text(node):
                if index > 0 and not isinstance(body[index - 1], ast.AnnAssign):
                    source.reporter.note(node, Refusal.MODULE_STATEMENT, what="a text")
            else:
                text = _text(body[index + 1]) if index + 1 < len(body) and isinstance(node, ast.AnnAssign) else ""
                _declare_one(node, declared, others, taker, text)
        except RefusedError:
            declared.scope.declare_broken(_names_of(node))
    return declared


def _declare_one(
    node: ast.stmt, declared: Declared, others: dict[str, Declared], taker: RemarkTaker, text: str
) -> None:
    scope, reporter = declared.scope, declared.source.reporter
    made: Declaration
    match node:
        case ast.ImportFrom():
            taker.take(node)
            _import(node, declared, others)
            return
        case ast.Import():
            reporter.refuse(node, Refusal.IMPORT_FORM, text=ast.unparse(node))
        case ast.AnnAssign(target=ast.Name(id=name)):
            made = _constant(node, name, scope, taker, text)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
            reporter.refuse(node, Refusal.NOT_FINAL, name=name)
        case ast.ClassDef():
            made = declare_class(node, scope, taker)
        case ast.FunctionDef():
            header_end = node.returns.end_lineno if node.returns is not None else node.lineno
            signature = declare_function(node, scope, taker.take(node, header_end))
            declared.signatures.append(signature)
            made = signature.function
        case ast.AsyncFunctionDef():
            reporter.refuse(node, Refusal.ASYNC)
        case _:
            what = f"`{ast.unparse(node).splitlines()[0][:60]}`"
            reporter.refuse(node, Refusal.MODULE_STATEMENT, what=what)
    if _has_fields(made) and any(map(_has_fields, declared.module.declarations)):
        reporter.refuse(node, Refusal.FIELDS_TWICE)
    scope.declare(node, made.name, made)
    declared.module.declarations.append(made)


def _import(node: ast.ImportFrom, declared: Declared, others: dict[str, Declared]) -> None:
    scope, reporter = declared.scope, declared.source.reporter
    module = node.module
    if node.level != 0 or module is None or any(alias.name == "*" for alias in node.names):
        reporter.refuse(node, Refusal.IMPORT_FORM, text=ast.unparse(node))
    for alias in node.names:
        if alias.asname is not None:
            reporter.note(alias, Refusal.IMPORT_AS, module=module, name=alias.name)
            scope.declare_broken([alias.asname])
            continue
        try:
            if module in NOT_FOLLOWED:
                if alias.name not in (GIVEN if module == "pcapkit.subset" else {"Final"}):
                    reporter.refuse(alias, Refusal.NOT_GIVEN, name=alias.name)
                scope.declare(alias, alias.name, Given(alias.name))
            elif module in others:
                other = others[module]
                found = other.scope.find(alias.name)
                if found is None or isinstance(found, Given) or found.module != module:
                    reporter.refuse(alias, Refusal.NOT_DECLARED_THERE, module=module, name=alias.name)
                scope.declare(alias, alias.name, found)
            else:
                raise RefusedError
        except RefusedError:
            scope.declare_broken([alias.name])


def _names_of(node: ast.stmt) -> list[str]:
    """The names that a statement of a module would declare."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name for alias in names]
    return []


def _constant(node: ast.AnnAssign, name: str, scope: Scope, taker: RemarkTaker, text: str) -> Constant:
    remarks = taker.take(node)
    if text:
        remarks = replace(remarks, before=(*remarks.before, *text.splitlines()))
    if node.value is None or not scope.is_given(node.annotation, "Final"):
        scope.reporter.refuse(node, Refusal.NOT_FINAL, name=name)
    value = constant_of(node.value, scope)
    if abs(value) > LARGEST:
        scope.reporter.refuse(node.value, Refusal.TOO_LARGE, value=value)
    kind: Integer | Boolean = Boolean() if isinstance(value, bool) else Integer(Range(value, value))
    return Constant(name, scope.module, kind, int(value), scope.reporter.text(node.value), remarks)


def _has_fields(made: Declaration) -> bool:
    return isinstance(made, Record) and made.fields is not None


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _text(node: ast.stmt) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value.value
    return ""
