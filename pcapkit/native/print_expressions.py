"""Expressions in Cython: every integer 64 bits wide, every operation Python's, and from left to right.

An expression becomes a text, and lines that have to run before it: where the order matters and C would not keep it,
values go into temporaries first.
"""

from collections.abc import Sequence

from pcapkit.native.c_names import CNames, own
from pcapkit.native.effects import Effects
from pcapkit.translate.tree import (
    Arithmetic,
    AttributeUse,
    Boolean,
    Call,
    Choice,
    Compare,
    ConstantUse,
    Expression,
    Flag,
    Function,
    GivenCall,
    Integer,
    IsNone,
    Joined,
    KeyBytes,
    Literal,
    LocalUse,
    Logic,
    LowBits,
    MemberUse,
    Negative,
    NewRecord,
    Not,
    QueueType,
    Record,
    RecordType,
    TableType,
    Type,
    takes_more,
)

INDENT = "    "
Lines = list[str]

RESULT = "result0"
"""Where a function that returns a Key writes it; no local is called so."""

PART = "part0"
"""What in a struct leads to the record's rare attributes; no attribute is called so."""

GIVING = {"walk": "table_walk", "take": "queue_take"}
"""What gives a key, and the functions that write it."""


def number_of(value: int) -> str:
    """A number as C has it; without LL, Cython would make a Python object of one that needs more than 32 bits."""
    text = str(value) if abs(value) < 2**31 else f"{value}LL"
    return text if value >= 0 else f"({text})"


