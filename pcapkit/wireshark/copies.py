"""The copies of a plugin that Wireshark finds: under whatever file name, in whichever folder below its own."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcapkit.wireshark.program import Wireshark

GREATEST: Final = 4_000_000  # bytes: no plugin is larger, and nothing larger is read


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that declares the protocol. version: as it says itself, "" where it does not."""

    path: Path
    version: str
    content: bytes


def find(wireshark: Wireshark, name: str) -> list[Copy]:
    """All files below the plugin folders that declare this protocol, the personal ones first."""
    # Wireshark takes names that differ in case only for the same.
    declares = re.compile(
        rb"^(?![ \t]*--).*\bProto(?:\.new)?\s*\(\s*[\"']" + re.escape(name.encode()) + rb"[\"']", re.M | re.I
    )
    copies = []
    for path in _plugins(wireshark):
        try:
            with path.open("rb") as file:
                content = file.read(GREATEST)
        except OSError:
            continue  # see unreadable
        if declares.search(content):
            version = re.search(rb"\bversion\s*=\s*\"([\w.+-]{1,40})\"", content)
            copies.append(Copy(path, version[1].decode() if version else "", content))
    return copies


def unreadable(wireshark: Wireshark) -> list[tuple[Path, str]]:
    """The files that Wireshark passes over, since this user may not read them, and the system's words for that."""
    found = []
    for path in _plugins(wireshark):
        try:
            path.open("rb").close()
        except OSError as error:
            found.append((path, error.strerror or str(error)))
    return found


def _plugins(wireshark: Wireshark) -> list[Path]:
    """The Lua files that Wireshark loads at its start, each once: hidden ones are left out."""
    found: dict[str, Path] = {}
    entered: set[str] = set()
    if wireshark.plugins is None:
        return []
    # The one beside the settings is that of old versions; all versions up to 4.6 load from it still.
    for folder in (wireshark.plugins, wireshark.configuration / "plugins", wireshark.global_plugins):
        if folder is None:
            continue
        for where, inner, files in os.walk(folder, followlinks=True):
            if (real := os.path.realpath(where)) in entered:  # links may lead round in a ring
                inner.clear()
                continue
            entered.add(real)
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(files):
                path = os.path.join(where, name)
                if name.lower().endswith(".lua") and not name.startswith(".") and os.path.isfile(path):
                    found.setdefault(os.path.realpath(path), Path(path))
    return list(found.values())
