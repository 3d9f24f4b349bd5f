"""A home for tshark and sharkd: a private folder, an ordinary user, and nothing of anybody's settings.

As root they ignore plugins in silence from 4.2 on, so root runs them as nobody. WIRESHARK_CONFIG_DIR does not move the
folder of Lua plugins, so HOME itself is moved.

What root writes once that user can be at work, lies in folders of root's alone: a link planted in its way would have
root write, or give away, any file there is.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final

NOBODY: Final = 65534
PLUGIN_FOLDER: Final = ".local/lib/wireshark/plugins"  # on all versions


class WiresharkHome:
    """The private folder, with the plugin in it. To be closed."""

    def __init__(self, plugin: str, title: str) -> None:
        """Write the plugin; title: the file name that error messages show.

        As root: the folder and the plugin are root's, home, config, data, cache and run are the other user's.
        """
        self._root = Path(tempfile.mkdtemp(prefix="pcapkit-crosscheck-"))
        self._other_user = os.geteuid() == 0
        self._copies: list[Path] = []
        folder = self._root / "home" / PLUGIN_FOLDER
        folder.mkdir(parents=True)
        name = Path(title).name
        self.plugin = self._root / (name if name.endswith(".lua") else f"{name}.lua")
        for place in (self.plugin, folder / self.plugin.name):
            place.write_text(plugin, encoding="utf-8", errors="surrogateescape")
        places = [self._root / name for name in ("config", "data", "cache", "run")]
        for place in places:
            place.mkdir(mode=0o700)
        if self._other_user:
            home = self._root / "home"
            for path in (*home.rglob("*"), home, *places):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
            self.plugin.chmod(0o644)
            # Last: until now the other user could not come in at all.
            self._root.chmod(0o711)

    def readable(self, capture: Path) -> Path:
        """The capture, or a copy of it where the other user may not read it.

        Standard input will not do: tshark refuses a pipe with -2, and sharkd takes none.
        """
        capture = capture.absolute()
        if not self._other_user or _anyone_reads(capture):
            return capture
        folder = Path(tempfile.mkdtemp(prefix="capture-", dir=self._root))
        self._copies.append(folder)
        folder.chmod(0o711)
        copy = folder / capture.name
        with (
            open(capture, "rb") as source,
            open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o400), "wb") as target,
        ):
            shutil.copyfileobj(source, target, 1 << 20)
            os.fchown(target.fileno(), NOBODY, NOBODY)
        return copy

    def start(
        self, command: Sequence[str], errors: IO[bytes] | int, *, personal_plugin: bool
    ) -> subprocess.Popen[bytes]:
        """Run a program here, its standard output a pipe; `errors` takes its standard error.

        personal_plugin: whether it finds the plugin as a personal one (sharkd has no option to name it).
        """
        home = self._root / ("home" if personal_plugin else "config")
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(self._root / "config"),
            "XDG_DATA_HOME": str(self._root / "data"),
            "XDG_CACHE_HOME": str(self._root / "cache"),
            "XDG_RUNTIME_DIR": str(self._root / "run"),
        }
        identity: dict[str, Any] = {}
        if self._other_user:
            identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=self._root,
            env=environment,
            start_new_session=True,
            **identity,
        )

    def forget_capture(self) -> None:
        """Remove the copies of captures."""
        while self._copies:
            self._remove(self._copies.pop())

    def close(self) -> None:
        """Remove the folder."""
        self._remove(self._root)

    def _remove(self, folder: Path) -> None:
        # Where rmtree could be led elsewhere by a link, root rather leaves behind what another user can write to.
        if shutil.rmtree.avoids_symlink_attacks or not self._other_user:
            shutil.rmtree(folder, ignore_errors=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started, at once: inside a Lua loop tshark does not heed SIGTERM."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _anyone_reads(path: Path) -> bool:
    """Whether the permissions let every user read this file."""
    try:
        real = path.resolve(strict=True)
        return bool(real.stat().st_mode & 0o004) and all(
            folder.stat().st_mode & 0o001 for folder in (*real.parents, *path.parents)
        )
    except OSError:
        return False
