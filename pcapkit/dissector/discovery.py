"""Finding dissectors: by the entry point group `pcapkit.dissectors`, or by the path of a Python file."""

import importlib
import importlib.util
import os
import sys
from types import ModuleType
from typing import Final, get_type_hints

from pcapkit.dissector.run import Dissector
from pcapkit.entry_points import EntryPoint, entry_points
from pcapkit.errors import FileError, OptionError
from pcapkit.subset import fields_of

GROUP: Final = "pcapkit.dissectors"


def find() -> list[Dissector]:
    """All dissectors that are installed, pcapkit's own among them, by name."""
    return [_from_module(_installed(point)) for point in entry_points(GROUP)]


def find_one(name_or_path: str) -> Dissector:
    """The dissector of that name, or the one in that Python file."""
    if name_or_path.endswith(".py"):
        return _from_module(_load(name_or_path))
    points = entry_points(GROUP)
    for point in points:
        if point.name == name_or_path:
            return _from_module(_installed(point))
    known = ", ".join(point.name for point in points) or "none"
    raise OptionError(f"no dissector {name_or_path!r}: installed are {known}; or give the path of a .py file")


def _installed(point: EntryPoint) -> ModuleType:
    try:
        return importlib.import_module(point.module)
    except Exception as error:
        raise FileError(
            f"the installed dissector {point.name!r} ({point.module}) cannot be loaded: {type(error).__name__}: {error}"
        ) from error


def _load(path: str) -> ModuleType:
    if not os.path.isfile(path):
        raise FileError(f"{path}: no such dissector file")
    name = f"pcapkit_loaded_{os.path.splitext(os.path.basename(path))[0]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileError(f"{path}: Python cannot load this file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise FileError(f"{path}: loading it failed: {type(error).__name__}: {error}") from error
    return module


def _from_module(module: ModuleType) -> Dissector:
    for function in vars(module).values():
        declared = getattr(function, "DISSECTOR", None)
        if declared is None:
            continue
        name, title, protocol = declared
        hints = list(get_type_hints(function).values())
        if len(hints) != 7:
            raise FileError(f"{module.__file__}: {function.__name__} must take six arguments and return a bool")
        told = hints[5]
        return Dissector(
            name=name,
            title=title,
            protocol=protocol,
            file=module.__file__ or "",
            fields=fields_of(told),
            entry=function,
            capture=hints[0],
            told=told,
        )
    raise FileError(f"{module.__file__}: no function in it is marked with @dissector")
