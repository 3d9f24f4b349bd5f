"""Compiling a dissector: Python source -> Cython -> C -> an extension module.

Needs Cython, setuptools and a C compiler.
"""

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pcapkit.errors import OptionError
from pcapkit.native.print_module import print_cython

if TYPE_CHECKING:
    from setuptools import Extension

FLAGS: Final = (
    "-O3",
    "-fwrapv",  # no sum is undefined
    "-fno-strict-aliasing",  # records lie in plain memory
    "-ffp-contract=off",  # the clock rounds as Python does
    "-Wno-unused-function",
)
HEADERS: Final = Path(__file__).parent


def module_name(stem: str) -> str:
    """What the compiled form of the dissector module `stem` is called; it lies beside the source."""
    return f"{stem}_native"


def extension(path: Path, package: str = "") -> "Extension":
    """The extension of the dissector at `path`, without sources yet: `add_sources` makes them."""
    from setuptools import Extension

    name = f"{package}.{module_name(path.stem)}" if package else module_name(path.stem)
    return Extension(name, sources=[], include_dirs=[str(HEADERS)], extra_compile_args=list(FLAGS), optional=True)


def add_sources(made: "Extension", path: Path, folder: Path) -> None:
    """Translate the dissector at `path` to Cython and on to C, in `folder`.

    Raises TranslationError with every refusal, ImportError without Cython.
    """
    made.sources = [str(to_c(print_cython(path), folder, module_name(path.stem)))]


def to_c(text: str, folder: Path, stem: str, included: Sequence[str] = ()) -> Path:
    """The C file that Cython makes of a Cython module. Raises ImportError without Cython.

    included: folders in which `include` finds what it names.
    """
    compiler: Any = importlib.import_module("Cython.Compiler.Main")
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"{stem}.pyx"
    source.write_text(text, encoding="utf-8")
    output = source.with_suffix(".c")
    result = compiler.compile(
        str(source), compiler.CompilationOptions(output_file=str(output), include_path=list(included))
    )
    if result.num_errors:
        raise RuntimeError(f"{source}: Cython found {result.num_errors} errors in what was translated")
    return output


def build(path: Path | str, folder: Path | str | None = None) -> Path:
    """Compile the dissector at `path`; the extension's file is put into `folder`, else beside the source.

    Raises TranslationError with every refusal, FileError where the file cannot be read, OptionError where Cython,
    setuptools or a compiler is missing.
    """
    import tempfile

    source = Path(path)
    into = source.parent if folder is None else Path(folder)
    try:
        made = extension(source)
        with tempfile.TemporaryDirectory() as scratch:
            add_sources(made, source, Path(scratch))
            return compile_into(made, into, Path(scratch))
    except ImportError as error:
        raise OptionError(f"compiling needs {error.name}: install it with 'pip install cython setuptools'") from error


def compile_into(made: "Extension", folder: Path, scratch: Path) -> Path:
    """Run the compiler; returns the extension's file. Raises OptionError with what the compiler said."""
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext
    from setuptools.errors import BaseError, CCompilerError

    made.optional = False
    command = build_ext(Distribution({"name": made.name, "ext_modules": [made]}))
    command.build_temp = str(scratch)
    command.build_lib = os.fspath(folder)
    command.ensure_finalized()
    try:
        command.run()
    except (CCompilerError, BaseError, OSError) as error:
        raise OptionError(f"the C compiler did not make {made.name}: {error}; is one installed?") from error
    return Path(command.get_ext_fullpath(made.name))
