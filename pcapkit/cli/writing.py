"""Whether a file may be written: not onto what is to be read."""

import os
import stat
from collections.abc import Sequence

from pcapkit.errors import FileError


def check_output(output: str, sources: Sequence[str]) -> None:
    """Raises FileError where `output` is a folder, or one of the files that are to be read; "-" stands for a pipe."""
    if output == "-":
        return
    try:
        there = os.stat(output)
    except OSError:
        return  # not there yet, or whoever opens it will tell why not
    if stat.S_ISDIR(there.st_mode):
        raise FileError(f"{output}: is a folder: name a file in it")
    if any(_is_same(source, there) for source in sources):
        raise FileError(f"{output}: is the file that is to be read: name another file to write")


def _is_same(source: str, there: os.stat_result) -> bool:
    """Whether a file to be read, or standard input for "-", is that regular file."""
    try:
        read = os.fstat(0) if source == "-" else os.stat(source)
    except OSError:
        return False
    return stat.S_ISREG(there.st_mode) and os.path.samestat(read, there)
