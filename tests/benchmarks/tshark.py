"""tshark with and without the generated plugin, in a home of its own, not as root, as whom it ignores plugins."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import Usage, measure
from tests.benchmarks.peers import PEERS, pcapkit
from tests.benchmarks.programs import Programs
from tests.benchmarks.unavailable import Unavailable
from tests.needs import PROJECT

NOBODY: Final = "65534"


class Tshark:
    """The plugin, translated now, and the user who runs tshark."""

    def __init__(self, folder: Path) -> None:
        """folder: empty, and to be read by others. Raises Unavailable."""
        PEERS["tshark"].needed()
        self._folder = folder
        self._plugin = folder / "tcp_handshake.lua"
        source = PROJECT / "dissectors" / "tcp_handshake.py"
        done = subprocess.run([pcapkit(), "translate", source, "-o", self._plugin], capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"the plugin: {done.stderr.strip()}")
        self._empty = folder / "empty.lua"
        shutil.copyfile(Path(__file__).with_name("empty.lua"), self._empty)
        self._before: list[str] = []
        if os.geteuid() == 0:
            if shutil.which("setpriv") is None:
                raise Unavailable("setpriv (Debian package util-linux), to run tshark as an ordinary user")
            self._before = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
            folder.chmod(0o755)
            for script in (self._plugin, self._empty):
                script.chmod(0o644)

    @staticmethod
    @contextlib.contextmanager
    def maybe(bench: Bench) -> Iterator["Tshark | None"]:
        """tshark, or None and a note where it cannot be had."""
        with tempfile.TemporaryDirectory(prefix="pcapkit-tshark-") as folder:
            found = None
            try:
                found = Tshark(Path(folder))
            except Unavailable as missing:
                bench.missing(f"tshark: needs {missing}")
            yield found

    def plain(self, capture: Path, *options: str) -> list[str | Path]:
        """Its command line for a capture, without the plugin."""
        return [*self._before, "tshark", "-n", "-r", capture, *options]

    def plugged(self, capture: Path, *options: str) -> list[str | Path]:
        """The same with the plugin."""
        return [*self.plain(capture, *options), "-X", f"lua_script:{self._plugin}"]

    def burdened(self, capture: Path, *options: str) -> list[str | Path]:
        """The same with a post-dissector that does nothing."""
        return [*self.plain(capture, *options), "-X", f"lua_script:{self._empty}"]

    def run(self, programs: Programs, command: Sequence[str | Path], output: Path = Path(os.devnull)) -> Usage:
        """Run such a command line, in the empty home."""
        home = {"HOME": str(self._folder / "home"), "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        return measure(programs, command, environment=home, output=output)
