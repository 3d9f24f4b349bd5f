"""Writes whole blocks out of a buffer that native code fills: where much comes, past the page cache.

Small captures are written as soon as a round of frames is over. Where much comes for a while, blocks are gathered up to
4 MiB, or 200 ms, and their pages written with O_DIRECT: the page cache costs more than all else that is done with a
frame. The last, partial page of a file is written in the ordinary way each time, so that the file always ends with a
whole block.
"""

import fcntl
import math
import os
import stat
import time
from typing import Any, Final, Protocol

from pcapkit.capfile.output import write_error
from pcapkit.errors import WriteError

SMALL: Final = 256 << 10  # bytes that are written together: they stay in the processor's cache
LARGE: Final = 4 << 20
DIRECT: Final = 1 << 20  # less is not worth a write of its own to the disk
HOLD: Final = 0.2  # seconds that blocks are held back while much comes
FAST: Final = 32 << 20  # bytes a second: what is much
_WINDOW: Final = 0.25  # seconds over which that is measured


class FrameBuffer(Protocol):
    """pcapkit.fast's FrameBuffer: whole blocks that are not written yet; bytes(buffer) are these."""

    limit: int

    @property
    def frames(self) -> int:
        """How many of the blocks are frames."""

    def __len__(self) -> int: ...

    def append(self, block: bytes, frame: bool) -> bool:
        """Put in one block; False where there is no room."""

    def write_file(self, descriptor: int, size: int, direct: bool) -> tuple[int, bool, int]:
        """Write all to the end of a file of `size` bytes: bytes written, whether `direct` was possible, errno."""

    def whole(self, size: int) -> tuple[int, int]:
        """Of the first `size` bytes: those of whole blocks, and how many of these are frames."""

    def clear(self, *, keep_page: bool) -> None:
        """Everything is written. keep_page: by write_file, and this file goes on."""


class BufferedOutput:
    """As BlockOutput, with a FrameBuffer that native code may fill, too: `frames` and `size` are what the system has.

    `settle` writes, or holds back for a while; `due` says until when.
    """

    def __init__(self, stream: Any, buffer: FrameBuffer) -> None:
        """stream: an unbuffered one, with a descriptor. buffer: empty; it serves one output after the other."""
        self.frames = 0
        self.size = 0
        self.due = math.inf
        self.buffer = buffer
        self._stream = stream
        self._name = str(getattr(stream, "name", "the output"))
        self._failure: WriteError | None = None
        self._descriptor: int = stream.fileno()
        flags = fcntl.fcntl(self._descriptor, fcntl.F_GETFL)
        regular = stat.S_ISREG(os.fstat(self._descriptor).st_mode)
        self._is_file = regular and not flags & os.O_APPEND
        self._begin = os.lseek(self._descriptor, 0, os.SEEK_CUR) if self._is_file else 0
        self._direct = self._is_file
        self._window = (time.monotonic(), 0)  # when it began, and `size` then
        buffer.clear(keep_page=False)
        buffer.limit = SMALL

    @property
    def gathered(self) -> int:
        """Bytes that are not with the system yet."""
        return len(self.buffer)

    def add(self, block: bytes, *, frame: bool) -> None:
        """Take one whole block; write if enough has been gathered."""
        if not self.buffer.append(block, frame):
            self.flush()
            if not self.buffer.append(block, frame):
                raise ValueError(f"a block of {len(block)} bytes is larger than the output buffer")
        if len(self.buffer) >= self.buffer.limit:
            self.flush()

    def settle(self) -> None:
        """A round of blocks is over: write them, or soon. Raises WriteError."""
        if self.buffer.limit == SMALL or not len(self.buffer):
            self.flush()
        else:
            now = time.monotonic()
            if self.due == math.inf:
                self.due = now + HOLD
            elif now >= self.due:
                self.flush()

    def flush(self) -> None:
        """Hand everything over to the operating system. Raises WriteError."""
        if self._failure is not None:
            raise self._failure
        self.due = math.inf
        size = len(self.buffer)
        if size:
            try:
                if self._is_file:
                    self._write_file(size)
                else:
                    self._write_stream()
            finally:
                self.buffer.clear(keep_page=self._is_file and self._failure is None)
        self._measure()

    def _write_file(self, size: int) -> None:
        end = self._begin + self.size
        direct = self._direct and size >= DIRECT
        written, possible, number = self.buffer.write_file(self._descriptor, end, direct)
        if direct and not possible:
            self._direct = False
        if number:
            self._fail(OSError(number, os.strerror(number)), written)
        self.frames += self.buffer.frames
        self.size += size
        os.lseek(self._descriptor, self._begin + self.size, os.SEEK_SET)  # for whoever has the descriptor, too

    def _write_stream(self) -> None:
        written = 0
        with memoryview(self.buffer) as data:  # type: ignore[arg-type]  # it is one, for Python
            try:
                while written < len(data):
                    written += self._stream.write(data[written:])
            except OSError as error:
                self._fail(error, written)
        self.frames += self.buffer.frames
        self.size += written

    def _fail(self, error: OSError, written: int) -> None:
        """Count the whole blocks that were written, cut off the torn one, raise WriteError."""
        whole, frames = self.buffer.whole(written)
        self.frames += frames
        self.size += whole
        torn = written - whole
        if self._is_file:
            try:
                os.ftruncate(self._descriptor, self._begin + self.size)
                os.lseek(self._descriptor, self._begin + self.size, os.SEEK_SET)
                torn = 0
            except OSError:
                pass  # the first error is the one to tell
        self._failure = write_error(self._name, self.frames, torn, error)
        raise self._failure from error

    def _measure(self) -> None:
        """Decide, now and then, how much is to be written together."""
        now = time.monotonic()
        begun, size = self._window
        if now - begun >= _WINDOW:
            fast = self._direct and self.size - size >= FAST * (now - begun)
            self.buffer.limit = LARGE if fast else SMALL
            self._window = (now, self.size)
