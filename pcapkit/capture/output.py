"""Where recorded bytes go: a plain file (made by folder.py), or a pipe whose reader may be slow or gone.

Gathering whole blocks, and cutting a torn one off again, is the writer's business (pcapkit.capfile); this is
the descriptor below it.
"""

import errno
import io
import os
import select
import stat
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pcapkit.capture.links import resolve
from pcapkit.errors import FileError, OptionError

if TYPE_CHECKING:
    from pcapkit.capture.privileges import Account

_PIPE_PIECE: Final = select.PIPE_BUF  # a pipe that polls writable takes this much without blocking
_PIPE_WAIT_MS: Final = 200
_READER_WAIT: Final = 0.05  # seconds between two looks whether a FIFO has a reader

STANDARD_OUTPUT: Final = 1
STANDARD_ERROR: Final = 2


class Output(io.RawIOBase):
    """An unbuffered binary stream on a descriptor. Closing leaves standard output and error open."""

    def __init__(self, descriptor: int, name: str, give_up: Callable[[], bool]) -> None:
        """give_up is asked while a pipe's reader takes nothing; True ends the waiting with an OSError."""
        super().__init__()
        self.name = name
        self._descriptor = descriptor
        self._give_up = give_up
        mode = os.fstat(descriptor).st_mode
        self._whole = stat.S_ISREG(mode) or stat.S_ISCHR(mode)  # it is never in doubt whether it takes what it is given
        self.pipe = stat.S_ISFIFO(mode)  # a program reads the other end, and may stop doing so

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        """Write as much as the system takes; fewer bytes than given only where the rest would fail."""
        if self._whole:
            return os.write(self._descriptor, data)
        written = 0
        with memoryview(data) as view:
            while written < len(view):
                try:
                    self._wait_until_writable()
                    written += os.write(self._descriptor, view[written : written + _PIPE_PIECE])
                except BlockingIOError:
                    continue
                except OSError:
                    if written:
                        break
                    raise
        return written

    def _wait_until_writable(self) -> None:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        while not poll.poll(_PIPE_WAIT_MS):
            if self._give_up():
                raise OSError(errno.ETIMEDOUT, "its reader takes nothing more")

    def close(self) -> None:
        """Close the descriptor. Raises OSError if data that the system had taken could not be stored."""
        if not self.closed:
            super().close()
            if self._descriptor > STANDARD_ERROR:
                os.close(self._descriptor)


def hold_standard_descriptors(needed: int | None) -> None:
    """Put /dev/null where standard input, output or error is closed: a socket opened there would get our text.

    Raises FileError if the needed one is closed.
    """
    for descriptor in (0, STANDARD_OUTPUT, STANDARD_ERROR):
        try:
            os.fstat(descriptor)
        except OSError as error:
            if descriptor == needed:
                raise FileError("standard output is closed; send it somewhere, or write a file with -o") from error
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one


def refuse_terminal(path: str) -> None:
    """Raise OptionError if a capture file would go to a terminal."""
    if path == "-" and os.isatty(STANDARD_OUTPUT):
        raise OptionError(
            "-o -: a capture file would garble the terminal; send it on, as in `-o - | wireshark -k -i -`"
        )


def open_stream(
    path: str, account: "Account | None", give_up: Callable[[], bool], stopped: Callable[[], bool]
) -> Output | None:
    """Open what is no plain file: `-` is standard output, else a FIFO, a device or a descriptor's name.

    account: for whom we capture. A FIFO is waited for until it has a reader; None: stopped() became true before. Raises
    FileError, and OptionError for a terminal.
    """
    if path == "-":
        return Output(STANDARD_OUTPUT, "standard output", give_up)
    try:
        descriptor = open_place(path, account, stopped)
    except OSError as error:
        raise FileError(f"cannot write {path}: {error.strerror}") from error
    except ValueError as error:
        raise FileError(f"cannot write {path!r}: {error}") from error
    if descriptor is None:
        return None
    if os.isatty(descriptor):
        os.close(descriptor)
        raise OptionError(f"-o {path}: a capture file would garble the terminal")
    return Output(descriptor, path, give_up)


def open_place(path: str, account: "Account | None", stopped: Callable[[], bool]) -> int | None:
    """The descriptor below `open_stream`, of what is no plain file. Raises OSError, FileError and ValueError."""
    flags = os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY
    place = resolve(path, account)
    if place is None:
        return _open_existing(path, None, flags | os.O_TRUNC, stopped)
    try:
        descriptor = _open_existing(place.name, place.folder, flags | os.O_NOFOLLOW, stopped)
    finally:
        os.close(place.folder)
    if descriptor is not None and stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileExistsError(errno.EEXIST, "somebody has put a file there meanwhile")
    return descriptor


def _open_existing(path: str, folder: int | None, flags: int, stopped: Callable[[], bool]) -> int | None:
    """Open what is there; None if stopped() becomes true while a FIFO has no reader.

    A blocking open would wait for the reader in the kernel, and Python begins it anew after every signal.
    """
    while True:
        try:
            descriptor = os.open(path, flags | os.O_NONBLOCK, dir_fd=folder)
        except OSError as error:
            # Sockets and devices say ENXIO too, and no reader will ever come to those.
            if error.errno != errno.ENXIO or not stat.S_ISFIFO(os.stat(path, dir_fd=folder).st_mode):
                raise
        else:
            os.set_blocking(descriptor, True)
            return descriptor
        if stopped():
            return None
        time.sleep(_READER_WAIT)
