"""Records as C structs, without gaps: what tables keep is packed to the bit, since there may be ten million of it."""

from pcapkit.native.c_names import CNames, own
from pcapkit.native.print_expressions import INDENT, PART, Lines
from pcapkit.translate.tree import Attribute, Boolean, Integer, Record, RecordType, TableType


def has_parts(record: Record) -> bool:
    """Whether a record has rare attributes: they stand in a struct of their own."""
    return any(row.rare for row in record.attributes.values())


def kept_records(records: list[Record]) -> set[Record]:
    """The records that tables keep, and those that are part of them."""
    found: set[Record] = set()

    def keep(record: Record) -> None:
        found.add(record)
        for row in record.attributes.values():
            if isinstance(row.type, RecordType | TableType) and row.type.record not in found:
                keep(row.type.record)

    for record in records:
        for row in record.attributes.values():
            if isinstance(row.type, TableType) and row.type.record not in found:
                keep(row.type.record)
    return found


def struct(record: Record, names: CNames, *, close: bool = False, wide: bool = False) -> Lines:
    """The struct of a record in C, and as Cython is told of it.

    close: to the bit, the bits behind the bytes. wide: each attribute has 64 bits, as Program.tell gives them.
    """
    name = names.of(record)
    usual = [row for row in record.attributes.values() if not row.rare]
    rare = [row for row in record.attributes.values() if row.rare]
    lines = _declared(names.parts_of(record), [(row, names.stored(row.type), 0) for row in rare]) if rare else []
    rows = [(row, "int64_t" if wide else names.stored(row.type), _bits(row) if close else 0) for row in usual]
    return [*lines, *_declared(name, sorted(rows, key=lambda row: row[2] != 0), part=bool(rare))]


def _bits(row: Attribute) -> int:
    """How many bits an attribute needs where those are fewer than its bytes have; 0: as many."""
    match row.type:
        case Boolean():
            return 1
        case Integer(names=members) if members is not None:
            return max(1, (members.range.high or 0).bit_length())
        case Integer(width=width) if width is not None and width.bits == 52:
            return 52
    return 0


def _declared(name: str, rows: list[tuple[Attribute, str, int]], *, part: bool = False) -> Lines:
    in_c = [f"{kind} {own(row.name)}{f' : {bits}' if bits else ''};" for row, kind, bits in rows]
    in_cython = [f"{kind} {own(row.name)}" for row, kind, _ in rows]
    if part:
        in_c.insert(0, f"Part {PART};")
        in_cython.insert(0, f"Part {PART}")
    return [
        "cdef extern from *:",
        f'{INDENT}"""',
        f"{INDENT}typedef struct __attribute__((packed)) {{",
        *(INDENT * 2 + row for row in in_c or ["uint8_t nothing;"]),
        f"{INDENT}}} {name};",
        f'{INDENT}"""',
        f"{INDENT}ctypedef struct {name}:",
        *(INDENT * 2 + row for row in in_cython or ["uint8_t nothing"]),
    ]
