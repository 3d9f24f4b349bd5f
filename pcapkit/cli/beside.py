"""A file that is written beside its name, and gets it in the end, where folders cannot be held open as on Linux."""

import os

from pcapkit.errors import FileError


class Beside:
    """What pcapkit.capture.folder.Folder is for the one file of a command that captures nothing."""

    def __init__(self, path: str, *, mode: int) -> None:
        """mode: of a new file, less the umask. A link is followed. Raises FileError."""
        if "\0" in path:
            raise FileError(f"cannot write {path!r}: no file's name has a null character")
        self._final = os.path.realpath(path)
        self._partial = ""
        self._mode = mode

    def create(self, _: int) -> tuple[int, str, str]:
        """Make it: its descriptor, its path now, and when finished. Raises OSError."""
        from pcapkit.capture.folder import PARTIAL

        partial = self._final + PARTIAL
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), self._mode)
        self._partial = partial
        return descriptor, partial, self._final

    def finish(self, _: int) -> None:
        """Give it its name. Raises OSError."""
        os.replace(self._partial, self._final)
        self._partial = ""

    def remove(self, _: int) -> None:
        """Remove it, if it is not finished. Raises OSError."""
        if self._partial:
            os.unlink(self._partial)
            self._partial = ""

    def close(self) -> None:
        """Nothing is held open."""
