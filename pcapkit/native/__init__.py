"""Dissectors as native code: the same source, translated to Cython and compiled; Python where that is not possible.

`begin(dissector)` starts on a capture, natively where it can; `available` says why not. `print_cython(path)` gives
the Cython source of a dissector, `build(path)` compiles it beside its source. PCAPKIT_NO_EXTENSIONS=1 in the
environment keeps everything in Python, at build time and at run time.
"""

from typing import TYPE_CHECKING

from pcapkit.native.limit import memory_limit
from pcapkit.native.loading import NativeRun, available, begin, describe, load, state

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NativeRun", "available", "begin", "build", "describe", "load", "memory_limit", "print_cython", "state"]


def print_cython(path: "Path | str") -> str:
    """The Cython source of the dissector in the file `path`. Raises TranslationError, FileError."""
    from pcapkit.native.print_module import print_cython

    return print_cython(path)


def build(path: "Path | str", folder: "Path | str | None" = None) -> "Path":
    """Compile the dissector in the file `path`; its extension goes into `folder`, else beside it.

    Raises TranslationError, FileError, and OptionError where Cython, setuptools or a compiler is missing.
    """
    from pcapkit.native.compiling import build

    return build(path, folder)
