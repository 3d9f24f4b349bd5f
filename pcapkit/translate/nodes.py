"""The checked tree: expressions and statements."""

from dataclasses import dataclass, field

from pcapkit.translate.declarations import (
    Attribute,
    Boolean,
    Constant,
    Function,
    Integer,
    KeyBytes,
    Local,
    Member,
    NamesClass,
    Record,
    RecordType,
    Remarks,
    Type,
)

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
    """A call of a function that is given: u8, u16, u32, part, has, including, len, find, add, remove, walk, put, take.

    For those from find on, the first argument is the table or queue.
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
