"""The layers without a dissector, for hand-written native code: their functions in Cython, their records in C.

Both are made of the same checked tree as every compiled dissector, so that a record that a dissector's layers filled
in can be read by C that knows nothing of Cython.
"""

from pathlib import Path
from typing import Final

from pcapkit.native.print_expressions import INDENT, Lines
from pcapkit.native.print_module import Printer
from pcapkit.translate.program import check_modules
from pcapkit.translate.tree import Boolean, Constant, Function, Integer, NamesClass, Program, Record, RecordType, Type

ENTRIES: Final = {
    "pcapkit.layers.decode": "decode",
    "pcapkit.layers.tcp_options": "read_options",
    "pcapkit.layers.udp": "udp",
    "pcapkit.layers.arp": "resolution",
    "pcapkit.layers.icmp": "icmp",
    "pcapkit.layers.igmp": "igmp",
    "pcapkit.layers.ipv6": "is_extension",
}
"""By module, the function that goes out; in Cython it is called `module__function`."""


def print_layers() -> tuple[str, str]:
    """The C header with the records, and the Cython text with the same records and the functions."""
    program = check_modules(tuple(ENTRIES))
    entries = [
        made
        for module in program.modules
        for made in module.declarations
        if isinstance(made, Function) and made.name == ENTRIES.get(module.name)
    ]
    printer = Printer(program, entries, Path())
    return _header(program, printer.records), _declared(printer.records) + printer.declarations() + _same_sizes(printer)


def _header(program: Program, records: list[Record]) -> str:
    """The constants, and the records as C has them: packed, attributes in order, as `cdef packed struct` does it.

    A constant is called MODULE_NAME, a member of a class of names CLASS_NAME.
    """
    lines = [
        "/* The constants and records of pcapkit.layers, made of their source: do not edit. */",
        "#ifndef PCAPKIT_PACKET_LAYOUT_H",
        "#define PCAPKIT_PACKET_LAYOUT_H",
        "",
        "#include <stdint.h>",
        "",
    ]
    for module in program.modules:
        stem = module.name.rpartition(".")[2]
        for made in module.declarations:
            if isinstance(made, Constant):
                lines.append(f"#define {stem.upper()}_{made.name} {made.value}")
            elif isinstance(made, NamesClass):
                lines += [f"#define {made.name.upper()}_{name} {row.value}" for name, row in made.members.items()]
    for record in records:
        rows = [f"{INDENT}{_stored(row.type)} {row.name};" for row in record.attributes.values()]
        lines += ["", "typedef struct __attribute__((packed)) {", *rows, f"}} {record.name};"]
    return "\n".join([*lines, "", "#endif", ""])


def _declared(records: list[Record]) -> str:
    """What the header says, for Cython."""
    lines: Lines = ['cdef extern from "packet_layout.h" nogil:']
    for record in records:
        rows = [f"{INDENT}{INDENT}{_stored(row.type)} {row.name}" for row in record.attributes.values()]
        lines += [f"{INDENT}ctypedef struct {record.name}:", *rows]
    return "\n".join([*lines, ""])


def _stored(kind: Type) -> str:
    match kind:
        case Integer(width=width) if width is not None:
            return f"{'' if width.signed else 'u'}int{width.bits}_t"
        case Boolean():
            return "uint8_t"
        case RecordType(record=record):
            return record.name
    raise AssertionError(kind)


def _same_sizes(printer: Printer) -> str:
    """A table of each record's size in both languages, to be compared when the module is loaded."""
    rows: Lines = [
        f'{INDENT}("{record.name}", sizeof({printer.names.of(record)}), sizeof({record.name})),'
        for record in printer.records
    ]
    return "\n".join(["", "", "RECORD_SIZES = [", *rows, "]", ""])
