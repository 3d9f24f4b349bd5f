"""One Lua with the shim of Wireshark's API and one plugin in it."""

import importlib
from functools import cache
from importlib.resources import files
from typing import Any, Final

LUAS: Final = ("lua51", "lua52", "lua53", "lua54", "lua55", "luajit20", "luajit21")
SHIM: Final = ("values", "constants", "protocol", "frame", "tree", "host")
MAX_MEMORY: Final = 1 << 30  # bytes; LuaJIT takes no limit of lupa's
BYTECODE: Final = "\x1b"

Pairs = tuple[Any, ...]
"""What a plugin added to a frame: number of a field, value, number of a field, value, ..."""


class PluginError(Exception):
    """The plugin does not load, or raised."""


def lua_module(name: str) -> Any:
    """The module of lupa that carries this Lua; raises ImportError where lupa has none for it."""
    return importlib.import_module(f"lupa.{name}")


@cache
def shim_texts() -> tuple[tuple[str, bytes], ...]:
    """The shim's files, by name, in the order of loading."""
    folder = files("pcapkit.crosscheck").joinpath("shim")
    return tuple((part, folder.joinpath(f"{part}.lua").read_bytes()) for part in SHIM)


class LuaHost:
    """A plugin, loaded and ready for frames."""

    def __init__(self, name: str, plugin: str, title: str) -> None:
        """Load the shim and the plugin; title: what error messages call it. Raises PluginError, ImportError."""
        module = lua_module(name)
        self._error: type[Exception] = module.LuaError
        sandbox: dict[str, Any] = {"encoding": None, "register_eval": False, "register_builtins": False}
        if not name.startswith("luajit"):
            sandbox["max_memory"] = MAX_MEMORY
        runtime = module.LuaRuntime(**sandbox)
        self.version: str = runtime.lua_implementation.decode("ascii", "replace")
        shim = runtime.table()
        for part, text in shim_texts():
            runtime.execute(text, shim, name=f"@shim/{part}.lua".encode())
        if plugin.startswith(BYTECODE):
            raise PluginError(f"{title} is compiled Lua; only source is run")
        try:
            chunk = runtime.compile(plugin.encode("utf-8", "surrogateescape"), name=f"@{title}".encode())
            listed = shim[b"load"](chunk)
        except (self._error, MemoryError) as error:
            raise PluginError(_text(error)) from error
        self.fields: list[tuple[str, str]] = [
            (name, kind) for _, name, kind in (entry.split("\n") for entry in listed.decode().split("\n\n"))
        ]
        self._begin = shim[b"begin"]
        self._deliver = shim[b"deliver"]

    def begin(self) -> None:
        """Open the next capture: the plugin forgets the one before. Raises PluginError."""
        try:
            self._begin()
        except (self._error, MemoryError) as error:
            raise PluginError(_text(error)) from error

    def deliver(self, visited: bool, frame: tuple[Any, ...]) -> Pairs | None:
        """Show one frame: (number, bytes, and what shim.deliver takes after them). Raises PluginError."""
        try:
            added: Pairs | None = self._deliver(frame[0], visited, *frame[1:])
        except (self._error, MemoryError, OverflowError) as error:
            raise PluginError(_text(error)) from error
        return added


def _text(error: BaseException) -> str:
    """The first line of a Lua error: what follows is a traceback through the shim."""
    if isinstance(error, MemoryError):
        return "not enough memory"
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0]
