"""The parts of the Wireshark glue that depend on the fields: what is declared, and what is kept of a frame."""

from collections.abc import Iterable

from pcapkit.translate.declare_classes import AGREES
from pcapkit.translate.lua_names import LuaNames, attribute_name
from pcapkit.translate.print_lua import INDENT, LINE_LENGTH, quoted
from pcapkit.translate.tree import Boolean, Dissector, Field, Integer, Member, NamesClass

PROTOCOLS = {"tcp": "a TCP segment"}
LONGEST_HEADER = {"tcp": 60}
"""Bytes, with all options."""

GLUE_NAMES = frozenset({"ProtoField", "ProtoExpert", "NSTime", "base", "expert", "experts", "frametype"})
"""Names that the lines below use and the templates may not have."""

MARKS_BITS = 52
"""How many bits of small fields go into one number: what every Lua holds exactly."""


class Glue:
    """Lua lines for one dissector."""

    def __init__(self, dissector: Dissector, names: LuaNames) -> None:
        """`names`: what its declarations are called."""
        self.dissector = dissector
        self.names = names
        self.fields = dissector.fields.fields or []
        self._marks = _packed([field for field in self.fields if field.kind in ("names", "flag")])
        self._listed = [field for field in self.fields if field.kind not in ("names", "flag")]

    def proto_fields(self) -> str:
        """The ProtoFields, in the order of the fields."""
        lines = [line for field in self.fields for line in call(f"{key(field)} = {self._proto_field(field)},", 1)]
        name = quoted(f"{self.dissector.name}.{AGREES}")
        meaning = quoted("whether the comment that pcapkit recorded says the same")
        made = f'{AGREES} = ProtoField.bool({name}, "Agrees with the comment", base.NONE, nil, nil, {meaning}),'
        return "\n".join([*lines, *call(made, 1)])

    def experts(self) -> str:
        """The ProtoExperts, by field and member."""
        lines = []
        for field in self.fields:
            if has_experts(field):
                lines.append(f"{INDENT}{key(field)} = {{")
                for member in _noted(field):
                    name = quoted(f"{self._abbreviation(field)}.{member.name.lower()}")
                    severity = "WARN" if member.value in field.warnings else "NOTE"
                    group = f"expert.group.SEQUENCE, expert.severity.{severity}"
                    made = f"ProtoExpert.new({name}, {quoted(member.label)}, {group})"
                    lines += call(f"[{member.value}] = {made},", 2)
                lines.append(f"{INDENT}}},")
        name = quoted(f"{self.dissector.name}.{AGREES}.not")
        made = f'ProtoExpert.new({name}, "recorded otherwise", expert.group.PROTOCOL, expert.severity.WARN)'
        return "\n".join([*lines, *call(f"{AGREES} = {made},", 1)])

    def expert_list(self) -> str:
        """All of them in one list."""
        found = [
            f"experts.{key(field)}[{member.value}],"
            for field in self.fields
            if has_experts(field)
            for member in _noted(field)
        ]
        return _indented([*found, f"experts.{AGREES},"])

    def lists(self) -> str:
        """The lists that are kept."""
        lines = [f"{key(field)} = {{}}," for field in self._listed]
        return _indented(lines, 2)

    def marks(self) -> str:
        """The names of the lists of small fields."""
        return ", ".join(map(_marks_name, range(len(self._marks))))

    def marks_of(self) -> str:
        """Which fields they hold."""
        return ", ".join(key(field) for fields in self._marks for field in fields) or "no field"

    def no_marks(self) -> str:
        """As many empty lists."""
        return ", ".join("{}" for _ in self._marks)

    @property
    def connection(self) -> Field | None:
        """The number that tells one connection's frames from another's: the field of that name."""
        found = [field for field in self.fields if field.attribute.name == "connection" and field.kind == "number"]
        return found[0] if found and self.fields[0].kind in ("set", "names") else None

    def endpoints(self) -> str:
        """Who sends a connection's first frame to whom, kept for reports."""
        has_addresses = {"addresses_at", "address_length", "transport_at"} <= set(self.dissector.packet.attributes)
        if self.connection is None or not has_addresses:
            return ""
        place = f"told.{key(self.connection)}"
        lines = [
            "",
            f"if not endpoints[{place}] then",
            f"    endpoints[{place}] = part(frame, packet.addresses_at, packet.address_length * 2)",
            "        .. part(frame, packet.transport_at, 4)",
            "end",
        ]
        return ("\n" + INDENT * 3).join(lines)

    def headers_end(self) -> str:
        """Where the part of a frame ends that the dissector may look at, once it is in `packet`."""
        known = self.dissector.headers_only and "transport_at" in self.dissector.packet.attributes
        return f"packet.transport_at + {LONGEST_HEADER[self.dissector.protocol]}" if known else "#frame"

    def clear(self) -> str:
        """Every attribute of the fields made zero."""
        return _indented(
            f"told.{key(field)} = {'false' if isinstance(field.attribute.type, Boolean) else '0'}"
            for field in self.fields
        )

    def keep(self) -> str:
        """What was told put into the lists."""
        lines = []
        for index, fields in enumerate(self._marks):
            lines += _sum_of(f"{_marks_name(index)}[number]", fields)
        for field in self._listed:
            lines += [f"if told.{key(field)} ~= 0 then", f"    kept.{key(field)}[number] = told.{key(field)}", "end"]
        for field in self.fields:
            noted = field.notes | field.warnings
            if has_experts(field):
                value = f"told.{key(field)}"
                condition = f"{value} ~= 0"
                if {member.value for member in members(field)} != noted:
                    condition = f"{value} >= {1 << min(noted)} and is_noted({value}, experts.{key(field)})"
                lines += [f"if {condition} then", "    noted[number] = true", "end"]
        return _indented(lines)

    def recall(self) -> str:
        """What was told taken out of the lists."""
        lines = []
        for index, fields in enumerate(self._marks):
            if not fields:
                continue
            lines.append(f"{'local ' if index == 0 else ''}mark = {_marks_name(index)}[number]")
            weight = 1
            for field in fields:
                size = _size(field)
                shifted = f"floor(mark / {weight})" if weight > 1 else "mark"
                taken = f"{shifted} % {size}"
                lines.append(f"told.{key(field)} = {taken}{' == 1' if field.kind == 'flag' else ''}")
                weight *= size
        lines += [f"told.{key(field)} = kept.{key(field)}[number] or 0" for field in self._listed]
        return _indented(lines)

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


