"""Whether a program may be started by everybody: nobody but root could have put something else in its place."""

import os
import stat
import sys

from pcapkit.errors import OptionError


def check_program() -> None:
    """Raises OptionError where this Python, or pcapkit, lies where somebody else than root can write.

    What is installed for everyone is started by everybody's Wireshark, root's too.
    """
    if sys.platform == "win32":
        return
    import pcapkit

    for path in (sys.executable, os.path.realpath(sys.executable), os.path.dirname(pcapkit.__file__)):
        place = changeable(path)
        if place is not None:
            raise OptionError(
                f"--global: {place} can be changed by others than root, and everybody's Wireshark would run what is in "
                "it: install pcapkit where only root can write, or leave --global out"
            )


def changeable(path: str) -> str | None:
    """The first of a path and the folders above it that others than root can change; None: nobody else can."""
    place = os.path.abspath(path)
    while True:
        found = os.lstat(place)
        # In a sticky folder others can add files, but not touch those that are there.
        open_to_others = found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX and not stat.S_ISLNK(found.st_mode)
        if found.st_uid != 0 or open_to_others:
            return place
        above = os.path.dirname(place)
        if above == place:
            return None
        place = above
