"""A whole program: the modules from their text, checked; all refusals together in one error."""

from pathlib import Path

from pcapkit.translate.check_functions import check_function, check_recursion
from pcapkit.translate.declare import Declared, declare
from pcapkit.translate.declare_functions import Signature, dissector_of, is_decode
from pcapkit.translate.diagnostics import Diagnostics, Refusal, RefusedError
from pcapkit.translate.source import Source, load, shown
from pcapkit.translate.tree import Boolean, Dissector, Function, Integer, Place, Program, Record, RecordType

LAYERS = "pcapkit.layers.decode"


def check_program(path: Path, layers: str | None = LAYERS) -> Program:
    """Check the module at `path`, all that it imports, and the module `layers` with its function decode.

    Raises TranslationError with every refusal, FileError where a file cannot be read.
    """
    try:
        return _checked(path, layers)
    except RecursionError:
        diagnostics = Diagnostics()
        diagnostics.add(Place(shown(path), 1, 1), Refusal.TOO_DEEP)
        diagnostics.raise_any()
        raise


def check_modules(names: tuple[str, ...]) -> Program:
    """Check modules by their names, with all that they import. Raises TranslationError with every refusal."""
    diagnostics = Diagnostics()
    program = Program([])
    _declare(program, load(None, names, diagnostics))
    diagnostics.raise_any()
    return program


def _checked(path: Path, layers: str | None) -> Program:
    diagnostics = Diagnostics()
    program = Program([])
    known = _declare(program, load(path, (layers,) if layers is not None else (), diagnostics))
    entry = list(known.values())[-1] if known else None
    if layers is not None and entry is not None:
        program.decode = _decode(known.get(layers), layers, entry)
        if program.dissector is not None and program.decode is not None:
            _check_packet(program.dissector, program.decode, diagnostics)
        if program.dissector is None and not diagnostics.found:
            diagnostics.add(Place(entry.source.reporter.file, 1, 1), Refusal.NO_DISSECTOR)
    diagnostics.raise_any()
    return program


def _declare(program: Program, sources: list[Source]) -> dict[str, Declared]:
    known: dict[str, Declared] = {}
    for source in sources:
        known[source.name] = declare(source, known)
        program.modules.append(known[source.name].module)
    functions = []
    for declared in known.values():
        for signature in declared.signatures:
            check_function(signature, declared.scope, declared.source)
            functions.append((signature.function, signature.node, declared.scope.reporter))
            if signature.dissector is not None:
                _add_dissector(program, declared, signature)
    check_recursion(functions)
    return known


def _add_dissector(program: Program, declared: Declared, signature: Signature) -> None:
    try:
        found = dissector_of(signature, declared.scope)
        if program.dissector is not None:
            declared.scope.reporter.refuse(signature.node, Refusal.DISSECTOR_TWICE)
        program.dissector = found
    except RefusedError:
        return


def _check_packet(dissector: Dissector, decode: Function, diagnostics: Diagnostics) -> None:
    """The glue asks decode's Packet whether there is a segment, and for its ports."""
    place, made = dissector.function.place, decode.parameters[-1].type
    if not isinstance(made, RecordType) or made.record is not dissector.packet:
        diagnostics.add(place, Refusal.PACKET_OTHER, name=dissector.packet.name)
        return
    segment = made.record.attributes.get("segment")
    flag = made.record.attributes.get("has_segment")
    ports = ("source_port", "destination_port")
    if (
        flag is None
        or segment is None
        or not isinstance(flag.type, Boolean)
        or not isinstance(segment.type, RecordType)
        or not all(_holds_number(segment.type.record, port) for port in ports)
    ):
        diagnostics.add(place, Refusal.PACKET_SHAPE, name=dissector.packet.name)


def _holds_number(record: Record, name: str) -> bool:
    attribute = record.attributes.get(name)
    return attribute is not None and isinstance(attribute.type, Integer)


def _decode(declared: Declared | None, layers: str, entry: Declared) -> Function | None:
    if declared is None:
        return None
    found = declared.scope.find("decode")
    reporter = declared.scope.reporter
    if not isinstance(found, Function) or found.module != layers:
        reporter.diagnostics.add(Place(reporter.file, 1, 1), Refusal.NO_DECODE, module=layers)
        return None
    node = next(signature.node for signature in declared.signatures if signature.function is found)
    if not is_decode(found):
        reporter.note(node, Refusal.DECODE_SIGNATURE)
    return found