def key(field: Field) -> str:
    """What a field is called in a Lua table."""
    return attribute_name(field.attribute.name)


def members(field: Field) -> list[Member]:
    """The members that a field's names have."""
    return list(field.names.members.values()) if field.names is not None else []


def has_experts(field: Field) -> bool:
    """Whether some of a field's members are expert information."""
    return field.kind in ("set", "expert") and bool(field.notes | field.warnings)


def call(line: str, depth: int) -> list[str]:
    """A line that ends in a call, its arguments on a line of their own where it would be too long."""
    pad = INDENT * depth
    if len(pad + line) <= LINE_LENGTH:
        return [pad + line]
    start, _, rest = line.partition("(")
    return [f"{pad}{start}(", f"{pad}{INDENT}{rest.removesuffix('),')}", f"{pad}),"]


def _noted(field: Field) -> list[Member]:
    return [member for member in members(field) if member.value in field.notes | field.warnings]


def _packed(fields: list[Field]) -> list[list[Field]]:
    """Small fields, as many together as fit into a number; at least one group, if an empty one."""
    groups: list[list[Field]] = [[]]
    used = 1
    for field in fields:
        if used * _size(field) > 1 << MARKS_BITS:
            groups.append([])
            used = 1
        groups[-1].append(field)
        used *= _size(field)
    return groups


def _size(field: Field) -> int:
    """The power of two below which a small field's value stays."""
    if field.kind == "flag":
        return 2
    assert field.names is not None
    greatest = field.names.range.high
    assert greatest is not None
    return 1 << greatest.bit_length()


def _marks_name(index: int) -> str:
    return "marks" if index == 0 else f"marks_{index + 1}"


def _sum_of(target: str, fields: list[Field]) -> list[str]:
    """Lua that puts small fields into one number."""
    terms, weight = [], 1
    for field in fields:
        value = f"told.{key(field)}"
        if field.kind == "flag":
            terms.append(f"({value} and {weight} or 0)")
        else:
            terms.append(f"{value} * {weight}" if weight > 1 else value)
        weight *= _size(field)
    if not terms:
        return [f"{target} = 0"]
    return [f"{target} = {terms[0]}", *(f"    + {term}" for term in terms[1:])]


def _indented(lines: Iterable[str], depth: int = 1) -> str:
    return "\n".join(f"{INDENT * depth}{line}" for line in lines)
