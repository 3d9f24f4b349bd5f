"""A second, small process that makes and names a recording's files, with the rights that the recorder gives up.

Root becomes somebody else before the first frame is looked at (privileges.py), who may write in few folders. But a file
gets its name when it is finished, and a ring of files goes on for days. So this process is split off before: it sees no
frame, opens no socket, and does three things, only to files of this recording, whose names it makes itself: create,
finish, remove. Its end of a socket pair says so when the recorder has gone, however it went; then it goes too.
"""

import errno
import os
import signal
import socket
import struct
from contextlib import suppress
from typing import Final, NoReturn, Protocol

from pcapkit.capture import privileges
from pcapkit.capture.folder import Folder
from pcapkit.errors import CaptureError

_REQUEST: Final = struct.Struct("=cI")  # what to do, with the file of which number
_REPLY: Final = struct.Struct("=i")  # 0 or an error number; behind it a text, or the two names with a NUL between them
_LARGEST_REPLY: Final = 16384  # two paths
_CREATE, _FINISH, _REMOVE = b"c", b"f", b"r"
_IGNORED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


class FileMaker(Protocol):
    """What makes files: a Folder, with our own rights, or a Keeper."""

    def create(self, number: int) -> tuple[int, str, str]:
        """As Folder.create."""

    def finish(self, number: int) -> None:
        """As Folder.finish."""

    def remove(self, number: int) -> None:
        """As Folder.remove."""

    def close(self) -> None:
        """Make no more files."""


class Keeper:
    """A Folder at the other end of a socket pair."""

    def __init__(self, folder: Folder) -> None:
        """Split off the process. To be called before any thread is started. Raises CaptureError."""
        try:
            self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._process = os.fork()
        except OSError as error:
            raise CaptureError(f"cannot split off the process that makes the files: {error.strerror}") from error
        if self._process == 0:
            self._socket.close()
            _serve(folder, theirs)
        theirs.close()
        folder.close()

    def create(self, number: int) -> tuple[int, str, str]:
        names, descriptors = self._ask(_CREATE, number)
        partial, _, final = names.partition(b"\0")
        os.set_inheritable(descriptors[0], False)
        return descriptors[0], os.fsdecode(partial), os.fsdecode(final)

    def finish(self, number: int) -> None:
        self._ask(_FINISH, number)

    def remove(self, number: int) -> None:
        self._ask(_REMOVE, number)

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)

    def _ask(self, what: bytes, number: int) -> tuple[bytes, list[int]]:
        reply = b""
        descriptors: list[int] = []
        with suppress(ConnectionError):
            self._socket.send(_REQUEST.pack(what, number))
            reply, descriptors, _, _ = socket.recv_fds(self._socket, _LARGEST_REPLY, 1)
        if not reply:
            raise OSError(errno.EIO, "the process that makes the files has ended")
        [error], text = _REPLY.unpack_from(reply), reply[_REPLY.size :]
        if error:
            raise OSError(error, text.decode(errors="replace"))
        return text, descriptors


def make_files(folder: Folder) -> FileMaker:
    """Who makes the files: another process where root is about to give up its rights, else this one."""
    return Keeper(folder) if os.geteuid() == 0 else folder


def _serve(folder: Folder, requests: socket.socket) -> NoReturn:
    """Until the recorder has gone. Never returns: what the recorder would do at its end is not ours to do."""
    try:
        signal.set_wakeup_fd(-1)
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):  # or a reader of our output would wait for us as well
            os.dup2(null, standard)
        privileges.keep_only_those_for_files()
        while request := requests.recv(_REQUEST.size):
            what, number = _REQUEST.unpack(request)
            _answer(folder, requests, what, number)
    finally:
        os._exit(0)


def _answer(folder: Folder, requests: socket.socket, what: bytes, number: int) -> None:
    try:
        if what == _CREATE:
            descriptor, partial, final = folder.create(number)
            try:
                names = os.fsencode(partial) + b"\0" + os.fsencode(final)
                socket.send_fds(requests, [_REPLY.pack(0) + names], [descriptor])
            finally:
                os.close(descriptor)
            return
        if what == _FINISH:
            folder.finish(number)
        else:
            folder.remove(number)
    except OSError as error:
        text = (error.strerror or str(error)).encode()
        requests.send(_REPLY.pack(error.errno or errno.EIO) + text)
    else:
        requests.send(_REPLY.pack(0))
