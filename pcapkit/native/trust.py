"""Whether compiled code may be run at all: it is not switched off, and nobody else could have written it."""

import importlib.machinery
import os
from pathlib import Path
from typing import Final

OFF: Final = "PCAPKIT_NO_EXTENSIONS"
"""Set in the environment to anything but 0, it keeps everything in Python."""


def is_off() -> bool:
    """Whether the environment asks for Python."""
    return os.environ.get(OFF, "0") not in {"", "0"}


def extension_in(folder: Path, stem: str) -> Path | None:
    """The file of the extension module `stem`, for this version of Python, in a folder."""
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        path = folder / f"{stem}{suffix}"
        if path.is_file():
            return path
    return None


def distrusted(path: Path) -> str | None:
    """Why an extension must not be run by this user: somebody else could have written it."""
    user = os.geteuid()
    try:
        real = path.resolve(strict=True)
        owner = real.stat().st_uid
        if owner not in {0, user}:
            return f"{path.name} is not used: it belongs to user {owner}, neither to root nor to you"
        if user == 0:
            for place in (real, real.parent, path.parent):
                found = place.stat()
                if found.st_uid != 0 or found.st_mode & 0o022:
                    what = path.name if place == real else f"the folder {place}"
                    return f"{path.name} is not used: as root, {what} has to be root's and writable for root alone"
    except (OSError, RuntimeError) as error:
        return f"{path.name} cannot be loaded: {error}"
    return None
