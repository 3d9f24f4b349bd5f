"""The parts of the Wireshark glue that depend on a dissector's fields, each a few lines of Lua."""

from collections.abc import Iterable
from itertools import groupby

from pcapkit.translate.lua_names import LuaNames, attribute_name, template
from pcapkit.translate.print_lua import INDENT, LINE_LENGTH, quoted
from pcapkit.translate.tree import Boolean, Dissector, Field, Integer, Member, NamesClass

PROTOCOLS = {"tcp": "a TCP segment"}
GLUE_NAMES = frozenset({"ProtoField", "ProtoExpert", "NSTime", "base", "expert", "experts", "frametype"})
"""Names that the lines below use and the templates may not have."""

SETS = {"set", "expert"}


class Glue:
    """Lua lines for one dissector."""

    def __init__(self, dissector: Dissector, names: LuaNames) -> None:
        """`names`: what its declarations are called."""
        self.dissector = dissector
        self.names = names
        self.fields = dissector.fields.fields or []

    def proto_fields(self) -> str:
        """The ProtoFields, in the order of the fields."""
        lines = [line for field in self.fields for line in _call(f"{_key(field)} = {self._proto_field(field)},", 1)]
        return "\n".join(lines)

    def experts(self) -> str:
        """The ProtoExperts, by field and member."""
        found = [field for field in self.fields if field.kind == "expert"]
        if not found:
            return ""
        lines = ["", "local experts = {"]
        for field in found:
            lines.append(f"{INDENT}{_key(field)} = {{")
            for member in _members(field):
                name = quoted(f"{self._abbreviation(field)}.{member.name.lower()}")
                made = f"ProtoExpert.new({name}, {quoted(member.label)}, expert.group.SEQUENCE, expert.severity.NOTE)"
                lines += _call(f"[{member.value}] = {made},", 2)
            lines.append(f"{INDENT}}},")
        lines += ["}", "proto.experts = {"]
        lines += [f"{INDENT}experts.{_key(field)}[{member.value}]," for field in found for member in _members(field)]
        return "\n".join([*lines, "}", ""])

    def lists(self) -> str:
        """A list for each field."""
        return _indented((f"{_key(field)} = {{}}," for field in self.fields), 2)

    def clear(self) -> str:
        """Every attribute of the fields made zero."""
        return _indented(
            f"told.{_key(field)} = {'false' if isinstance(field.attribute.type, Boolean) else '0'}"
            for field in self.fields
        )

    def keep(self) -> str:
        """The fields put into their lists."""
        lines = []
        for field in self.fields:
            key = _key(field)
            condition = f"told.{key}" if isinstance(field.attribute.type, Boolean) else f"told.{key} ~= 0"
            lines += [f"if {condition} then", f"    kept.{key}[number] = told.{key}", "end"]
        return _indented(lines)

    def sets(self) -> str:
        """What taking sets apart needs."""
        return template("sets.lua") if any(field.kind in SETS for field in self.fields) else ""

    def spans(self) -> str:
        """What spans of time need."""
        return template("spans.lua") if any(field.kind == "duration" for field in self.fields) else ""

    def show(self) -> str:
        """The fields added to the tree, those with a condition in common together."""
        lines: list[str] = []
        titled = False
        for when, group in groupby(self.fields, key=lambda field: field.when):
            inner: list[str] = []
            for field in group:
                inner += self._shown(field, title=field.kind == "set" and when is None and not titled)
                titled = titled or field.kind == "set"
            if when is not None:
                inner = [f"if kept.{attribute_name(when)}[number] then", *(f"    {line}" for line in inner), "end"]
            lines += inner
        return _indented(lines)

    def _shown(self, field: Field, *, title: bool) -> list[str]:
        key = _key(field)
        held = f"kept.{key}[number]"
        value = held if field.when == field.attribute.name else f"{held} or 0"
        match field.kind:
            case "set" | "expert":
                lines = [f"local {key} = members_of({held} or 0)", f"for place = 1, #{key} do"]
                lines.append(f"    item:add(fields.{key}, {key}[place]):set_generated()")
                if field.kind == "expert":
                    lines.append(f"    item:add_proto_expert_info(experts.{key}[{key}[place]])")
                lines.append("end")
                if title:
                    assert field.names is not None
                    labels = self.names.labels(field.names)
                    lines.append(f'item:append_text(": " .. labels_of({held} or 0, {labels}))')
                return lines
            case "duration":
                return [f"item:add(fields.{key}, span_of({value})):set_generated()"]
            case "flag":
                flag = held if field.when == field.attribute.name else f"{held} or false"
                return [f"item:add(fields.{key}, {flag}):set_generated()"]
            case _:
                return [f"item:add(fields.{key}, {value}):set_generated()"]

    def _abbreviation(self, field: Field) -> str:
        return f"{self.dissector.name}.{field.attribute.name}"

    def _proto_field(self, field: Field) -> str:
        start = f"{quoted(self._abbreviation(field))}, {quoted(field.title)}"
        meaning = quoted(field.meaning) if field.meaning else "nil"
        match field.kind:
            case "names" | "set" | "expert":
                assert isinstance(field.names, NamesClass)
                return f"ProtoField.uint8({start}, base.DEC, {self.names.labels(field.names)}, nil, {meaning})"
            case "flag":
                return f"ProtoField.bool({start}, base.NONE, nil, nil, {meaning})"
            case "frame":
                return f"ProtoField.framenum({start}, base.NONE, frametype.REQUEST, nil, {meaning})"
            case "duration":
                return f"ProtoField.relative_time({start}, {meaning})"
        assert isinstance(field.attribute.type, Integer)
        assert field.attribute.type.width is not None
        return f"ProtoField.uint{field.attribute.type.width.bits}({start}, base.DEC, nil, nil, {meaning})"


def _key(field: Field) -> str:
    return attribute_name(field.attribute.name)


def _members(field: Field) -> list[Member]:
    return list(field.names.members.values()) if field.names is not None else []


def _call(line: str, depth: int) -> list[str]:
    """A line that ends in a call, its arguments on a line of their own where it would be too long."""
    pad = INDENT * depth
    if len(pad + line) <= LINE_LENGTH:
        return [pad + line]
    start, _, rest = line.partition("(")
    return [f"{pad}{start}(", f"{pad}{INDENT}{rest.removesuffix('),')}", f"{pad}),"]


def _indented(lines: Iterable[str], depth: int = 1) -> str:
    return "\n".join(f"{INDENT * depth}{line}" for line in lines)
