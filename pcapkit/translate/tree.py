"""The checked tree: a subset module with every name resolved and every type known, and nothing of Python or Lua in it.

Printers start here. Declarations and locals are compared by identity; expressions and statements are plain values.
All integer calculation is meant in 64 bits, signed, exact; `Integer.width` says how wide the thing is that stores it.
"""

from dataclasses import dataclass, field

from pcapkit.subset.widths import Width
from pcapkit.translate.ranges import Range

# Types


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer, what it can be, how wide it is stored (None: not stored), and the names it is one of."""

    range: Range
    width: Width | None = None
    names: "NamesClass | None" = None


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or False."""


@dataclass(frozen=True, slots=True)
class FrameBytes:
    """The captured bytes of a frame: only ever a parameter."""


@dataclass(frozen=True, slots=True)
class KeyBytes:
    """A few bytes; at most `longest`, None where the types do not tell."""

    longest: int | None = None


@dataclass(frozen=True, slots=True)
class RecordType:
    """A reference to a record; `optional`: or None."""

    record: "Record"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TableType:
    """Records by key."""

    record: "Record"


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a function without a result returns."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The type of what has been refused already: whatever uses it is refused without another word."""


Type = Integer | Boolean | FrameBytes | KeyBytes | RecordType | TableType | Nothing | Unknown

# Declarations


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments of one line or statement: those on lines of their own before it, and the one behind it.

    apart: an empty line is before it all.
    """

    before: tuple[str, ...] = ()
    behind: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: its file, line and column, counting from 1."""

    file: str
    line: int
    column: int


@dataclass(eq=False, slots=True)
class Constant:
    """A module's constant: its value, and the text that it was written as."""

    name: str
    module: str
    type: Integer | Boolean
    value: int
    text: str
    remarks: Remarks


@dataclass(eq=False, slots=True)
class Member:
    """One row of a class of names."""

    name: str
    value: int
    label: str
    meaning: str
    remarks: Remarks


@dataclass(eq=False, slots=True)
class NamesClass:
    """Numbers with names."""

    name: str
    module: str
    doc: str
    members: dict[str, Member]
    remarks: Remarks

    @property
    def range(self) -> Range:
        """From the least to the greatest member."""
        values = [member.value for member in self.members.values()]
        return Range(min(values), max(values))


@dataclass(eq=False, slots=True)
class Attribute:
    """One attribute of a record."""

    name: str
    type: Type
    remarks: Remarks


@dataclass(eq=False, slots=True)
class Record:
    """A class of attributes, all zero at first."""

    name: str
    module: str
    doc: str
    attributes: dict[str, Attribute]
    remarks: Remarks
    fields: "list[Field] | None" = None


@dataclass(eq=False, slots=True)
class Field:
    """One field of a dissector; `kind` and the rest as in pcapkit.subset.fields.FieldSpec."""

    attribute: Attribute
    title: str
    meaning: str
    kind: str
    names: NamesClass | None
    when: str | None


@dataclass(eq=False, slots=True)
class Local:
    """A parameter, a loop's variable, or another local of a function."""

    name: str
    type: Type
    parameter: bool = False


@dataclass(eq=False, slots=True)
class Function:
    """A function; its body is None until it is checked."""

    name: str
    module: str
    place: Place
    doc: str
    parameters: list[Local]
    returns: Type
    remarks: Remarks
    body: "Block | None" = None
    calls: "list[Function]" = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Dissector:
    """An entry point: parameters (capture, packet, frame, number, time, fields), result bool."""

    name: str
    title: str
    protocol: str
    function: Function
    capture: Record
    packet: Record
    fields: Record


Declaration = Constant | NamesClass | Record | Function


@dataclass(eq=False, slots=True)
class Module:
    """One module's declarations in the order of its text."""

    name: str
    doc: str
    declarations: list[Declaration]
    remarks: Remarks


@dataclass(eq=False, slots=True)
class Program:
    """All modules, each after those that it imports."""

    modules: list[Module]
    dissector: Dissector | None = None
    decode: Function | None = None


# Expressions


@dataclass(frozen=True, slots=True)
class Literal:
    """A number as written, or True or False as 1 or 0."""

    value: int
    text: str
    type: Integer | Boolean


