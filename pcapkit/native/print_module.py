"""A whole Cython module: a dissector with the layers under it, or, for tests, functions alone."""

import re
from collections.abc import Iterable
from importlib.resources import files
from importlib.util import source_hash
from pathlib import Path

from pcapkit.native.c_names import CNames, own
from pcapkit.native.effects import Effects
from pcapkit.native.print_expressions import INDENT, PART, Lines
from pcapkit.native.print_run import filled_run
from pcapkit.native.print_statements import Functions
from pcapkit.native.print_structs import has_parts, kept_records, struct
from pcapkit.translate.program import LAYERS, check_program
from pcapkit.translate.reach import Reached
from pcapkit.translate.source import find
from pcapkit.translate.tree import (
    Boolean,
    FrameBytes,
    Function,
    Integer,
    KeyBytes,
    Module,
    Nothing,
    Program,
    QueueType,
    Record,
    RecordType,
    TableType,
    takes_more,
)


def print_cython(path: Path | str, layers: str = LAYERS) -> str:
    """The Cython source of the dissector in the file `path`, with all that it needs of the module `layers`.

    Raises TranslationError with every refusal, FileError where a file cannot be read.
    """
    file = Path(path)
    program = check_program(file, layers)
    assert program.dissector is not None
    printer = Printer(program, [], file)
    run = filled_run(program, printer.names, printer.effects, printer.records, printer.functions)
    return printer.head(f"The dissector {program.dissector.name}, made of {file.name}: do not edit.") + run


def print_functions(path: Path | str, entries: list[str]) -> str:
    """Functions of a module, callable from Python with integers, bools and bytes, without anything of a dissector."""
    program = check_program(Path(path), None)
    last = program.modules[-1]
    functions = [made for made in last.declarations if isinstance(made, Function) and made.name in entries]
    printer = Printer(program, functions, Path(path))
    wrappers = [line for function in functions for line in printer.wrapper(function)]
    left = "\n\nleft = 0  # bytes that the latest call had not given back\n"
    return printer.head("Functions of the subset.") + left + "\n".join(wrappers) + "\n"


def template(name: str) -> str:
    """The text of a hand-written part."""
    return (files("pcapkit.native") / name).read_text(encoding="utf-8")


def fingerprint(path: Path) -> str:
    """The hash of a source file by which Python knows its own caches, in hexadecimal."""
    return source_hash(path.read_bytes()).hex()


