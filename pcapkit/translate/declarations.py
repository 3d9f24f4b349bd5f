"""The checked tree: types, and what modules declare."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcapkit.subset.widths import Width
from pcapkit.translate.ranges import Range

if TYPE_CHECKING:
    from pcapkit.translate.nodes import Block

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
class QueueType:
    """Keys, first in, first out."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a function without a result returns."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The type of what has been refused already: whatever uses it is refused without another word."""


Type = Integer | Boolean | FrameBytes | KeyBytes | RecordType | TableType | QueueType | Nothing | Unknown

# Declarations


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments of one line or statement: those on lines of their own before it, and the one behind it.

    apart: an empty line is before it all. above: the comments before it that an empty line parts from it.
    """

    before: tuple[str, ...] = ()
    behind: str = ""
    apart: bool = False
    above: tuple[str, ...] = ()


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
    """One attribute of a record; `rare`: a record that is made when it is first touched."""

    name: str
    type: Type
    remarks: Remarks
    rare: bool = False


@dataclass(eq=False, slots=True)
class Record:
    """A class of attributes, all zero at first."""

    name: str
    module: str
    doc: str
    attributes: dict[str, Attribute]
    remarks: Remarks
    fields: "list[Field] | None" = None


def takes_more(record: Record) -> bool:
    """Whether a record can come to hold more memory than its own: a table, a queue, or a rare part of it."""
    return any(
        attribute.rare
        or isinstance(attribute.type, TableType | QueueType)
        or (isinstance(attribute.type, RecordType) and takes_more(attribute.type.record))
        for attribute in record.attributes.values()
    )


@dataclass(eq=False, slots=True)
class Field:
    """One field of a dissector; `kind` and the rest as in pcapkit.subset.fields.FieldSpec."""

    attribute: Attribute
    title: str
    meaning: str
    kind: str
    names: NamesClass | None
    when: str | None
    quiet: frozenset[int] = frozenset()
    notes: frozenset[int] = frozenset()
    warnings: frozenset[int] = frozenset()


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
    """An entry point: parameters (capture, packet, frame, number, time, fields), result bool.

    headers_only: as in pcapkit.subset.fields.dissector.
    """

    name: str
    title: str
    protocol: str
    function: Function
    capture: Record
    packet: Record
    fields: Record
    headers_only: bool = False


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
