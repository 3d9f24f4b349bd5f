"""The engine: runs of ordinary frames handled in native code, from bytes of a file or ring to commented blocks.

Python keeps the control and everything rare; where the engine is missing, Python does it all, with the same result.
`load()` gives the engine's module or the reason why there is none; `available()` that reason alone.
"""

import importlib.util
import os
from types import ModuleType
from typing import Final

from pcapkit.native.trust import OFF, distrusted, extension_in, is_off

__all__ = ["available", "load"]

_HERE: Final = os.path.dirname(__file__)
_loaded: "ModuleType | str | None" = None


def available() -> str | None:
    """Why frames are handled in Python, in one clause; None where the engine is there."""
    found = load()
    return found if isinstance(found, str) else None


def load() -> "ModuleType | str":
    """The engine's module, or why there is none."""
    global _loaded
    if is_off():
        return f"{OFF} is set"
    if _loaded is None:
        _loaded = _load()
    return _loaded


def _load() -> "ModuleType | str":
    path = extension_in(_HERE, "engine")
    if path is None:
        return "the engine is not compiled"
    # Before it is loaded: loading runs it.
    reason = distrusted(path)
    if reason is not None:
        return reason
    name = os.path.basename(path)
    spec = importlib.util.spec_from_file_location("pcapkit.fast.engine", path)
    if spec is None or spec.loader is None:
        return f"{name} is no module"
    try:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except Exception as error:
        return f"{name} cannot be loaded: {type(error).__name__}: {error}"
    from pcapkit.fast.sources import digest

    if getattr(module, "DIGEST", None) != digest():
        return f"{name} was compiled from another version of pcapkit: install it again"
    return module
