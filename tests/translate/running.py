"""A module of the subset run in Python and, translated, in every Lua there is."""

import importlib
import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from pcapkit.translate.plugin import translate_functions

LUAS = ("lua51", "lua52", "lua53", "lua54", "lua55", "luajit20", "luajit21")

HEAD = """\
from typing import Final

from pcapkit.subset import (
    I64, U8, U16, U32, U52, Frame, Key, Names, Queue, Rare, Table, has, including, part, record, u8, u16, u32,
)

"""

# A name that is not there would be nil in silence, and an assignment to one would make a global.
STRICT = """
setmetatable(_G, {
    __index = function(_, name) error("no such global: " .. tostring(name)) end,
    __newindex = function(_, name) error("a new global: " .. tostring(name)) end,
})
"""

_numbers = itertools.count()


class Twins:
    """One module in all its forms."""

    def __init__(self, folder: Path, source: str, head: str = HEAD, entries: list[str] | None = None) -> None:
        """Write it to a file, import it, translate it, and load that into each Lua."""
        name = f"twin_{next(_numbers)}"
        path = folder / f"{name}.py"
        path.write_text(head + source, encoding="utf-8")
        self.python = _imported(name, path)
        self.lua = translate_functions(path, entries or [key for key in vars(self.python) if not key.startswith("_")])
        self.functions = {lua: run_lua(lua, self.lua) for lua in LUAS}

    def agree(self, *arguments: Any, entry: str = "f") -> Any:
        """Call a function everywhere; the results have to be the same, in value and in kind."""
        wanted = getattr(self.python, entry)(*arguments)
        wanted = int(wanted) if isinstance(wanted, int) and not isinstance(wanted, bool) else wanted
        for lua, functions in self.functions.items():
            got = functions[entry](*arguments)
            assert (type(got), got) == (type(wanted), wanted), f"{lua}: {got!r}, Python: {wanted!r}\n{self.lua}"
        return wanted


def run_lua(lua: str, text: str) -> Any:
    """What a chunk returns, run in one of the Luas with nothing of Python in reach."""
    runtime = importlib.import_module(f"lupa.{lua}").LuaRuntime(
        encoding=None, register_eval=False, register_builtins=False, unpack_returned_tuples=True
    )
    runtime.execute(STRICT.encode())
    table = runtime.execute(text.encode())
    return {name.decode(): function for name, function in table.items()}


def _imported(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