class Expressions:
    """Prints the expressions of one function; `declared`: the temporaries that it needs, type and name."""

    def __init__(self, names: CNames, effects: Effects, stacked: set[int]) -> None:
        """`stacked`: the ids of the records that live in the function's own frame."""
        self.names = names
        self.effects = effects
        self.stacked = stacked
        self.declared: list[tuple[str, str]] = []

    def text(self, value: Expression, before: Lines) -> str:
        """The text of a value; what has to run before it is added to `before`."""
        match value:
            case Literal(value=number):
                return number_of(number)
            case ConstantUse(constant=constant):
                return number_of(constant.value)
            case MemberUse(member=member):
                return str(member.value)
            case LocalUse(local=local):
                return own(local.name)
            case AttributeUse():
                return self._attribute(value, before)
            case Arithmetic(left=left, right=right):
                return self._arithmetic(value, *self.sequence((left, right), before))
            case LowBits(value=inner, bits=bits):
                return f"({self.text(inner, before)} & {number_of((1 << bits) - 1)})"
            case Flag(value=inner, weight=weight):
                return f"({self.text(inner, before)} & {number_of(weight)})"
            case Negative(value=inner):
                return f"(-{self.text(inner, before)})"
            case Compare():
                return self._compare(value, before)
            case Logic():
                return self._logic(value, before)
            case Not(value=inner):
                return f"(not {self.text(inner, before)})"
            case Choice():
                return self._choice(value, before)
            case IsNone(value=inner, absent=absent):
                return f"({self.text(inner, before)} {'==' if absent else '!='} NULL)"
            case Joined():
                return self.key(value, before)
            case Call(function=function, arguments=arguments):
                if isinstance(value.type, KeyBytes):
                    return self.key(value, before)
                return self._call(function, self.sequence(arguments, before))
            case GivenCall():
                return self._given(value, before)
            case NewRecord(record=record):
                return self._new(value, record, before)

    def _call(self, function: Function, texts: list[str]) -> str:
        if self.effects.takes_memory(function):
            texts.insert(0, "memory")
        return f"{self.names.of(function)}({', '.join(texts)})"

    def sequence(self, values: Sequence[Expression], before: Lines) -> list[str]:
        """The texts of several values that are evaluated in this order."""
        earlier: list[Lines] = [[] for _ in values]
        texts = [self.text(value, lines) for value, lines in zip(values, earlier, strict=True)]
        last = max(
            (place for place, value in enumerate(values) if earlier[place] or self.effects.changes(value)), default=-1
        )
        read_after = any(not self.effects.is_fixed(value) for value in values[last + 1 :])
        for place, value in enumerate(values[: last + 1]):
            before += earlier[place]
            if not self.effects.is_fixed(value) and (place < last or read_after):
                texts[place] = self.kept(value.type, texts[place], before)
        return texts

    def kept(self, kind: Type, text: str, before: Lines) -> str:
        """A temporary that holds a value from here on."""
        name = self._temporary(kind)
        before.append(f"{name} = {text}")
        return name

    def place(self, value: Expression, before: Lines) -> str:
        """A record so that `.` and an attribute can follow."""
        if not isinstance(value, AttributeUse):
            return self.text(value, before)
        of = self.place(value.of, before)
        if value.attribute.rare:
            assert isinstance(value.of.type, RecordType)
            parts, kind = self.names.parts_of(value.of.type.record), self.names.kind_of(value.of.type.record)
            of = f"(<{parts} *>part_at(memory, &{of}.{PART}, {kind}, sizeof({parts})))"
        return f"{of}.{own(value.attribute.name)}"

    def _temporary(self, kind: Type) -> str:
        name = f"kept{len(self.declared)}"
        self.declared.append((self.names.type_of(kind), name))
        return name

    def _attribute(self, value: AttributeUse, before: Lines) -> str:
        if isinstance(value.attribute.type, KeyBytes):
            return self.key(value, before)
        place = self.place(value, before)
        match value.attribute.type:
            case Integer():
                return f"<int64_t>{place}"
            case Boolean():
                return f"({place} != 0)"
            case RecordType() | TableType() | QueueType():
                return f"(&{place})"
        return place

    def key(self, value: Expression, before: Lines, into: str | None = None) -> str:
        """The name of a Key that holds a value: keys are put together in place, not handed around."""
        if isinstance(value, LocalUse):
            return self.text(value, before)
        name = self._temporary(value.type) if into is None else into
        if isinstance(value, Call):
            before.append(self._call(value.function, [*self.sequence(value.arguments, before), f"&{name}"]))
            return name
        if isinstance(value, AttributeUse):
            before.append(f"key_load(&{name}, &{self.place(value, before)})")
            return name
        if isinstance(value, GivenCall) and value.name in GIVING:
            before.append(f"{GIVING[value.name]}({self.text(value.arguments[0], before)}, &{name})")
            return name
        before.append(f"{name}.length = 0")
        self._add(value, name, before)
        return name

    def _add(self, value: Expression, name: str, before: Lines) -> None:
        """Put a key behind what `name` holds already."""
        match value:
            case Joined(left=left, right=right):
                self._add(left, name, before)
                self._add(right, name, before)
            case GivenCall(name="part", arguments=arguments):
                before.append(f"key_add_part(&{name}, {', '.join(self.sequence(arguments, before))})")
            case _:
                before.append(f"key_add(&{name}, &{self.key(value, before)})")

    def _arithmetic(self, value: Arithmetic, left: str, right: str) -> str:
        assert isinstance(value.right.type, Integer)
        by = value.right.type.range.only
        power = by is not None and by > 0 and by & (by - 1) == 0
        match value.op:
            case "//" if power and by is not None:
                return f"shift_right({left}, {by.bit_length() - 1})"
            case "%" if power and by is not None:
                return f"({left} & {number_of(by - 1)})"
            case "//":
                return f"floor_divide({left}, {right})"
            case "%":
                return f"floor_modulo({left}, {right})"
            case "<<":
                return f"shift_left({left}, {right})"
            case ">>":
                return f"shift_right({left}, {right})"
        return f"({left} {value.op} {right})"

    def _compare(self, value: Compare, before: Lines) -> str:
        left, right = self.sequence((value.left, value.right), before)
        if isinstance(value.left.type, KeyBytes):
            return f"(key_equal(memory, &{left}, &{right}) {'!=' if value.op == '==' else '=='} 0)"
        return f"({left} {value.op} {right})"

    def _logic(self, value: Logic, before: Lines) -> str:
        first, *others = value.operands
        earlier: list[Lines] = [[] for _ in others]
        text = self.text(first, before)
        texts = [self.text(other, lines) for other, lines in zip(others, earlier, strict=True)]
        if not any(earlier):
            return "(" + f" {value.op} ".join([text, *texts]) + ")"
        name = self._temporary(Boolean())
        before.append(f"{name} = {text}")
        depth = ""
        for lines, text in zip(earlier, texts, strict=True):
            before.append(f"{depth}if {'' if value.op == 'and' else 'not '}{name}:")
            depth += INDENT
            before += [depth + line for line in lines]
            before.append(f"{depth}{name} = {text}")
        return name

    def _choice(self, value: Choice, before: Lines) -> str:
        condition = self.text(value.condition, before)
        then_before: Lines = []
        otherwise_before: Lines = []
        then, otherwise = self.text(value.then, then_before), self.text(value.otherwise, otherwise_before)
        if not then_before and not otherwise_before:
            chosen = f"({then} if {condition} else {otherwise})"
            return f"<int64_t>{chosen}" if isinstance(value.type, Integer) else chosen
        name = self._temporary(value.type)
        before.append(f"if {condition}:")
        before += [INDENT + line for line in [*then_before, f"{name} = {then}"]]
        before.append("else:")
        before += [INDENT + line for line in [*otherwise_before, f"{name} = {otherwise}"]]
        return name

    def _given(self, value: GivenCall, before: Lines) -> str:
        if value.name == "part" or value.name in GIVING:
            return self.key(value, before)
        texts = self.sequence(value.arguments, before)
        if value.name in {"find", "add", "remove", "put"}:
            texts[1] = f"&{texts[1]}"
        match value.name:
            case "put":
                return f"queue_put(memory, {', '.join(texts)})"
            case "len" if isinstance(value.arguments[0].type, QueueType):
                return f"queue_length({texts[0]})"
            case "len":
                return f"{texts[0]}.length"
            case "has":
                return f"(has({', '.join(texts)}) != 0)"
            case "find":
                assert isinstance(value.type, RecordType)
                return f"<{self.names.type_of(value.type)}>table_find({', '.join(texts)})"
            case "add":
                assert isinstance(value.type, RecordType)
                made = f"table_add(memory, {', '.join(texts)}, {self.made(value.type.record)})"
                return f"<{self.names.type_of(value.type)}>{made}"
            case "remove":
                return f"table_remove(memory, {', '.join(texts)})"
        return f"{value.name}({', '.join(texts)})"

    def made(self, record: Record) -> str:
        """Size and drop function of a record, as those who make one need them."""
        name = self.names.of(record)
        return f"sizeof({name}), {f'drop_{name}' if takes_more(record) else 'NULL'}"

    def _new(self, value: NewRecord, record: Record, before: Lines) -> str:
        if id(value) not in self.stacked:
            return f"<{self.names.type_of(value.type)}>record_new(memory, {self.made(record)})"
        name = f"made{len(self.declared)}"
        self.declared.append((self.names.of(record), name))
        before.append(f"memset(&{name}, 0, sizeof({name}))")
        return f"(&{name})"
