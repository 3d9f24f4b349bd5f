"""Commands that mend things, ready to be typed: pcapkit as it was called, and the files that only a hand removes."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from pcapkit.errors import FileError
from pcapkit.wireshark import manifest
from pcapkit.wireshark.program import Wireshark


def called() -> str:
    """This program as it was called: its name alone only where the shell finds it by that."""
    first = sys.argv[0] if sys.argv else ""
    if Path(first).parts[-2:] == ("pcapkit", "__main__.py"):
        return f"{shlex.quote(sys.executable)} -m pcapkit"
    if not os.path.basename(first).startswith("pcapkit"):
        return "pcapkit"
    found = shutil.which("pcapkit")
    return "pcapkit" if found is not None and os.path.realpath(found) == os.path.realpath(first) else shlex.quote(first)


def install(*, force: bool = False, everyone: bool = False) -> str:
    """The command that puts everything in place."""
    return f"{_as_root(everyone)}{called()} wireshark install{_options(everyone, force)}"


def uninstall(*, everyone: bool = False) -> str:
    """The command that takes away what the other one put there."""
    return f"{_as_root(everyone)}{called()} wireshark uninstall{_options(everyone, False)}"


def remove(path: Path) -> str:
    """The command that removes a file which pcapkit did not put there."""
    allowed = os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    return f"{_as_root(not allowed)}rm {shlex.quote(str(path))}"


class Installed:
    """What pcapkit itself put into the folders of a Wireshark, as its lists and the files themselves say."""

    def __init__(self, wireshark: Wireshark) -> None:
        """A list that cannot be read counts as empty. To be asked with the user's rights."""
        self._personal = _listed(wireshark.configuration)
        self._everyone = _listed(wireshark.global_configuration)
        self._places = {wireshark.plugins, wireshark.extcap, wireshark.global_plugins, wireshark.global_extcap}
        self._for_all = {wireshark.global_plugins, wireshark.global_extcap}

    def renew(self, path: Path, found: bytes, name: str) -> str:
        """How that file becomes the current one. name: what install calls it."""
        everyone = path.parent in self._for_all
        if not self._is_place(path, name):
            return f"{remove(path)}; then {install()}"
        written = self._personal.wrote(path, found) or self._everyone.wrote(path, found)
        return install(force=not written, everyone=everyone)

    def keep_one(self, found: Sequence[tuple[Path, bytes]], name: str, wanted: Iterable[bytes]) -> str:
        """How only one of those files remains. wanted: what install would write; name: what it calls it."""
        current = list(wanted)
        own = [path for path, content in found if self._is_own(path, content, name, current)]
        steps = [remove(path) for path, _ in found if path not in own]
        if not own:
            return f"{'; '.join(steps)}; then {install()}"
        if len(own) > 1:
            steps.append(" or ".join(uninstall(everyone=path.parent in self._for_all) for path in own))
        return "; ".join(steps)

    def _is_place(self, path: Path, name: str) -> bool:
        return path.parent in self._places and path.name == name

    def _is_own(self, path: Path, content: bytes, name: str, wanted: list[bytes]) -> bool:
        listed = path in self._personal.files or path in self._everyone.files
        return listed or (self._is_place(path, name) and content in wanted)


def _listed(configuration: Path) -> manifest.Manifest:
    try:
        return manifest.read(configuration)
    except FileError:  # the doctor says so by itself
        return manifest.Manifest(configuration / manifest.NAME)


def _as_root(needed: bool) -> str:
    return "sudo " if needed and sys.platform != "win32" else ""


def _options(everyone: bool, force: bool) -> str:
    return (" --global" if everyone else "") + (" --force" if force else "")
