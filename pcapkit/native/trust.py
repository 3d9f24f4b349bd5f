"""Whether compiled code may be run at all: it is not switched off, and nobody else could have written it."""

import importlib.machinery
import os
from typing import Final

OFF: Final = "PCAPKIT_NO_EXTENSIONS"
"""Set in the environment to anything but 0, it keeps everything in Python."""


def is_off() -> bool:
    """Whether the environment asks for Python."""
    return os.environ.get(OFF, "0") not in {"", "0"}


def extension_in(folder: str | os.PathLike[str], stem: str) -> str | None:
    """The file of the extension module `stem`, for this version of Python, in a folder."""
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        path = os.path.join(folder, f"{stem}{suffix}")
        if os.path.isfile(path):
            return path
    return None


def distrusted(path: str | os.PathLike[str]) -> str | None:
    """Why an extension must not be run by this user: somebody else could have written it."""
    user = os.geteuid()
    name = os.path.basename(path)
    try:
        real = os.path.realpath(path, strict=True)
        owner = os.stat(real).st_uid
        if owner not in {0, user}:
            return f"{name} is not used: it belongs to user {owner}, neither to root nor to you"
        if user == 0:
            for place in (real, os.path.dirname(real), os.path.dirname(path) or "."):
                found = os.stat(place)
                if found.st_uid != 0 or found.st_mode & 0o022:
                    what = name if place == real else f"the folder {place}"
                    return f"{name} is not used: as root, {what} has to be root's and writable for root alone"
    except OSError as error:
        return f"{name} cannot be loaded: {error}"
    return None