class Printer:
    """Prints the declarations of a program that its entry points lead to."""

    def __init__(self, program: Program, entries: list[Function], path: Path) -> None:
        self.path = path
        self.names = CNames()
        self.effects = Effects()
        reached = Reached(program, entries)
        self.told = program.dissector.fields if program.dissector is not None else None
        self.records: list[Record] = []
        self.functions: list[Function] = []
        self.modules: list[Module] = []
        for module in program.modules:
            self.names.declare(module, reached.found)
            self.modules.append(module)
            for made in reached.in_order(module):
                if isinstance(made, Record):
                    self.records.append(made)
                elif isinstance(made, Function):
                    self.functions.append(made)
        self.printer = Functions(self.names, self.effects)

    def head(self, doc: str) -> str:
        """Everything but what is for a dissector."""
        words = {"DOC": doc, "SOURCES": self._sources()}
        text = re.sub(r"@([A-Z]+)@", lambda found: words[found[1]], template("given.pyx.in"))
        return text + self.declarations() + "\n".join(self._ready()) + "\n"

    def declarations(self) -> str:
        """The records and functions."""
        lines: Lines = []
        kept = kept_records(self.records)
        for record in self.records:
            lines += ["", "", *struct(record, self.names, close=record in kept, wide=record is self.told)]
        for record in self.records:
            if takes_more(record):
                lines += ["", "", *self._drop(record)]
        for function in self.functions:
            lines += ["", "", *self.printer.function(function)]
        return "\n".join(lines) + "\n"

    def _sources(self) -> str:
        """Which sources went in: the dissector's own file as "", the modules by name."""
        rows = []
        for module in self.modules:
            last = module is self.modules[-1]
            path = self.path if last else find(module.name)
            assert path is not None
            rows.append(f'    "{"" if last else module.name}": "{fingerprint(path)}",')
        return "\n".join(["{", *rows, "}"])

    def _ready(self) -> Lines:
        """A function that begins a Memory for these records: memory_ready."""
        structs = [self.names.of(record) for record in self.records]
        structs += [self.names.parts_of(record) for record in self.records if has_parts(record)]
        holding = [self.names.of(record) for record in self.records if takes_more(record)]
        lines = ["cdef size_t largest = 1"]
        for name in structs:
            lines += [f"if sizeof({name}) > largest:", f"{INDENT}largest = sizeof({name})"]
        lines.append("memory_begin(memory, limit, largest)")
        lines += [f"memory_prepare(memory, drop_{name}, sizeof({name}))" for name in holding]
        head = "cdef int memory_ready(Memory *memory, uint64_t limit) noexcept nogil:"
        return ["", "", head, *_indented([*lines, "return memory.failure"])]

    def _drop(self, record: Record) -> Lines:
        name = self.names.of(record)
        lines = [f"cdef void drop_{name}(void *memory, void *record) noexcept nogil:"]
        for row in record.attributes.values():
            place = f"&(<{name} *>record).{own(row.name)}"
            if isinstance(row.type, TableType):
                lines.append(f"{INDENT}table_drop(<Memory *>memory, {place})")
            elif isinstance(row.type, QueueType):
                lines.append(f"{INDENT}queue_drop(<Memory *>memory, {place})")
            elif not row.rare and isinstance(row.type, RecordType) and takes_more(row.type.record):
                lines.append(f"{INDENT}drop_{self.names.of(row.type.record)}(memory, {place})")
        if has_parts(record):
            kind = self.names.kind_of(record)
            lines.append(f"{INDENT}part_drop(<Memory *>memory, &(<{name} *>record).{PART}, {kind})")
        return lines

    def wrapper(self, function: Function) -> Lines:
        """A function that Python can call: its arguments converted, its memory given back at once."""
        arguments, converted = [], []
        for parameter in function.parameters:
            name = own(parameter.name)
            match parameter.type:
                case Integer():
                    arguments.append(f"int64_t {name}")
                    converted.append(name)
                case Boolean():
                    arguments.append(f"bint {name}")
                    converted.append(name)
                case FrameBytes():
                    arguments.append(f"bytes {name}")
                    converted.append(
                        f"frame_of(<const unsigned char *>PyBytes_AS_STRING({name}), PyBytes_GET_SIZE({name}))"
                    )
                case _:
                    raise AssertionError(parameter.type)
        if self.effects.takes_memory(function):
            converted.insert(0, "&memory")
        returns = self.names.type_of(function.returns)
        result = f"{self.names.of(function)}({', '.join(converted)})"
        made = [f"cdef {returns} result = {result}"]
        shown = "result"
        if isinstance(function.returns, KeyBytes):
            made = ["cdef Key result", f"{self.names.of(function)}({', '.join([*converted, '&result'])})"]
        match function.returns:
            case Boolean():
                shown = "bool(result)"
            case KeyBytes():
                shown = "PyBytes_FromStringAndSize(<const char *>result.bytes, min(result.length, 40))"
        return [
            "",
            "",
            f"def {function.name}({', '.join(arguments)}):",
            *_indented(
                [
                    "cdef Memory memory",
                    "if memory_ready(&memory, 0) != 0:",
                    f"{INDENT}raise MemoryError",
                    *([result] if isinstance(function.returns, Nothing) else made),
                    "settle(&memory)",
                    "global left",
                    "left = memory.used",
                    "failure = memory.failure",
                    "memory_end(&memory)",
                    "if failure != 0:",
                    f"{INDENT}raise ValueError(failure)",
                    *([] if isinstance(function.returns, Nothing) else [f"return {shown}"]),
                ]
            ),
        ]


def _indented(lines: Iterable[str]) -> Lines:
    return [INDENT + line for line in lines]
