"""Classes of names, records, and the one class of fields."""

import ast
import re

from pcapkit.translate.annotations import type_of, words
from pcapkit.translate.constants import constant_of, constant_value
from pcapkit.translate.diagnostics import Refusal, RefusedError
from pcapkit.translate.remarks import RemarkTaker
from pcapkit.translate.scope import Scope
from pcapkit.translate.tree import (
    Attribute,
    Boolean,
    Field,
    FrameBytes,
    Integer,
    KeyBytes,
    Member,
    NamesClass,
    Nothing,
    Record,
    RecordType,
    Remarks,
    Type,
    takes_more,
)

AGREES = "agrees"
"""The field that every plugin has beside those of its dissector: whether a recorded comment says the same."""

MEMBER_OPTIONS = ("quiet", "note", "warn")


def declare_class(node: ast.ClassDef, scope: Scope, taker: RemarkTaker) -> NamesClass | Record:
    """Declare a class by its form."""
    remarks = taker.take(node, node.lineno)
    reporter = scope.reporter
    if node.keywords or getattr(node, "type_params", None):
        reporter.refuse(node, Refusal.CLASS_FORM, name=node.name)
    match node.decorator_list, node.bases:
        case [], [base] if scope.is_given(base, "Names"):
            return _names(node, scope, taker, remarks)
        case [decorator], [] if scope.is_given(decorator, "record"):
            return _record(node, scope, taker, remarks)
        case [decorator], [] if scope.is_given(decorator, "fields"):
            return _fields(node, scope, taker, remarks)
    reporter.refuse(node, Refusal.CLASS_FORM, name=node.name)


def _names(node: ast.ClassDef, scope: Scope, taker: RemarkTaker, remarks: Remarks) -> NamesClass:
    names = NamesClass(node.name, scope.module, ast.get_docstring(node) or "", {}, remarks)
    for row in _body(node):
        try:
            member = _member(row, scope, taker)
            same = [other.name for other in names.members.values() if other.value == member.value]
            if member.name in names.members or same:
                other = member.name if member.name in names.members else same[0]
                scope.reporter.refuse(row, Refusal.MEMBER_TWICE, name=member.name, other=other)
            names.members[member.name] = member
        except RefusedError:
            continue
    if not _body(node):
        scope.reporter.refuse(node, Refusal.NO_MEMBERS)
    if not names.members:
        raise RefusedError
    return names


def _member(node: ast.stmt, scope: Scope, taker: RemarkTaker) -> Member:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=[number, *texts])) if texts:
            words_of = [text.value for text in texts if isinstance(text, ast.Constant)]
            strings = [text for text in words_of if isinstance(text, str)]
            if len(strings) == len(texts) <= 2:
                value = constant_of(number, scope)
                if isinstance(value, bool) or not 0 <= value <= 255:
                    scope.reporter.refuse(number, Refusal.MEMBER_RANGE, value=value)
                if not name.isascii():
                    scope.reporter.refuse(node, Refusal.BAD_NAME, name=name)
                return Member(name, value, strings[0], strings[1] if len(strings) > 1 else "", taker.take(node))
        case ast.Assign() | ast.AnnAssign():
            pass
        case _:
            allowed = 'rows `NAME = number, "label", "meaning"`'
            scope.reporter.refuse(node, Refusal.CLASS_BODY, what=_called(node), kind="names", allowed=allowed)
    scope.reporter.refuse(node, Refusal.MEMBER_FORM)


def _record(node: ast.ClassDef, scope: Scope, taker: RemarkTaker, remarks: Remarks) -> Record:
    record = Record(node.name, scope.module, ast.get_docstring(node) or "", {}, remarks)
    for line in _body(node):
        try:
            match line:
                case ast.AnnAssign(target=ast.Name(id=name), value=None):
                    rare = _is_rare(line.annotation, scope)
                    kind = _rare(line.annotation, scope) if rare else _storable(line.annotation, scope)
                    _add_attribute(record, line, name, kind, scope, taker).rare = rare
                case _:
                    allowed = "lines `name: U32`"
                    scope.reporter.refuse(
                        line, Refusal.CLASS_BODY, what=_called(line), kind="a record", allowed=allowed
                    )
        except RefusedError:
            continue
    return record


def _fields(node: ast.ClassDef, scope: Scope, taker: RemarkTaker, remarks: Remarks) -> Record:
    record = Record(node.name, scope.module, ast.get_docstring(node) or "", {}, remarks, [])
    assert record.fields is not None
    whens = []
    for line in _body(node):
        try:
            match line:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                    field = _field(line, name, call, scope)
                    if field.when is not None:
                        whens.append((line, field.when))
                    attribute = _add_attribute(record, line, name, field.attribute.type, scope, taker)
                    field.attribute = attribute
                    record.fields.append(field)
                case _:
                    scope.reporter.refuse(line, Refusal.FIELD_FORM)
        except RefusedError:
            continue
    for line, when in whens:
        if when not in record.attributes:
            scope.reporter.note(line, Refusal.FIELD_WHEN, name=when)
    return record


