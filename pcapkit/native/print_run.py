"""The part of a Cython module that depends on a dissector's fields and packet, filled into two templates."""

import re
from collections.abc import Iterable
from importlib.resources import files

from pcapkit.native.ahead import foreseen, print_ahead
from pcapkit.native.c_names import CNames, own
from pcapkit.native.effects import Effects
from pcapkit.native.print_expressions import INDENT, Lines
from pcapkit.translate.tree import (
    Boolean,
    Dissector,
    Field,
    Function,
    Integer,
    KeyBytes,
    Program,
    Record,
    RecordType,
)

SETS = {"set", "expert"}
PARTS = ("run.pyx.in", "face.pyx.in")


def filled_run(
    program: Program, names: CNames, effects: Effects, records: list[Record], functions: list[Function]
) -> str:
    """The run of a program's dissector."""
    dissector, decode = program.dissector, program.decode
    assert dissector is not None
    assert decode is not None
    fields = dissector.fields.fields or []

    def call(function: Function, arguments: str) -> str:
        memory = "&run.memory, " if effects.takes_memory(function) else ""
        return f"{names.of(function)}({memory}{arguments})"

    assert not effects.takes_memory(decode), "decoding needs no run"
    arguments = "&run.capture, packet, frame, number, now, told"
    counted = [
        row.name
        for row in dissector.capture.attributes.values()
        if isinstance(row.type, Integer) and not row.type.names
    ]
    words = {
        "COUNTS": str(len(counted)),
        "COUNT_NAMES": repr(tuple(counted)),
        "COUNT_BYTES": "(" + "".join(f'b"{name}", ' for name in counted) + ")",
        "COUNT": _indented(
            [f"counts[{place}] = <int64_t>capture.{own(name)}" for place, name in enumerate(counted)] or ["pass"]
        ),
        "NAME": dissector.name,
        "FIELDS": str(len(fields)),
        "FIELD_NAMES": repr(tuple(field.attribute.name for field in fields)),
        "CAPTURE": names.of(dissector.capture),
        "PACKET": names.of(dissector.packet),
        "TOLD": names.of(dissector.fields),
        "ENTRY": call(dissector.function, arguments),
        "DECODE": call(decode, "frame, sight.wire, sight.link, packet"),
        "DICT": _indented(line for field in fields for line in _shown(field)),
        "PACKET_OBJECT": _indented(_packet_object(dissector), 2),
        "SIZES": "{" + ", ".join(f'"{record.name}": sizeof({names.of(record)})' for record in records) + "}",
    }
    text = "".join((files("pcapkit.native") / part).read_text(encoding="utf-8") for part in PARTS)
    ahead = print_ahead(foreseen(dissector, functions, effects), dissector, names, effects)
    return "\n".join(ahead) + "\n" + re.sub(r"@([A-Z_]+)@", lambda found: words[found[1]], text)


def _shown(field: Field) -> Lines:
    """A field put into a dict as pcapkit.dissector.run does it."""
    name = field.attribute.name
    value = f"told.{own(name)}"
    conditions = [f"told.{own(field.when)}"] if field.when is not None else []
    if field.kind in SETS:
        conditions.append(value)
        value = f"members_of({value})"
    elif isinstance(field.attribute.type, Boolean):
        value = f"{value} != 0"
    line = f'values["{name}"] = {value}'
    if not conditions:
        return [line]
    return [f"if {' and '.join(f'{condition} != 0' for condition in conditions)}:", INDENT + line]


def _packet_object(dissector: Dissector) -> Lines:
    packet = dissector.packet
    lines = [f'made = import_module("{packet.module}").{packet.name}()']

    def copy(record: Record, made: str, place: str) -> None:
        for row in record.attributes.values():
            value = f"{place}.{own(row.name)}"
            match row.type:
                case Integer(names=names) if names is not None:
                    lines.append(f'{made}.{row.name} = named(import_module("{names.module}").{names.name}, {value})')
                case Integer():
                    lines.append(f"{made}.{row.name} = {value}")
                case Boolean():
                    lines.append(f"{made}.{row.name} = {value} != 0")
                case KeyBytes():
                    lines.append(f"{made}.{row.name} = key_bytes(&{value})")
                case RecordType(record=inner):
                    copy(inner, f"{made}.{row.name}", value)

    copy(packet, "made", "packet")
    return lines


def _indented(lines: Iterable[str], depth: int = 1) -> str:
    return "\n".join(INDENT * depth + line for line in lines)
