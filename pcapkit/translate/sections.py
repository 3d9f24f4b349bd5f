"""The part of the Lua that comes from modules: a section for each, in `do ... end` what no other section uses."""

from collections.abc import Sequence
from dataclasses import replace

from pcapkit.translate import lua_tree as lua
from pcapkit.translate.lower import lower_declaration
from pcapkit.translate.lua_names import LuaNames
from pcapkit.translate.print_lua import print_lua
from pcapkit.translate.reach import Reached
from pcapkit.translate.tree import Constant, Declaration, Function, Module, NamesClass, Program


def sections(program: Program, reached: Reached, names: LuaNames) -> str:
    """The text of all sections; `names` learns what everything is called."""
    for module in program.modules:
        names.declare(module, reached.found)
    texts = []
    for module in program.modules:
        declarations = reached.in_order(module)
        if declarations:
            hidden = [made for made in declarations if made not in reached.shared]
            whole = module is program.modules[-1] or not hidden
            lowered = _flat(declarations, reached, names) if whole else _parted(declarations, reached, names)
            texts.append("\n" + print_lua([lua.Comment(_heading(module)), lua.Blank(), *lowered]))
    return "".join(texts)


def _parted(declarations: list[Declaration], reached: Reached, names: LuaNames) -> list[lua.Statement]:
    """What other sections use in the open, the rest out of their way: Lua has room for 200 locals at a time."""
    shared = [made for made in declarations if made in reached.shared]
    values = [made for made in shared if not isinstance(made, Function)]
    functions = [made for made in shared if isinstance(made, Function)]
    inner = _flat([made for made in declarations if made not in values], reached, names)
    announced = tuple(names.of(function) for function in functions)
    made: list[lua.Statement] = [*_flat(values, reached, names), lua.Blank()] if values else []
    if announced:
        made.append(lua.Local(announced))
    return [*made, lua.Do(tuple(_announced(statement, announced) for statement in inner))]


def _announced(statement: lua.Statement, names: tuple[str, ...]) -> lua.Statement:
    if isinstance(statement, lua.Function) and statement.name in names:
        return replace(statement, announced=True)
    return statement


def _flat(declarations: Sequence[Declaration], reached: Reached, names: LuaNames) -> list[lua.Statement]:
    """Declarations one after another: constants in a block, the rest apart."""
    made: list[lua.Statement] = []
    before: Declaration | None = None
    for declaration in declarations:
        remarks = declaration.remarks
        alone = remarks.apart or remarks.before or remarks.above
        if before is not None and (alone or not (isinstance(declaration, Constant) and isinstance(before, Constant))):
            made.append(lua.Blank())
        made += lower_declaration(declaration, names, declaration in reached.labelled)
        before = declaration
    return made


def _heading(module: Module) -> tuple[str, ...]:
    rule = "-" * max(3, 76 - len(module.name))
    return (f"{module.name} {rule}", *(["", *module.doc.splitlines()] if module.doc else []))


def count_names(program: Program, reached: Reached) -> int:
    """How many locals of the chunk there are at most at a time, those of prelude and glue not counted."""
    most = open_ = 0
    for module in program.modules:
        declarations = reached.in_order(module)
        shared = sum(_weight(made, reached) for made in declarations if made in reached.shared)
        most = max(most, open_ + sum(_weight(made, reached) for made in declarations))
        last = module is program.modules[-1]
        open_ += sum(_weight(made, reached) for made in declarations) if last else shared
    return max(most, open_)


def _weight(made: Declaration, reached: Reached) -> int:
    return 2 if isinstance(made, NamesClass) and made in reached.labelled else 1
