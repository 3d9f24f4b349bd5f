"""The files of one recording in their folder: made under a name that says `partial`, named when they are whole.

A file is written as NAME.partial, and takes its name, and with it the place of an older file of that name, when it
is finished. So what is found under a name is whole, and what a capture replaces is lost only when there is something
in its place. After a kill the partial file stays; nobody removes or overwrites it. While a file is written it is locked
(flock), which the kernel ends with the process: so a file of somebody who still writes is told from one that was left.

The files of a ring (-b) are named as dumpcap does: NAME_00001_20261122214500.pcapng, their number and when they were
begun, in local time.
"""

import errno
import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pcapkit.capture.links import resolve
from pcapkit.errors import FileError

if TYPE_CHECKING:
    from pcapkit.capture.privileges import Account

PARTIAL: Final = ".partial"
_TRIES: Final = 1000
_DESCRIPTORS: Final = ("/dev/fd/", "/dev/std", "/proc/")  # names of what is open already


class _Made:
    """A file that we made: its names, and which file it is, so that no other is taken for it."""

    __slots__ = ("device", "final", "inode", "partial")

    def __init__(self, partial: str, final: str, device: int, inode: int) -> None:
        self.partial = partial
        self.final = final
        self.device = device
        self.inode = inode


class Folder:
    """Makes, names and removes the files of one recording, with the rights of this process."""

    def __init__(
        self, path: str, account: "Account | None", *, numbered: bool, removes: bool = False, mode: int = 0o600
    ) -> None:
        """path: the file, or what the names of a ring's files are made of. A link is followed to the file it names.

        removes: finished files may have to be removed, so they are remembered.
        New files get that mode, less the umask, and belong to the account, if that is a person's. Raises FileError if
        no file can be made there at all.
        """
        self.path = path
        self._account = account
        self._numbered = numbered
        self._removes = removes
        self._mode = mode
        self._made: dict[int, _Made] = {}
        if "\0" in path:
            raise FileError(f"cannot write {path!r}: no file's name has a null character")
        try:
            if path.endswith("/") or os.path.isdir(path):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            place = resolve(path, account, follow=not numbered) if path else None
            if place is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            self._descriptor, self._name = place
            followed = not numbered and os.path.islink(path)
            self._shown_folder = os.path.dirname(os.path.realpath(path) if followed else path)
        except OSError as error:
            raise FileError(f"cannot write {path}: {error.strerror}") from error

    def create(self, number: int) -> tuple[int, str, str]:
        """Make the file with that number (from 1): its descriptor, its path now, and when finished. Raises OSError."""
        moment = time.time()
        for attempt in range(1, _TRIES + 1):
            final = self._final(number, moment)
            partial = final + PARTIAL
            if self._numbered:
                moment += 1  # for the next attempt: a file of that second is there already
                if self._exists(final):
                    continue
            elif attempt > 1:
                partial += str(attempt)
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOCTTY
                descriptor = os.open(partial, flags, self._mode, dir_fd=self._descriptor)
            except FileExistsError:
                if not self._numbered and self._is_written(partial):
                    told = (
                        f"another process is writing it, as {self._shown(partial)}: name another file, or end that one"
                    )
                    raise OSError(errno.EBUSY, told) from None
                continue
            _lock(descriptor)
            status = os.fstat(descriptor)
            self._made[number] = _Made(partial, final, status.st_dev, status.st_ino)
            try:
                if self._account is not None and self._account.person:
                    os.fchown(descriptor, self._account.uid, self._account.gid)
            except OSError:
                os.close(descriptor)
                self.remove(number)
                raise
            return descriptor, self._shown(partial), self._shown(final)
        raise FileExistsError(errno.EEXIST, f"{_TRIES} unfinished files of that name are there already")

    def finish(self, number: int) -> None:
        """Give the file its name. Raises OSError; the file then keeps the partial one."""
        made = self._made.get(number)
        if made is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if not self._is_there(made, made.partial):
            raise FileNotFoundError(errno.ENOENT, "somebody has moved or removed it")
        os.rename(made.partial, made.final, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)
        made.partial = ""
        if not self._removes:
            del self._made[number]

    def remove(self, number: int) -> None:
        """Remove the file under whichever name it has, if it is there and still ours. Raises OSError."""
        made = self._made.pop(number, None)
        if made is None:
            return
        name = made.partial or made.final
        if self._is_there(made, name):
            os.unlink(name, dir_fd=self._descriptor)

    def close(self) -> None:
        """Make no more files."""
        os.close(self._descriptor)

    def _final(self, number: int, moment: float) -> str:
        if not self._numbered:
            return self._name
        stem, suffix = os.path.splitext(self._name)
        return f"{stem}_{number:05d}_{time.strftime('%Y%m%d%H%M%S', time.localtime(moment))}{suffix}"

    def _shown(self, name: str) -> str:
        return os.path.join(self._shown_folder, name)

    def _exists(self, name: str) -> bool:
        try:
            os.lstat(name, dir_fd=self._descriptor)
        except FileNotFoundError:
            return False
        return True

    def _is_written(self, name: str) -> bool:
        """Whether a process holds the lock of that file; not, where this one may not ask."""
        import fcntl

        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
        try:
            descriptor = os.open(name, flags, dir_fd=self._descriptor)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # no locks there
            return False
        finally:
            os.close(descriptor)
        return False

    def _is_there(self, made: _Made, name: str) -> bool:
        try:
            status = os.lstat(name, dir_fd=self._descriptor)
        except FileNotFoundError:
            return False
        return (status.st_dev, status.st_ino) == (made.device, made.inode)


def _lock(descriptor: int) -> None:
    """Until its last copy is closed, in whichever process: the descriptor is handed on from the keeper."""
    import fcntl  # other systems have no such module, and import this one for names

    with suppress(OSError):  # not every file system has locks
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_plain(path: str) -> bool:
    """Whether a capture to that path goes into a plain file of its own: not to `-`, a pipe, a device, a descriptor."""
    if path == "-" or os.path.abspath(path).startswith(_DESCRIPTORS):
        return False
    try:
        return stat.S_ISREG(os.stat(path).st_mode) or os.path.isdir(path)
    except (OSError, ValueError):
        return True
