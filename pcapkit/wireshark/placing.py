"""Putting files in their places, and taking exactly those away again; what a user wrote or changed is left alone."""

import contextlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcapkit.errors import WriteError
from pcapkit.wireshark.contents import SETTINGS, SIGHT, Item
from pcapkit.wireshark.manifest import Entry, Manifest, digest

KEPT: Final = "kept"
_EFFECTIVE: Final = os.access in os.supports_effective_ids  # of whom root acts for


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: a word, the path, and a remark or "". in_the_way: it hinders what was asked for."""

    word: str
    path: Path
    remark: str = ""
    in_the_way: bool = False


class Placing:
    """Works on one manifest and the files that it lists."""

    def __init__(self, manifest: Manifest, *, force: bool, everyone: bool) -> None:
        """force: also what a user wrote or changed. everyone: all users must be able to read the files."""
        self._manifest = manifest
        self._force = force
        self._everyone = everyone

    def install(self, items: list[Item], kinds: Collection[str]) -> list[Outcome]:
        """Put these files in place; remove what was installed of these kinds and is no longer among them."""
        paths = {item.path for item in items}
        former = [path for path, entry in self._manifest.files.items() if entry.kind in kinds and path not in paths]
        return [self._put(item) for item in items] + self._remove(former)

    def uninstall(self, kinds: Collection[str]) -> list[Outcome]:
        """Remove what was installed of these kinds, and the folders made for it in which nothing is left."""
        return self._remove([path for path, entry in self._manifest.files.items() if entry.kind in kinds])

    def adopt(self, items: list[Item]) -> None:
        """Take files that are as `install` would write them for written by it, though they are not listed."""
        for item in items:
            if item.path not in self._manifest.files and item.is_there():
                self._manifest.files[item.path] = Entry(item.kind, digest(item.content))
                folder = item.path.parent
                if item.kind in (SETTINGS, SIGHT) and folder not in self._manifest.folders:  # that one is the profile's
                    self._manifest.folders.append(folder)

    def _put(self, item: Item) -> Outcome:
        path, manifest = item.path, self._manifest
        found = _content(path)
        if found == item.content and not self._lacks(item):
            if path not in manifest.files:  # the list was lost: whoever put it there, it is this command's
                self.adopt([item])
                self._write(manifest.path, manifest.text())
                return Outcome("unchanged", path, "was not listed as installed, and is from now on")
            return Outcome("unchanged", path)
        if found is not None and item.kind == SIGHT and not self._force:
            return Outcome("unchanged", path, "" if path in manifest.files else "put there by Wireshark")
        if found not in (None, item.content) and not self._force and not manifest.wrote(path, found):
            mine = path in manifest.files
            who = "changed since it was installed" if mine else "not put there by this command"
            # A profile is there to be changed: whoever did so still has all that was asked for.
            return Outcome(KEPT, path, f"{who}; --force replaces it", not (mine and item.kind == SETTINGS))
        self._write(path, item.content, item.mode)
        manifest.files[path] = Entry(item.kind, digest(item.content))
        self._write(manifest.path, manifest.text())
        return Outcome("installed" if found is None else "updated", path)

    def _remove(self, paths: list[Path]) -> list[Outcome]:
        outcomes = [self._take(path) for path in paths]
        if not outcomes:
            return []
        manifest = self._manifest
        if not manifest.files:
            _unlink(manifest.path)
        for folder in reversed(manifest.folders):
            with contextlib.suppress(OSError):  # something else is in it, or it is gone
                folder.rmdir()
        manifest.folders = [folder for folder in manifest.folders if os.path.isdir(folder)]
        if manifest.files:
            self._write(manifest.path, manifest.text())
        return outcomes

    def _take(self, path: Path) -> Outcome:
        found = _content(path)
        sight = self._manifest.files[path].kind == SIGHT
        if found is not None and not self._force and not sight and not self._manifest.wrote(path, found):
            return Outcome(KEPT, path, "changed since it was installed; --force removes it", True)
        del self._manifest.files[path]
        if found is None:
            return Outcome("gone", path, "removed by somebody else")
        _unlink(path)
        return Outcome("removed", path)

    def _lacks(self, item: Item) -> bool:
        """Whether it is a program, and may not be run."""
        return bool(item.mode & 0o111) and not os.access(item.path, os.X_OK, effective_ids=_EFFECTIVE)

    def _write(self, path: Path, content: bytes, mode: int = 0o644) -> None:
        """Write a file whole or not at all, and the folders that it needs."""
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._make(path.parent)
            beside.write_bytes(content)
            if self._everyone or mode & 0o111:
                beside.chmod(mode)
            beside.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise _unwritten(path, error) from None

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir()
        if self._everyone:
            folder.chmod(0o755)
        if folder not in self._manifest.folders:
            self._manifest.folders.append(folder)


def _content(path: Path) -> bytes | None:
    """What is in the file; None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise WriteError(f"{path}: is in the way and cannot be read: {error.strerror}") from None


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritten(path, error) from None


def _unwritten(path: Path, error: OSError) -> WriteError:
    hint = "; for everyone's folders run it as root, with sudo" if isinstance(error, PermissionError) else ""
    return WriteError(f"{path}: cannot be written or removed: {error.strerror}{hint}")
