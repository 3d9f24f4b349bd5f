"""Modules of the subset in two forms: as Python runs them, and compiled."""

import importlib.util
import itertools
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pcapkit.dissector import Dissector, find_one
from pcapkit.native import build
from pcapkit.native.compiling import compile_into, extension, to_c
from pcapkit.native.print_module import print_functions
from tests.needs import PROJECT, need
from tests.translate.running import HEAD

_numbers = itertools.count()


def need_compiler() -> None:
    """Skip where nothing can be compiled."""
    need(importlib.util.find_spec("Cython") is not None, "Cython")
    need(importlib.util.find_spec("setuptools") is not None, "setuptools")
    need(shutil.which("gcc") is not None or shutil.which("cc") is not None, "a C compiler")


_handshake: list[Dissector] = []


def compiled_handshake(folders: pytest.TempPathFactory) -> Dissector:
    """A copy of the handshake dissector with its compiled form beside it, the same one for all tests."""
    need_compiler()
    if not _handshake:
        source = folders.mktemp("compiled") / "tcp_handshake.py"
        shutil.copy(PROJECT / "dissectors" / "tcp_handshake.py", source)
        build(source)
        _handshake.append(find_one(str(source)))
    return _handshake[0]


class Both:
    """The functions of one module, interpreted and compiled."""

    def __init__(self, folder: Path, source: str, entries: list[str], head: str = HEAD) -> None:
        """Write it, import it, compile it."""
        need_compiler()
        self.entries = entries
        name = f"both_{next(_numbers)}"
        path = folder / f"{name}.py"
        path.write_text(head + source, encoding="utf-8")
        self.python = imported(name, path)
        made = extension(path)
        made.extra_compile_args += ["-O1"]
        made.sources = [str(to_c(print_functions(path, entries), folder / name, made.name))]
        self.native: Any = imported(made.name, compile_into(made, folder, folder / name))

    def agree(self, *arguments: Any, entry: str) -> Any:
        """Call a function in both forms; the results have to be the same, in value and in kind."""
        wanted = getattr(self.python, entry)(*arguments)
        wanted = int(wanted) if isinstance(wanted, int) and not isinstance(wanted, bool) else wanted
        got = getattr(self.native, entry)(*arguments)
        assert (type(got), got) == (type(wanted), wanted), f"{entry}{arguments}: native {got!r}, Python {wanted!r}"
        return wanted


def together(modules: Mapping[str, str]) -> str:
    """Several modules that each have a function f, as one in which these are called f0, f1 ...; all names apart."""
    texts = []
    for number, text in enumerate(modules.values()):
        declared = re.findall(r"^(?:def|class) (\w+)|^(\w+): Final", text, re.MULTILINE)
        for name in filter(None, (name for pair in declared for name in pair)):
            text = re.sub(rf"(?<![\w.]){name}\b(?!\s*=\s[^=])", f"{name}{number}", text)
            text = re.sub(rf"^{name}(?=: Final)", f"{name}{number}", text, flags=re.MULTILINE)
        texts.append(text)
    return "\n\n".join(texts)


def imported(name: str, path: Path) -> ModuleType:
    """A module from its file."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
