"""The bytes of a capture file, in order, with bounded memory: from a path or standard input, gzipped or not.

Readers keep `buffer` in a local variable and walk along it; where it ends too early they call `need`, which
drops what was consumed and reads on. A block is thus always contiguous, and never more than one block and
one chunk are held. Reads are unbuffered, so that a frame that has come through a pipe is delivered without
waiting for the next.
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
_GZIP_CHUNK = 64 * 1024
_STANDARD_INPUT = 0
_GZIP_MAGIC = b"\x1f\x8b"


class _Prefixed:
    """A file whose first bytes were already read to see what it is, as GzipFile wants it."""

    def __init__(self, prefix: bytes, raw: io.FileIO) -> None:
        self._prefix = prefix
        self._raw = raw

    def read(self, size: int, /) -> bytes:
        if self._prefix:
            piece, self._prefix = self._prefix[:size], self._prefix[size:]
            return piece
        return _read_available(self._raw, size)

    def seek(self, offset: int, /) -> None:
        raise io.UnsupportedOperation("only read forwards")


def _read_available(raw: io.FileIO, size: int) -> bytes:
    """Up to `size` bytes as soon as there are some, on a non-blocking descriptor too; b"" at the end."""
    while (piece := raw.read(size)) is None:
        select.select([raw.fileno()], [], [])
    return piece


class Source:
    """An open capture file, uncompressed.

    Raises FileError if it cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        text = os.fspath(path)
        self.name = "standard input" if text == "-" else text
        self.buffer = b""
        self.offset = 0  # of buffer[0] in the uncompressed file
        self.gzipped = False
        try:
            # Unbuffered: a buffered read would wait for a full buffer. Standard input stays open for others.
            raw = io.FileIO(_STANDARD_INPUT, "rb", closefd=False) if text == "-" else io.FileIO(text, "rb")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise FileError(f"{self.name}: cannot be opened: {reason}") from error
        self._raw = raw
        self._read: Callable[[], bytes] = lambda: _read_available(raw, CHUNK)
        try:
            if self.need(0, 2)[:2] == _GZIP_MAGIC:
                self._unzip()
        except BaseException:
            self.close()
            raise

    def _unzip(self) -> None:
        import gzip

        unzipped = gzip.GzipFile(fileobj=_Prefixed(self.buffer, self._raw), mode="rb")
        # read1 hands over what was unpacked before it meets damage; read would lose it.
        self._read = lambda: unzipped.read1(_GZIP_CHUNK)
        self.gzipped = True
        self.buffer = b""

    def need(self, position: int, wanted: int) -> bytes:
        """Drop `position` bytes of the buffer; read until `wanted` remain, or fewer where the file ends.

        Returns the new buffer, whose first byte is the one that was at `position`.
        Raises ReadError if reading fails or the compressed data is damaged.
        """
        self.offset += position
        parts = [self.buffer[position:]]
        have = len(parts[0])
        try:
            while have < wanted and (piece := self._read()):
                parts.append(piece)
                have += len(piece)
        except (EOFError, OSError, zlib.error) as error:
            if isinstance(error, EOFError):
                reason = "the gzip data is cut short"
            elif isinstance(error, OSError) and error.strerror:
                reason = error.strerror
            else:
                reason = f"the gzip data is damaged ({error})"
            raise ReadError(
                f"{self.name}: cannot be read beyond offset {self.offset + have}"
                f"{' of the uncompressed data' if self.gzipped else ''}: {reason}"
            ) from error
        self.buffer = b"".join(parts) if len(parts) > 1 else parts[0]
        return self.buffer

    def is_file(self, path: str | os.PathLike[str]) -> bool:
        """Whether `path` is the regular file that is being read."""
        try:
            mine, other = os.fstat(self._raw.fileno()), os.stat(path)
        except OSError:
            return False
        return stat.S_ISREG(mine.st_mode) and os.path.samestat(mine, other)

    def close(self) -> None:
        self._raw.close()

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
