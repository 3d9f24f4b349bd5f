"""Builds the engine and the dissectors as native code, where that is possible, and the manual page.

All else stands in pyproject.toml.
"""

import os
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # what is built is translated by what is being built

from pcapkit.cli.shell.commands import commands  # noqa: E402
from pcapkit.cli.shell.manual import manual  # noqa: E402
from pcapkit.fast import compiling as engine  # noqa: E402
from pcapkit.native.compiling import add_sources, extension  # noqa: E402
from pcapkit.version import VERSION  # noqa: E402

PACKAGE = "pcapkit_dissectors"
DISSECTORS = [path for path in sorted((HERE / "dissectors").glob("*.py")) if path.name != "__init__.py"]
OFF = os.environ.get("PCAPKIT_NO_EXTENSIONS", "0") not in {"", "0"}


class BuildNative(build_ext):
    """Compiles what it can. Without Cython or a compiler, pcapkit is whole all the same: it runs in Python."""

    def build_extension(self, ext):
        folder = Path(self.build_temp) / "pcapkit"
        source = HERE / "dissectors" / f"{ext.name.rpartition('.')[2].removesuffix('_native')}.py"
        what = "the fast path" if ext.name == engine.NAME else source.name
        try:
            if ext.name == engine.NAME:
                engine.add_sources(ext, folder)
            else:
                add_sources(ext, source, folder)
            super().build_extension(ext)
        except Exception as error:
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            print(f"pcapkit: {what} will run in Python, not as native code: {reason}", file=sys.stderr)


def manual_page():
    """Writes the manual page, out of the parsers that it describes; where to, from here."""
    page = HERE / "build" / "pcapkit.1"
    page.parent.mkdir(exist_ok=True)
    page.write_text("\n".join([*manual(commands(), VERSION), ""]), encoding="utf-8")
    return str(page.relative_to(HERE))


setup(
    ext_modules=[] if OFF else [engine.extension(), *(extension(path, PACKAGE) for path in DISSECTORS)],
    cmdclass={"build_ext": BuildNative},
    data_files=[("share/man/man1", [manual_page()])],
)
