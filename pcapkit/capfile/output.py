"""Writes whole blocks: gathered in memory, handed over by one write call, not left torn by a full disk."""

import errno
import io
import math
import os
import select
import stat
import struct
from typing import Any

from pcapkit.capfile.blocks import ByteOrder
from pcapkit.errors import WriteError

_FLUSH_AT = 256 * 1024

_ADVICE = {
    errno.ENOSPC: "free some space or write elsewhere",
    errno.EDQUOT: "free some of your quota or write elsewhere",
    errno.EFBIG: "raise the file size limit or write to several files",
    errno.EPIPE: "the reader has closed the pipe",
}


_Piece = tuple[bytes | memoryview, int, ByteOrder]  # a block or several, how many are frames, for several their order


class BlockOutput:
    """A stream that takes whole blocks, of which some are frames.

    `frames` and `size` (bytes) count what the operating system has taken; a kill costs at most what is
    still gathered. After a failed write the stream holds whole blocks only, if it is a regular file, and
    every further call raises the same WriteError.
    """

    def __init__(self, stream: Any) -> None:
        if isinstance(stream, io.BufferedWriter | io.BufferedRandom):
            # Bytes left in Python's own buffer by a failed write would be written, torn, when it is closed.
            stream.flush()
            stream = stream.raw
        self.frames = 0
        self.size = 0
        self.gathered = 0  # bytes not handed over yet
        self.due = math.inf  # nothing is held back for later
        self._stream = stream
        self._name = str(getattr(stream, "name", "the output"))
        self._pieces: list[_Piece] = []
        self._failure: WriteError | None = None

    def add(self, block: bytes, *, frame: bool) -> None:
        """Take one whole block; write if enough has been gathered."""
        self._pieces.append((block, int(frame), "<"))
        self.gathered += len(block)
        if self.gathered >= _FLUSH_AT:
            self.flush()

    def add_run(self, run: memoryview, frames: int, order: ByteOrder) -> None:
        """Take whole blocks in that byte order, `frames` of them and all frames; `run` may be used again afterwards."""
        if len(run) < _FLUSH_AT // 8:
            self._pieces.append((bytes(run), frames, order))
            self.gathered += len(run)
            if self.gathered >= _FLUSH_AT:
                self.flush()
        else:
            self.flush()
            self._pieces.append((run, frames, order))
            self.gathered = len(run)
            self.flush()

    def settle(self) -> None:
        """A round of blocks is over."""
        self.flush()

    def flush(self) -> None:
        """Hand everything over to the operating system. Raises WriteError."""
        if self._failure is not None:
            raise self._failure
        if not self._pieces:
            return
        pieces = [piece for piece, _, _ in self._pieces]
        data = memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        written = 0
        try:
            while written < len(data):
                taken = self._stream.write(data[written:])
                if taken is None:  # a non-blocking descriptor that is full
                    select.select([], [self._stream.fileno()], [])
                else:
                    written += taken
            if hasattr(self._stream, "flush"):
                self._stream.flush()
        except OSError as error:
            self._fail(error, written)
        self.frames += sum(frames for _, frames, _ in self._pieces)
        self.size += len(data)
        self._forget()

    def _forget(self) -> None:
        self._pieces.clear()
        self.gathered = 0

    def _fail(self, error: OSError, written: int) -> None:
        """Count the whole blocks that were written, cut off the torn one, raise WriteError."""
        whole = 0
        for piece, frames, order in self._pieces:
            if whole + len(piece) <= written:
                whole += len(piece)
                self.frames += frames
                continue
            if frames > 1:
                size, frames = _whole_blocks(piece, written - whole, order)
                whole += size
                self.frames += frames
            break
        self._forget()
        torn = written - whole
        if torn and self._cut_back(torn):
            torn = 0
        self.size += whole
        self._failure = write_error(self._name, self.frames, torn, error)
        raise self._failure from error

    def _cut_back(self, torn: int) -> bool:
        """Take the last `torn` bytes off a regular file; False for anything else."""
        try:
            descriptor = self._stream.fileno()
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return False
            end = os.lseek(descriptor, 0, os.SEEK_CUR) - torn
            os.ftruncate(descriptor, end)
            os.lseek(descriptor, end, os.SEEK_SET)
        except (OSError, ValueError, AttributeError):
            return False
        return True


def write_error(name: str, frames: int, torn: int, error: OSError) -> WriteError:
    """What is said of a failed write. torn: bytes of a cut block that could not be taken away again."""
    reason = error.strerror or str(error)
    advice = _ADVICE.get(error.errno or 0, "")
    remainder = f" and {torn} bytes of the next block" if torn else ""
    return WriteError(
        f"{name}: writing failed after {frames} frames{remainder}: {reason}" + (f"; {advice}" if advice else "")
    )


def _whole_blocks(run: bytes | memoryview, size: int, order: ByteOrder) -> tuple[int, int]:
    """How many bytes and blocks of a run are whole in its first `size` bytes."""
    at = blocks = 0
    length = struct.Struct(order + "I").unpack_from
    while size - at >= 8 and at + length(run, at + 4)[0] <= size:
        at += length(run, at + 4)[0]
        blocks += 1
    return at, blocks
