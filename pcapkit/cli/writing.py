"""Writing the file that a command was asked for: not onto what is to be read, and under its name once it is whole."""

import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from pcapkit.errors import FileError, WriteError

if TYPE_CHECKING:
    from pcapkit.capture.folder import Folder
    from pcapkit.cli.beside import Beside

_CLASSIC: Final = (".pcap", ".cap", ".dmp")
_COMPRESSED: Final = (".gz", ".zst", ".lz4", ".xz", ".bz2")


def remark_on(output: str) -> str | None:
    """What is worth saying where a capture's name promises something else than pcapng."""
    if output.lower().endswith(_COMPRESSED):
        return f"{output} is written as pcapng, not compressed"
    return f"{output} is written as pcapng" if output.lower().endswith(_CLASSIC) else None


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


@contextmanager
def written(output: str, *, private: bool = False, buffered: bool = True) -> Iterator[BinaryIO]:
    """A stream to write; what is in it at the end of the block is in the file of that name then, or else nothing is.

    Until then the file is FILE.partial, as a recorder's; an error takes that away, and leaves what was there before. A
    pipe or device is written where it is; "-" is standard output. private: for nobody but the owner, as captures are.
    Raises FileError, and WriteError for an OSError in the block.
    """
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from pcapkit.capture.folder import is_plain

    try:
        folder = _folder(output, 0o600 if private else 0o666) if is_plain(output) else None
        try:
            with _opened(output, folder, private=private, buffered=buffered) as stream:
                yield stream
            if folder is not None:
                folder.finish(1)
        finally:
            if folder is not None:
                folder.remove(1)
                folder.close()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(f"{output}: cannot be written: {error.strerror}") from error


def _folder(output: str, mode: int) -> "Folder | Beside":
    if sys.platform == "linux":
        from pcapkit.capture.folder import Folder

        return Folder(output, None, numbered=False, mode=mode)
    from pcapkit.cli.beside import Beside

    return Beside(output, mode=mode)


def _place(output: str) -> int:
    """The descriptor of a pipe or device."""
    if sys.platform == "linux":
        from pcapkit.capture.output import open_place

        descriptor = open_place(output, None, lambda: False)
        assert descriptor is not None  # nobody asks it to stop
        return descriptor
    return os.open(output, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC | os.O_NOCTTY)


def _opened(output: str, folder: "Folder | Beside | None", *, private: bool, buffered: bool) -> BinaryIO:
    try:
        if folder is None:
            descriptor = _place(output)
        else:
            descriptor, _, _ = folder.create(1)
            if not private and os.path.exists(output):
                os.fchmod(descriptor, stat.S_IMODE(os.stat(output).st_mode) & 0o777)
    except OSError as error:
        raise FileError(f"{output}: cannot be written: {error.strerror}") from error
    raw = io.FileIO(descriptor, "wb")
    raw.name = output  # for errors: the other name goes away
    return cast("BinaryIO", io.BufferedWriter(raw) if buffered else raw)
