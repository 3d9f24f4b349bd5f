"""What things are called in Cython, and which C types they have."""

from pcapkit.translate.tree import (
    Boolean,
    Declaration,
    FrameBytes,
    Function,
    Integer,
    KeyBytes,
    Module,
    Nothing,
    QueueType,
    Record,
    RecordType,
    TableType,
    Type,
)


def own(name: str) -> str:
    """The name of a local or an attribute: with `_` behind it, it is no word of C or Cython, and no macro."""
    return name + "_"


class CNames:
    """Names for the declarations of a program: module, `__` and name, as nothing in the headers is called.

    None ends with `_`, so that no local hides one.
    """

    def __init__(self) -> None:
        """Nothing has a name."""
        self._given: dict[Declaration, str] = {}
        self._kinds: dict[Record, int] = {}

    def declare(self, module: Module, found: set[Declaration]) -> None:
        """Name what goes out of a module."""
        stem = module.name.rpartition(".")[2]
        for made in module.declarations:
            if made in found:
                name = f"{stem}__{made.name}"
                while name in self._given.values() or name.endswith("_"):
                    name += "0"
                self._given[made] = name

    def of(self, declaration: Record | Function) -> str:
        """The name of a record's struct, or of a function."""
        return self._given[declaration]

    def parts_of(self, record: Record) -> str:
        """The name of the struct with a record's rare attributes."""
        return self._given[record] + "__parts"

    def kind_of(self, record: Record) -> int:
        """The number of that struct among those of the program."""
        return self._kinds.setdefault(record, len(self._kinds))

    def type_of(self, kind: Type) -> str:
        """The C type of a value: integers are all signed and 64 bits wide until they are stored."""
        match kind:
            case Integer():
                return "int64_t"
            case Boolean():
                return "bint"
            case FrameBytes():
                return "Frame"
            case KeyBytes():
                return "Key"
            case RecordType(record=record):
                return f"{self.of(record)} *"
            case TableType():
                return "Table *"
            case QueueType():
                return "Queue *"
            case Nothing():
                return "void"
        raise AssertionError(kind)

    def stored(self, kind: Type) -> str:
        """The C type of an attribute."""
        match kind:
            case Integer(width=width) if width is not None and not width.signed:
                return f"uint{width.bits}_t" if width.bits != 52 else "uint64_t"
            case Boolean():
                return "uint8_t"
            case KeyBytes():
                return "StoredKey"
            case RecordType(record=record):
                return self.of(record)
            case TableType():
                return "Table"
            case QueueType():
                return "Queue"
        return self.type_of(kind)
