"""Which keys a dissector will search its tables by, as far as a frame alone tells: so that memory can be asked early.

A table of many connections lies in main memory. Its lines are fetched for a whole batch of frames before the first of
them is dissected, by functions made here from the dissector's own: all that leads to the key of a `find`, and nothing
else. They only say where it will be looked; what is found there is decided by the dissector.
"""

from dataclasses import dataclass, field

from pcapkit.native.c_names import CNames, own
from pcapkit.native.effects import CHANGING, Effects
from pcapkit.native.print_expressions import INDENT, Expressions, Lines
from pcapkit.translate.tree import (
    Assign,
    Attribute,
    AttributeUse,
    Call,
    Dissector,
    Expression,
    For,
    FrameBytes,
    Function,
    GivenCall,
    KeyBytes,
    Local,
    LocalUse,
    NewRecord,
    RecordType,
)
from pcapkit.translate.walk import expressions_in, statements_in, whole

MOST = 4
"""Searches of a frame that are foreseen; as PCAPKIT_SPOTS in table.h."""


@dataclass
class Foreseen:
    """The searches of one function that its frame and packet tell, and the assignments that lead to their keys."""

    function: Function
    searches: list[GivenCall]
    assigned: list[Assign] = field(default_factory=list)


def foreseen(dissector: Dissector, functions: list[Function], effects: Effects) -> list[Foreseen]:
    """The searches of all functions, at most MOST."""
    found: list[Foreseen] = []
    room = MOST
    for function in functions:
        one = _in_function(dissector, function, room, effects)
        if one.searches:
            found.append(one)
            room -= len(one.searches)
    return found


def _in_function(dissector: Dissector, function: Function, room: int, effects: Effects) -> Foreseen:
    assert function.body is not None
    made = Foreseen(function, [])
    needed: set[Local] = set()
    once = _assigned_once(function)
    for part in expressions_in(function.body):
        if not (isinstance(part, GivenCall) and part.name == "find") or len(made.searches) == room:
            continue
        table, key = part.arguments
        locals_: set[Local] = set()
        if _leads_to_capture(table, dissector) and _is_told(key, dissector, effects, once, locals_):
            made.searches.append(part)
            needed |= locals_
    made.assigned = [
        statement
        for statement in statements_in(function.body)
        if isinstance(statement, Assign) and isinstance(statement.target, LocalUse) and statement.target.local in needed
    ]
    return made


def _assigned_once(function: Function) -> dict[Local, Expression]:
    """The locals that have one assignment, and what it assigns."""
    assert function.body is not None
    values: dict[Local, Expression] = {}
    others = set(function.parameters)
    for statement in statements_in(function.body):
        if isinstance(statement, For):
            others.add(statement.local)
        elif isinstance(statement, Assign) and isinstance(statement.target, LocalUse):
            local = statement.target.local
            if local in values:
                others.add(local)
            values[local] = statement.value
    return {local: value for local, value in values.items() if local not in others}


def _leads_to_capture(table: Expression, dissector: Dissector) -> bool:
    """Whether a table is an attribute of the capture that the function was given."""
    while isinstance(table, AttributeUse):
        table = table.of
    return _is_given(table) and isinstance(table.type, RecordType) and table.type.record is dissector.capture


def _is_given(value: Expression) -> bool:
    return isinstance(value, LocalUse) and value.local.parameter


def _is_told(
    value: Expression, dissector: Dissector, effects: Effects, once: dict[Local, Expression], needed: set[Local]
) -> bool:
    """Whether frame and packet alone tell a value; `needed`: the locals that it is made of."""
    for part in whole(value):
        match part:
            case NewRecord() | GivenCall(name="find") | AttributeUse(attribute=Attribute(rare=True)):
                return False
            case GivenCall(name=name) if name in CHANGING:
                return False
            case Call(function=called) if effects.function_changes(called) or effects.takes_memory(called):
                return False
            case LocalUse(local=local) if local.parameter:
                record = isinstance(local.type, RecordType) and local.type.record is dissector.packet
                if not record and not isinstance(local.type, FrameBytes):
                    return False
            case LocalUse(local=local):
                if local in needed:
                    continue
                if local not in once or not _is_told(once[local], dissector, effects, once, needed):
                    return False
                needed.add(local)
    return True


def print_ahead(found: list[Foreseen], dissector: Dissector, names: CNames, effects: Effects) -> Lines:
    """A function for each, and one that calls them all: run_ahead."""
    capture, packet = names.of(dissector.capture), names.of(dissector.packet)
    lines: Lines = []
    calls: Lines = []
    spots = 0
    for place, one in enumerate(found):
        parameters = [_parameter(local, dissector, names) for local in one.function.parameters]
        head = ", ".join(["Spot *spots", *(parameter for parameter in parameters if parameter)])
        lines += ["", "", f"cdef void ahead_{place}({head}) noexcept nogil:"]
        lines += [INDENT + line for line in _body(one, names, effects)]
        given = [_argument(local, dissector) for local in one.function.parameters]
        calls.append(f"ahead_{place}({', '.join([f'spots + {spots}', *(value for value in given if value)])})")
        spots += len(one.searches)
    lines += ["", "", "cdef enum:", f"{INDENT}SPOTS = {spots}", "", ""]
    lines.append(f"cdef void run_ahead({capture} *capture, {packet} *packet, Frame frame, Spot *spots) noexcept nogil:")
    return [*lines, *(INDENT + call for call in calls or ["pass"])]


def _body(one: Foreseen, names: CNames, effects: Effects) -> Lines:
    expressions = Expressions(names, effects, set())
    lines: Lines = []
    declared = []
    for statement in one.assigned:
        assert isinstance(statement.target, LocalUse)
        local = statement.target.local
        name = own(local.name)
        declared.append((names.type_of(local.type), name))
        if isinstance(local.type, KeyBytes):
            text = expressions.key(statement.value, lines, name)
        else:
            text = expressions.text(statement.value, lines)
        if text != name:
            lines.append(f"{name} = {text}")
    for place, search in enumerate(one.searches):
        table, key = search.arguments
        key_name = expressions.text(key, lines)
        lines.append(f"table_ahead(spots + {place}, {expressions.text(table, lines)}, &{key_name})")
    declared += expressions.declared
    return [*(f"cdef {kind} {name}".replace("* ", "*") for kind, name in declared), *lines]


def _parameter(local: Local, dissector: Dissector, names: CNames) -> str:
    """A parameter as the function declares it, "" for one that nothing foreseen can use."""
    return f"{names.type_of(local.type)} {own(local.name)}".replace("* ", "*") if _argument(local, dissector) else ""


def _argument(local: Local, dissector: Dissector) -> str:
    match local.type:
        case RecordType(record=record) if record is dissector.capture:
            return "capture"
        case RecordType(record=record) if record is dissector.packet:
            return "packet"
        case FrameBytes():
            return "frame"
    return ""
