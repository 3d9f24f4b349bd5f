"""The Python runtime: the dissector's own source, one frame after the other."""

import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, TypeAlias, get_origin, get_type_hints

from pcapkit.dissector.clock import clock
from pcapkit.layers.packet import Packet
from pcapkit.subset import FieldSpec, Table
from pcapkit.subset.records import width_of

if TYPE_CHECKING:
    from pathlib import Path

Value: TypeAlias = int | bool | tuple[int, ...]
"""int for number, names, frame and duration; bool for a flag; for a set its members, ascending."""

Values: TypeAlias = dict[str, Value]
"""What a dissector says of one frame, by field name; a field that is not set is absent."""


RECORD_BYTES: Final = 2560
"""What a record takes in Python, its key and all records inside it too: of an ended connection it is measured 2,300."""

LEAST_RECORDS: Final = 2**20
"""Twice the connections in passing that pcapkit_dissectors.tcp_handshake keeps: a flood of them leaves room."""


class Dissector(NamedTuple):
    """A dissector module, ready to run.

    name, title, protocol: as declared by `@dissector`. file: the path of its source. entry: its function. capture,
    told: the record classes that the entry takes.
    """

    name: str
    title: str
    protocol: str
    file: str
    fields: tuple[FieldSpec, ...]
    entry: Callable[..., bool]
    capture: type[Any]
    told: type[Any]

    @property
    def path(self) -> "Path":
        """Its source."""
        from pathlib import Path  # here: few that run a dissector ask for it, and its import takes longer than running

        return Path(self.file)

    def begin(self, limit: int | None = None) -> "Run":
        """Start on a capture. limit: as for Run."""
        return Run(self, limit)


class Run:
    """A dissector on its way through one capture."""

    def __init__(self, dissector: Dissector, limit: int | None = None) -> None:
        """Begin with no state.

        limit: how many records the capture's tables keep together at most, None for as many as memory should have room
        for: see `most_records`.
        """
        from pcapkit.layers.decode import decode

        self._decode = decode
        self._dissector = dissector
        self._capture = dissector.capture()
        found = (getattr(self._capture, name) for name in dissector.capture.__slots__)
        self._tables = [value for value in found if isinstance(value, Table)]
        for table in self._tables:
            table.limit = (most_records() if limit is None else limit) // len(self._tables)
        self._packet = Packet()
        self._first: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        """The integers that the dissector's capture record holds, by name."""
        hints = get_type_hints(self._dissector.capture, include_extras=True)
        counted = [name for name, hint in hints.items() if get_origin(hint) is Annotated and width_of(hint) is not None]
        return {name: getattr(self._capture, name) for name in counted}

    @property
    def lost(self) -> int:
        """Frames of which something could not be kept within the limit, as pcapkit.native.NativeRun has it."""
        return sum(table.refused for table in self._tables)

    @property
    def packet(self) -> Packet:
        """What the layers made of the latest frame."""
        return self._packet

    def feed(self, number: int, time: int | None, data: bytes, wire_length: int, link_type: int) -> Values | None:
        """Decode the next frame and say what it means; None where it is none of this dissector's.

        number: from 1. time: nanoseconds since 1970, None where the capture does not tell: that
        counts as 1970, as it does in Wireshark.
        wire_length: bytes, of which `data` was captured. link_type: a LINKTYPE_* number.
        """
        self._decode(data, wire_length, link_type, self._packet)
        return self.dissect(self._packet, number, time, data)

    def dissect(self, packet: Packet, number: int, time: int | None, data: bytes) -> Values | None:
        """The same, for a frame that was decoded already."""
        moment = time or 0
        if self._first is None:
            self._first = moment
        told = self._dissector.told()
        if not self._dissector.entry(self._capture, packet, data, number, clock(moment - self._first), told):
            return None
        return _values(self._dissector.fields, told)


@cache
def most_records() -> int:
    """How many records a run keeps where nobody says it, as this process sees it at first.

    So many as the bytes hold that a native run may take (pcapkit.native.memory_limit), at RECORD_BYTES each, and never
    fewer than LEAST_RECORDS.
    """
    from pcapkit.native.limit import memory_limit  # here: a native run never asks

    return max(LEAST_RECORDS, memory_limit() // RECORD_BYTES or sys.maxsize)


def _values(fields: tuple[FieldSpec, ...], told: Any) -> Values:
    """Read a filled-in record of fields, and hold each against its declared width."""
    values: Values = {}
    for field in fields:
        if field.when is not None and not getattr(told, field.when):
            continue
        raw = getattr(told, field.name)
        if field.kind == "flag":
            values[field.name] = bool(raw)
            continue
        if not field.width.low <= raw <= field.width.high:
            raise OverflowError(f"field {field.name} cannot hold {raw}")
        if field.kind in ("set", "expert"):
            members = tuple(bit for bit in range(field.width.bits) if raw >> bit & 1)
            if members:
                values[field.name] = members
        else:
            values[field.name] = int(raw)
    return values