def _field(node: ast.AnnAssign, name: str, call: ast.Call, scope: Scope) -> Field:
    reporter = scope.reporter
    if not scope.is_given(call.func, "field"):
        reporter.refuse(node, Refusal.FIELD_FORM)
    if not re.fullmatch("[a-z_][a-z0-9_]*", name):
        reporter.refuse(node, Refusal.FIELD_NAME, name=name)
    if name == AGREES:
        reporter.refuse(node, Refusal.FIELD_TAKEN, name=name)
    kind_of = type_of(node.annotation, scope)
    if (
        not isinstance(kind_of, Integer | Boolean)
        or scope.is_given(node.annotation, "I64")
        or (isinstance(kind_of, Integer) and kind_of.width is not None and kind_of.width.bits == 52)
    ):
        reporter.refuse(node.annotation, Refusal.FIELD_TYPE, what=words(kind_of))
    title, meaning = _texts(call, scope)
    names, when, expert = _options(call, scope)
    quiet, notes, warnings = (_chosen(call, option, scope) for option in MEMBER_OPTIONS)
    if names is not None:
        kind = "expert" if expert else "set"
        bits = kind_of.width.bits if isinstance(kind_of, Integer) and kind_of.width and not kind_of.names else 0
        if names.range.high is None or names.range.high >= min(bits, 32):
            reporter.refuse(node, Refusal.FIELD_SET, name=name, most=names.range.high, bits=bits)
    elif expert:
        reporter.refuse(node, Refusal.FIELD_FORM)
    elif isinstance(kind_of, Boolean):
        kind = "flag"
    elif kind_of.names is not None:
        kind, names = "names", kind_of.names
    elif scope.is_given(node.annotation, "FrameNumber"):
        kind, when = "frame", when or name
    elif scope.is_given(node.annotation, "Duration"):
        kind = "duration"
    else:
        kind = "number"
    if kind == "expert":
        assert names is not None
        warnings |= frozenset(member.value for member in names.members.values()) - notes
    return Field(Attribute(name, kind_of, Remarks()), title, meaning, kind, names, when, quiet, notes, warnings)


def _texts(call: ast.Call, scope: Scope) -> tuple[str, str]:
    texts = [text.value for text in call.args if isinstance(text, ast.Constant) and isinstance(text.value, str)]
    texts += [
        option.value.value
        for option in call.keywords
        if option.arg == "meaning"
        and not len(texts) > 1
        and isinstance(option.value, ast.Constant)
        and isinstance(option.value.value, str)
    ]
    stated = len(call.args) + sum(option.arg == "meaning" for option in call.keywords)
    if not call.args or len(texts) != stated or len(texts) > 2:
        scope.reporter.refuse(call, Refusal.FIELD_FORM)
    return texts[0], texts[1] if len(texts) > 1 else ""


def _options(call: ast.Call, scope: Scope) -> tuple[NamesClass | None, str | None, bool]:
    names, when, expert = None, None, False
    for option in call.keywords:
        match option.arg, option.value:
            case "every", ast.Name(id=name) if isinstance(found := scope.find(name), NamesClass):
                names = found
            case "when", ast.Constant(value=str() as other):
                when = other or None
            case "expert", ast.Constant(value=bool() as value):
                expert = value
            case "meaning", _:
                pass
            case _ if option.arg in MEMBER_OPTIONS:
                pass
            case _:
                scope.reporter.refuse(option, Refusal.FIELD_FORM)
    return names, when, expert


def _is_rare(node: ast.expr, scope: Scope) -> bool:
    return isinstance(node, ast.Subscript) and scope.is_given(node.value, "Rare")


def _rare(node: ast.expr, scope: Scope) -> Type:
    """The record that `Rare[record]` names."""
    assert isinstance(node, ast.Subscript)
    kind = type_of(node.slice, scope)
    if not isinstance(kind, RecordType) or kind.optional or takes_more(kind.record):
        scope.reporter.refuse(node, Refusal.RARE_TYPE)
    return kind


def _chosen(call: ast.Call, name: str, scope: Scope) -> frozenset[int]:
    """The members that an option names."""
    chosen: set[int] = set()
    for option in call.keywords:
        if option.arg == name:
            if not isinstance(option.value, ast.Tuple):
                scope.reporter.refuse(option, Refusal.FIELD_FORM)
            for member in option.value.elts:
                value = constant_value(member, scope) if isinstance(member, ast.Attribute) else None
                if value is None:
                    scope.reporter.refuse(member, Refusal.FIELD_FORM)
                chosen.add(int(value))
    return frozenset(chosen)


def _storable(node: ast.expr, scope: Scope) -> Type:
    kind = type_of(node, scope)
    if isinstance(kind, FrameBytes | Nothing) or (isinstance(kind, RecordType) and kind.optional):
        scope.reporter.refuse(node, Refusal.ATTRIBUTE_TYPE, what=words(kind))
    return KeyBytes() if isinstance(kind, KeyBytes) else kind


def _add_attribute(
    record: Record, node: ast.AnnAssign, name: str, kind: Type, scope: Scope, taker: RemarkTaker
) -> Attribute:
    if not name.isascii():
        scope.reporter.refuse(node, Refusal.BAD_NAME, name=name)
    if name in record.attributes:
        scope.reporter.refuse(node, Refusal.TWICE, name=name, line="above")
    record.attributes[name] = Attribute(name, kind, taker.take(node))
    return record.attributes[name]


def _body(node: ast.ClassDef) -> list[ast.stmt]:
    """The lines of a class without its docstring and `pass`."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return [line for line in body if not isinstance(line, ast.Pass)]


def _called(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return "a method"
    return f"`{ast.unparse(node).splitlines()[0][:60]}`"
