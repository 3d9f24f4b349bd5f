"""Where a path leads, link by link: root follows no symbolic link that somebody else could have laid.

Who may change a folder can put a link there under the name that root is about to write, to any file of root's. So of
each link on the way, in whichever component of the path, the folder has to be one that only root can change, or the
person for whom root captures; and that person's links lead only to where that person could write. (Who owns / counts as
root: in a user namespace root's own files belong to somebody that is not mapped.) Other users follow what they like:
they do it with their own rights.

The way is gone by descriptors, so that nothing can be put in its place between looking and using.
"""

import errno
import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from pcapkit.errors import FileError

if TYPE_CHECKING:
    from pcapkit.capture.privileges import Account

_MOST_LINKS: Final = 40  # as Linux, path_resolution(7)
_PATH: Final = getattr(os, "O_PATH", 0) | os.O_CLOEXEC  # Linux has it; elsewhere nobody asks here
_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


class Place(NamedTuple):
    """A name, which is no link, in an open folder. The descriptor belongs to whoever asked for it."""

    folder: int
    name: str


def resolve(path: str, account: "Account | None", *, follow: bool = True) -> Place | None:
    """Go to the folder of the file that a path names, which need not be there.

    account: for whom we capture. follow: the last name too, where it is a link. None: the path leads through /proc, to
    what is open already. Raises OSError, and FileError for a link that root does not follow.
    """
    walk = _Walk(path, account, follow=follow)
    try:
        return walk.run()
    except BaseException:
        os.close(walk.folder)
        raise


class _Walk:
    """folder: the descriptor of where it is."""

    def __init__(self, path: str, account: "Account | None", *, follow: bool) -> None:
        self._path = path
        self._account = account
        self._last = follow
        self._links = 0
        self._theirs = ""  # a link that the account laid
        self._left: list[str] = []  # components, the next one last
        # The folder's path, "" where it is relative.
        self._at = "/" if path.startswith("/") else ""
        self.folder = os.open(self._at or ".", _PATH | os.O_DIRECTORY)
        self._put(path)

    def run(self) -> Place | None:
        while True:
            if self._at == "/proc":
                # Who has laid a link on the way can lay another one before the path is opened.
                if self._theirs:
                    raise FileError(_refusal(self._path, self._theirs, "into /proc"))
                os.close(self.folder)
                return None
            if not self._left:
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            name = self._left.pop()
            if not self._left and not self._last and name != "..":
                return self._end(name)
            try:
                found = os.open(name, _PATH | os.O_NOFOLLOW, dir_fd=self.folder)
            except FileNotFoundError:
                if self._left:
                    raise
                return self._end(name)
            mode = os.fstat(found).st_mode
            if stat.S_ISLNK(mode):
                try:
                    self._follow(name, found)
                finally:
                    os.close(found)
            elif self._left or name == "..":
                self._enter(found, name)
            else:
                os.close(found)
                return self._end(name)

    def _put(self, path: str) -> None:
        self._left += [part for part in reversed(path.split("/")) if part not in ("", ".")]

    def _enter(self, found: int, name: str) -> None:
        os.close(self.folder)
        self.folder = found
        if self._at or name == "/":
            self._at = os.path.normpath(os.path.join(self._at, name))

    def _follow(self, name: str, link: int) -> None:
        self._links += 1
        if self._links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if os.geteuid() == 0:
            self._check(name)
        target = os.readlink("", dir_fd=link)
        if not target:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if target.startswith("/"):
            self._enter(os.open("/", _PATH | os.O_DIRECTORY), "/")
        self._put(target)

    def _check(self, name: str) -> None:
        """Raises FileError unless only root, or the account, could have laid this link."""
        found = os.fstat(self.folder)
        own = self._account is not None and self._account.person and found.st_uid == self._account.uid
        shown = os.path.join(self._at, name)
        if found.st_mode & (stat.S_IWOTH if found.st_gid == 0 else _OTHERS):
            raise FileError(_refusal(self._path, shown, "in a folder that others can change"))
        if not own and found.st_uid not in (0, os.stat("/").st_uid):
            raise FileError(_refusal(self._path, shown, "in a folder of somebody else's"))
        if own:
            self._theirs = shown

    def _end(self, name: str) -> Place:
        account = self._account
        if self._theirs and account is not None:
            folder = os.fstat(self.folder)
            if not _may_write(account, folder):
                where = f"of {account.name}'s to a folder in which {account.name} may not write"
                raise FileError(_refusal(self._path, self._theirs, where))
            if folder.st_mode & stat.S_ISVTX and folder.st_uid != account.uid and not self._owns(name, account):
                where = f"of {account.name}'s to a file of somebody else's"
                raise FileError(_refusal(self._path, self._theirs, where))
        return Place(self.folder, name)

    def _owns(self, name: str, account: "Account") -> bool:
        """Whether the file is the account's, or is not there."""
        try:
            return os.stat(name, dir_fd=self.folder, follow_symlinks=False).st_uid == account.uid
        except FileNotFoundError:
            return True


def _may_write(account: "Account", folder: os.stat_result) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IWUSR)
    if folder.st_gid in os.getgrouplist(account.name, account.gid):
        return bool(folder.st_mode & stat.S_IWGRP)
    return bool(folder.st_mode & stat.S_IWOTH)


def _refusal(path: str, link: str, where: str) -> str:
    what = "it" if link == path else link
    return f"cannot write {path}: {what} is a symbolic link {where}, which root does not follow; name the file itself"
