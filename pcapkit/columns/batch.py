"""Some frames of a capture as columns: arrays of 64-bit integers of one length, a row for each frame."""

from array import array
from collections.abc import Callable, Container, Mapping
from typing import Final, TypeAlias

from pcapkit.dissector import Dissector, Value, Values
from pcapkit.subset import FieldSpec

ROWS: Final = 4096
ADDRESSES: Final = 32  # bytes of a row
SETS: Final = frozenset(("set", "expert"))

Column: TypeAlias = "array[int]"
"""Of type q."""


def _zeros(rows: int) -> Column:
    return array("q", bytes(8 * rows))


HEADERS: Final = (
    "number",
    "time",
    "has_time",
    "wire_length",
    "captured_length",
    "interface",
    "link_type",
    "has_segment",
    "source_port",
    "destination_port",
    "seq",
    "ack",
    "flags",
    "window",
    "payload_length",
    "found",
)
"""The columns that do not depend on the dissector, but for address_length, in order."""


class Batch:
    """Rows of frames, in the capture's order. Numbers, not texts; a yes or no is 1 or 0.

    number: as Wireshark's frame.number. time: ns since 1970 UTC, 0 where `has_time` is 0; times beyond 64 bits, which
    only a damaged file has, are the nearest that fits. wire_length, captured_length: bytes. interface: within its
    section. link_type: LINKTYPE_*.

    has_segment: there is a whole TCP header, neither a fragment's nor quoted in an error; all up to payload_length are
    of it, as in pcapkit.layers.packet.Segment, and 0 without. address_length: bytes of an address of the innermost
    IP datagram, 4 or 16; 0: none. addresses: 32 bytes a row, the source's address in the first 16 and the
    destination's in the others, filled up with zeros.

    found: the dissector says something of this frame. fields: by name, in the order of their declaration; a set is its
    bits (bit n stands for member n). 0 stands for a field that is not there: `values_of` knows which are.

    Columns that were not asked for are empty.
    """

    __slots__ = (*HEADERS, "address_length", "addresses", "fields")

    number: Column
    time: Column
    has_time: Column
    wire_length: Column
    captured_length: Column
    interface: Column
    link_type: Column
    has_segment: Column
    source_port: Column
    destination_port: Column
    seq: Column
    ack: Column
    flags: Column
    window: Column
    payload_length: Column
    found: Column
    address_length: Column
    addresses: bytearray
    fields: dict[str, Column]

    def __init__(
        self, dissector: Dissector, rows: int, only: Container[str] | None, column: Callable[[int], Column] = _zeros
    ) -> None:
        """So many rows, of zeros or of whatever `column` makes: who fills in a row fills in all of it.

        only: the columns that are wanted, None for all of them; the others are empty, but for `number`.
        """

        def made(name: str) -> Column:
            return column(rows if only is None or name in only else 0)

        self.number = column(rows)
        for name in HEADERS[1:]:
            setattr(self, name, made(name))
        self.address_length = made("address_length")
        self.addresses = bytearray(ADDRESSES * rows if only is None or "addresses" in only else 0)
        self.fields = {one.name: made(one.name) for one in dissector.fields}

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self.number)

    def source(self, row: int) -> bytes:
        """The address of the sender: 4 or 16 bytes, none where no IP header was read."""
        return bytes(self.addresses[ADDRESSES * row : ADDRESSES * row + self.address_length[row]])

    def destination(self, row: int) -> bytes:
        """The address of the receiver, likewise."""
        begin = ADDRESSES * row + ADDRESSES // 2
        return bytes(self.addresses[begin : begin + self.address_length[row]])

    def columns(self) -> list[Column]:
        """All but the addresses and their length, in order: headers, then fields."""
        return [*(getattr(self, name) for name in HEADERS), *self.fields.values()]

    def cut(self, rows: int) -> None:
        """Keep the first rows only."""
        for column in (*self.columns(), self.address_length):
            del column[rows:]
        del self.addresses[ADDRESSES * rows :]


def values_of(dissector: Dissector, batch: Batch, row: int) -> Values | None:
    """What the dissector says of the frame in a row, as its Run tells it; None where it says nothing."""
    return fields_of_row(dissector, batch.fields, row) if batch.found[row] else None


def fields_of_row(dissector: Dissector, columns: Mapping[str, Column], row: int) -> Values:
    """The same, from columns by the fields' names, of a frame of which it says something."""
    values: Values = {}
    for spec in dissector.fields:
        if spec.when is None or columns[spec.when][row]:
            value = value_of(spec, columns[spec.name][row])
            if value is not None:
                values[spec.name] = value
    return values


def value_of(spec: FieldSpec, raw: int) -> Value | None:
    """A field's value out of a column; None for an empty set."""
    if spec.kind in SETS:
        return tuple(bit for bit in range(spec.width.bits) if raw >> bit & 1) or None
    return raw != 0 if spec.kind == "flag" else raw
