"""The benchmark's own C programs (folder c), compiled where they are needed."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.benchmarks.unavailable import Unavailable

SOURCES: Final = Path(__file__).parent / "c"


class Programs:
    """Compiles each program once, into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def path(self, name: str, *, shared: bool = False) -> Path:
        """The program, or with `shared` the library, made from c/NAME.c. Raises Unavailable without a compiler."""
        if name not in self._made:
            self._made[name] = self._compile(name, shared)
        return self._made[name]

    def _compile(self, name: str, shared: bool) -> Path:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            raise Unavailable("a C compiler (Debian packages gcc and libc6-dev)")
        made = self._folder / f"{name}{'.so' if shared else ''}"
        options = ["-O2", "-Wall", "-Wextra", "-Werror", *(["-shared", "-fPIC"] if shared else [])]
        done = subprocess.run(
            [compiler, *options, "-o", str(made), str(SOURCES / f"{name}.c")], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise Unavailable(f"a compiler that takes c/{name}.c: {done.stderr.strip()[:500]}")
        return made
