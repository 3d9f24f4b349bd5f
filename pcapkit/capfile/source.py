"""The bytes of a capture file, in order, with bounded memory: from a path or standard input, gzipped or not.

All reading goes into one buffer that is used again and again: what is read stays there for a moment only. Readers
walk along `buffer` from `position` to `end`, and move `position` on behind what they are done with; where it ends too
early they call `need`, which reads on. A block is thus always contiguous, and never more than one block and one chunk
are held. Reads are unbuffered, so that a frame that has come through a pipe is delivered without waiting for the next.
"""

import io
import os
import select
import stat
import zlib
from collections.abc import Callable
from types import TracebackType

from pcapkit.errors import FileError, ReadError

CHUNK = 256 * 1024
_HEAD = 64 * 1024  # room before the place that is read to, for the part of a block that was there already
_GZIP_CHUNK = 64 * 1024
_STANDARD_INPUT = 0
_GZIP_MAGIC = b"\x1f\x8b"


_watch: Callable[[int, int], None] | None = None


def watch_reading(watch: Callable[[int, int], None] | None) -> None:
    """Have `watch` told of every piece that is read of a regular file: bytes so far, as on the disk, and its size.

    None: nobody any more. For sources that are opened from now on.
    """
    global _watch
    _watch = watch


class _Prefixed:
    """A file whose first bytes were already read to see what it is, as GzipFile wants it."""

    def __init__(self, prefix: bytes, raw: io.FileIO) -> None:
        self._prefix = prefix
        self._raw = raw

    def read(self, size: int, /) -> bytes:
        if self._prefix:
            piece, self._prefix = self._prefix[:size], self._prefix[size:]
            return piece
        room = memoryview(bytearray(size))
        return bytes(room[: _read_available(self._raw, room)])

    def seek(self, offset: int, /) -> None:
        raise io.UnsupportedOperation("only read forwards")


def _read_available(raw: io.FileIO, room: memoryview) -> int:
    """Fill in bytes as soon as there are some, on a non-blocking descriptor too; how many, 0 at the end."""
    while (size := raw.readinto(room)) is None:
        select.select([raw.fileno()], [], [])
    return size


class Source:
    """An open capture file, uncompressed.

    buffer: where it is read to; another one where `need` says so. position, end: what of it is read and not used yet.
    base: of buffer[0] in the uncompressed file. slow: no regular file, so that what comes next may be long in coming.
    Raises FileError if it cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        text = os.fspath(path)
        self.name = "standard input" if text == "-" else text
        self.buffer = memoryview(bytearray(_HEAD + CHUNK))
        self.position = self.end = _HEAD
        self.base = -_HEAD
        self.gzipped = False
        self.slow = True
        self._ended = False
        try:
            # Unbuffered: a buffered read would wait for a full buffer. Standard input stays open for others.
            raw = io.FileIO(_STANDARD_INPUT, "rb", closefd=False) if text == "-" else io.FileIO(text, "rb")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise FileError(f"{self.name}: cannot be opened: {reason}") from error
        self._raw = raw
        self._helper: Callable[[], None] | None = None
        status = os.fstat(raw.fileno())
        self.slow = not stat.S_ISREG(status.st_mode)
        self._size = status.st_size
        self._origin = 0 if self.slow else raw.tell()  # standard input may have been read by others before
        self._watch = None if self.slow else _watch
        self._read: Callable[[memoryview], int] = lambda room: _read_available(raw, room)
        try:
            self.need(2)
            if self.head(2) == _GZIP_MAGIC:
                self._unzip()
        except BaseException:
            self.close()
            raise

    def _unzip(self) -> None:
        import gzip

        prefix = self.head(self.end - self.position)
        unzipped = gzip.GzipFile(fileobj=_Prefixed(prefix, self._raw), mode="rb")
        # readinto1 hands over what was unpacked before it meets damage; readinto would lose it.
        self._read = lambda room: unzipped.readinto1(room[:_GZIP_CHUNK])
        self.gzipped = True
        self._ended = False
        self.end = self.position

    @property
    def offset(self) -> int:
        """Of `position` in the uncompressed file."""
        return self.base + self.position

    def head(self, size: int) -> bytes:
        """The next bytes that are there, at most `size`, which stay unread."""
        return bytes(self.buffer[self.position : min(self.position + size, self.end)])

    def need(self, wanted: int) -> int:
        """Read until `wanted` bytes are there from `position` on, or fewer where the file ends; returns how many.

        What is there may be moved: `buffer`, `position`, `end` and `base` are other ones then.
        Raises ReadError if reading fails or the compressed data is damaged.
        """
        try:
            while self.end - self.position < wanted and not self._ended:
                self._make_room(wanted)
                size = self._read(self.buffer[self.end :])
                self.end += size
                self._ended = size == 0
                if self._watch is not None:
                    self._watch(self._raw.tell(), self._size)
        except (EOFError, OSError, zlib.error) as error:
            if isinstance(error, EOFError):
                reason = "the gzip data is cut short"
            elif isinstance(error, OSError) and error.strerror:
                reason = error.strerror
            else:
                reason = f"the gzip data is damaged ({error})"
            raise ReadError(
                f"{self.name}: cannot be read beyond offset {self.base + self.end}"
                f"{' of the uncompressed data' if self.gzipped else ''}: {reason}"
            ) from error
        return self.end - self.position

    def _make_room(self, wanted: int) -> None:
        """Make room behind what is there. Memory grows with what has come, not with what a block claims."""
        there = self.end - self.position
        room = len(self.buffer)
        if there <= _HEAD and (there == 0 or self.position + wanted > room) and wanted <= CHUNK:
            # What is read begins at the same place each time: whole pages of the file come to whole pages of memory.
            self._move(_HEAD - there, _HEAD + CHUNK)
        elif self.end == room:
            self._move(0, 2 * room if there == room else room)

    def _move(self, place: int, room: int) -> None:
        there = self.end - self.position
        if room == len(self.buffer):
            self.buffer[place : place + there] = self.buffer[self.position : self.end]
        else:
            larger = memoryview(bytearray(room))
            larger[place : place + there] = self.buffer[self.position : self.end]
            self.buffer = larger
        self.base += self.position - place
        self.position, self.end = place, place + there

    def place(self) -> int | None:
        """Where in the file `position` is, as pread has it; None where it cannot be read at any place."""
        return None if self.slow or self.gzipped else self._origin + self.offset

    def left(self) -> int:
        """Bytes of a file that are not used yet, as far as its size was known when it was opened."""
        return self._size - (self.place() or 0)

    def move(self, place: int) -> None:
        """Go on at this place in the file, with nothing read of it yet."""
        self._raw.seek(place)
        self.base = place - self._origin - _HEAD
        self.position = self.end = _HEAD
        self._ended = False

    def descriptor_for(self, helper: Callable[[], None]) -> int:
        """The file's descriptor for somebody who reads at any place of it, until `helper` is called."""
        self._helper = helper
        return self._raw.fileno()

    def reached(self, place: int) -> None:
        """Somebody else has read so far."""
        if self._watch is not None:
            self._watch(place, self._size)

    def is_file(self, path: str | os.PathLike[str]) -> bool:
        """Whether `path` is the regular file that is being read."""
        try:
            mine, other = os.fstat(self._raw.fileno()), os.stat(path)
        except OSError:
            return False
        return stat.S_ISREG(mine.st_mode) and os.path.samestat(mine, other)

    def close(self) -> None:
        """Close the file; whoever reads of it as well has stopped then."""
        helper, self._helper = self._helper, None
        if helper is not None:
            helper()
        self._raw.close()

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
