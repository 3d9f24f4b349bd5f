"""How much fits into Lua: locals, names from outside, nesting. Some versions stop loading a file beyond that."""

from pcapkit.translate.diagnostics import Diagnostics, Refusal
from pcapkit.translate.reach import Reached
from pcapkit.translate.sections import count_names
from pcapkit.translate.tree import (
    Arithmetic,
    Attribute,
    AttributeUse,
    Block,
    Call,
    ConstantUse,
    Expression,
    For,
    Function,
    GivenCall,
    LocalUse,
    MemberUse,
    NewRecord,
    Place,
    Program,
    RecordType,
)
from pcapkit.translate.walk import expressions_in, inside, own_blocks, own_expressions, statements_in

MOST_LOCALS = 190
"""Of 200 that a function of any Lua can have at a time; the file itself is one. The rest is for loops at that level."""

MOST_USED = 60
"""Lua 5.1 and LuaJIT: names from outside that one function can use."""

MOST_NESTED = 60
"""Of 200 levels that the parser of any Lua takes; a level here can be three there."""


def check_limits(program: Program, reached: Reached, hand_written: int) -> None:
    """Refuse what some Lua could not load; `hand_written`: the locals of prelude and glue.

    Raises TranslationError.
    """
    diagnostics = Diagnostics()
    count = count_names(program, reached) + hand_written
    entry = next((made.place for made in reached.found if isinstance(made, Function)), Place("", 1, 1))
    if program.dissector is not None:
        entry = program.dissector.function.place
    if count > MOST_LOCALS:
        diagnostics.add(Place(entry.file, 1, 1), Refusal.TOO_MANY_NAMES, count=count, most=MOST_LOCALS)
    for function in reached.found:
        if isinstance(function, Function):
            _check_function(function, diagnostics)
    diagnostics.raise_any()


def _check_function(function: Function, diagnostics: Diagnostics) -> None:
    assert function.body is not None
    names: set[object] = set()
    places = set(function.parameters)
    for expression in expressions_in(function.body):
        names |= set(_outside(expression))
        if isinstance(expression, LocalUse):
            places.add(expression.local)
    places |= {statement.local for statement in statements_in(function.body) if isinstance(statement, For)}
    name, place = function.name, function.place
    if len(places) > MOST_LOCALS:
        diagnostics.add(place, Refusal.TOO_MANY_LOCALS, name=name, count=len(places), most=MOST_LOCALS)
    if len(names) > MOST_USED:
        diagnostics.add(place, Refusal.TOO_MANY_USED, name=name, count=len(names), most=MOST_USED)
    if _depth(function.body) > MOST_NESTED:
        diagnostics.add(place, Refusal.NESTED, name=name, most=MOST_NESTED)


def _outside(expression: Expression) -> tuple[object, ...]:
    """What an expression takes from outside its function."""
    match expression:
        case Call(function=called):
            return (called,)
        case ConstantUse(constant=constant):
            return (constant,)
        case MemberUse(names=names):
            return (names,)
        case NewRecord(record=record):
            return (record,)
        case AttributeUse(attribute=Attribute(rare=True), type=RecordType(record=record)):
            return record, "rare"
        case GivenCall(name=name):
            return (name, f"{name} of {expression.type}") if name == "add" else (name,)
        case Arithmetic(op=op) if op in {"//", "<<", ">>"}:
            return "floor", "power"
        case _:
            return ()


def _depth(block: Block) -> int:
    """How many blocks and expressions stand in one another at most."""
    most = 0
    for statement in block.statements:
        depths = [_expression_depth(expression) for expression in own_expressions(statement)]
        depths += [_depth(inner) for inner in own_blocks(statement)]
        most = max([most, *depths])
    return most + 1


def _expression_depth(expression: Expression) -> int:
    """How deep an expression nests to the right or in calls; a chain to the left takes no room."""
    most = 0
    parts = inside(expression)
    while parts:
        most = max([most, *(1 + _expression_depth(part) for part in parts[1:])])
        if len(parts) == 1:
            most += 1
        parts = inside(parts[0])
    return most
