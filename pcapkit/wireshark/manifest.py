"""The list of what was installed, kept in Wireshark's configuration folder: what uninstalling takes away again."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pcapkit.errors import FileError
from pcapkit.version import VERSION

NAME: Final = "pcapkit-installed.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was installed: the kind, and the SHA-256 of what was written, in hexadecimal digits."""

    kind: str
    sha256: str


@dataclass(slots=True)
class Manifest:
    """path: its own file. files: by path. folders: those that were made, outer ones first."""

    path: Path
    files: dict[Path, Entry] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)

    def wrote(self, path: Path, content: bytes) -> bool:
        """Whether this is what was installed there."""
        return path in self.files and self.files[path].sha256 == digest(content)

    def text(self) -> bytes:
        """The file's text: JSON."""
        files = [{"path": str(path), "kind": entry.kind, "sha256": entry.sha256} for path, entry in self.files.items()]
        folders = [str(folder) for folder in self.folders]
        whole = {"format": 1, "pcapkit": VERSION, "files": files, "folders": folders}
        return (json.dumps(whole, indent=2) + "\n").encode()


def digest(content: bytes) -> str:
    """The SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read(configuration: Path) -> Manifest:
    """The manifest in that folder; an empty one where nothing was installed. Raises FileError."""
    path = configuration / NAME
    try:
        return _parsed(path, json.loads(path.read_bytes()))
    except (FileNotFoundError, NotADirectoryError):
        return Manifest(path)
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise FileError(
            f"{path}: is not as pcapkit wrote it, so that nothing is known of what was installed; "
            "remove it, and install again with --force"
        ) from None


def _parsed(path: Path, whole: Any) -> Manifest:
    if whole["format"] != 1:
        raise ValueError
    manifest = Manifest(path)
    for file in whole["files"]:
        entry = Entry(file["kind"], file["sha256"])
        if not (isinstance(entry.kind, str) and isinstance(entry.sha256, str)):
            raise TypeError
        manifest.files[_absolute(file["path"])] = entry
    manifest.folders = [_absolute(folder) for folder in whole["folders"]]
    return manifest


def _absolute(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute() or "\0" in text:
        raise ValueError
    return path