@dataclass(frozen=True, slots=True)
class ConstantUse:
    """The value of a constant."""

    constant: Constant
    type: Integer | Boolean


@dataclass(frozen=True, slots=True)
class MemberUse:
    """A member of a class of names."""

    names: NamesClass
    member: Member
    type: Integer


@dataclass(frozen=True, slots=True)
class LocalUse:
    """The value of a local."""

    local: Local
    type: Type


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute of a record."""

    of: "Expression"
    attribute: Attribute
    type: Type


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`op` is one of + - * // % << >>; the right side of // and % is a positive constant, of << and >> 0 to 31."""

    op: str
    left: "Expression"
    right: "Expression"
    type: Integer


@dataclass(frozen=True, slots=True)
class LowBits:
    """`value & (2**bits - 1)`."""

    value: "Expression"
    bits: int
    type: Integer


@dataclass(frozen=True, slots=True)
class Flag:
    """`value & mask` where mask, a constant, is the power of two `weight`."""

    value: "Expression"
    mask: "Expression"
    weight: int
    type: Integer


@dataclass(frozen=True, slots=True)
class Negative:
    """`-value`."""

    value: "Expression"
    type: Integer


@dataclass(frozen=True, slots=True)
class Compare:
    """`op` is one of == != < <= > >=; both sides are integers, bools or keys (== and != only for the last two)."""

    op: str
    left: "Expression"
    right: "Expression"
    type: Boolean


@dataclass(frozen=True, slots=True)
class Logic:
    """`op` is "and" or "or", over two or more bools, from left to right and no further than needed."""

    op: str
    operands: "tuple[Expression, ...]"
    type: Boolean


@dataclass(frozen=True, slots=True)
class Not:
    """`not value`."""

    value: "Expression"
    type: Boolean


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if condition else otherwise`, of integers or of records of one class (not None)."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    type: Integer | RecordType


@dataclass(frozen=True, slots=True)
class IsNone:
    """`value is None`; `absent` False: `is not None`."""

    value: "Expression"
    absent: bool
    type: Boolean


@dataclass(frozen=True, slots=True)
class Joined:
    """Two keys in one."""

    left: "Expression"
    right: "Expression"
    type: KeyBytes


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the subset."""

    function: Function
    arguments: "tuple[Expression, ...]"
    type: Type


@dataclass(frozen=True, slots=True)
class GivenCall:
    """A call of a function that is given: u8, u16, u32, part, has, including, len, find, add, remove.

    For the last three, the first argument is the table.
    """

    name: str
    arguments: "tuple[Expression, ...]"
    type: Type


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record, all zero."""

    record: Record
    type: RecordType


Expression = (
    Literal
    | ConstantUse
    | MemberUse
    | LocalUse
    | AttributeUse
    | Arithmetic
    | LowBits
    | Flag
    | Negative
    | Compare
    | Logic
    | Not
    | Choice
    | IsNone
    | Joined
    | Call
    | GivenCall
    | NewRecord
)

# Statements


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = value`, the target a LocalUse or an AttributeUse."""

    target: LocalUse | AttributeUse
    value: Expression
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class Branch:
    """`if condition` or `elif condition`, and what is done then."""

    condition: Expression
    body: "Block"
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class If:
    """The first branch whose condition holds, or else `otherwise`."""

    branches: tuple[Branch, ...]
    otherwise: "Block | None"
    otherwise_remarks: Remarks


@dataclass(frozen=True, slots=True)
class For:
    """`for local in range(start, stop, step)`, step a positive constant, at most `most` times."""

    local: Local
    start: Expression
    stop: Expression
    step: int
    most: int
    body: "Block"
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class Break:
    """Leave the innermost loop."""

    remarks: Remarks


@dataclass(frozen=True, slots=True)
class Return:
    """Leave the function, with its result if it has one."""

    value: Expression | None
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class Do:
    """A call for what it does."""

    call: Call | GivenCall
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class Pass:
    """Nothing."""

    remarks: Remarks


Statement = Assign | If | For | Break | Return | Do | Pass


@dataclass(eq=False, slots=True)
class Block:
    """Statements in a row.

    locals: those that live in this block and no further out, in the order of their first assignment.
    last_remarks: the comments after its last statement.
    """

    statements: list[Statement]
    last_remarks: tuple[str, ...] = ()
    locals: list[Local] = field(default_factory=list)
