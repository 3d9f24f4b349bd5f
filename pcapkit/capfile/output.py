"""Writes whole blocks: gathered in memory, handed over by one write call, not left torn by a full disk."""

import errno
import io
import os
import select
import stat
from typing import Any

from pcapkit.errors import WriteError

_FLUSH_AT = 256 * 1024

_ADVICE = {
    errno.ENOSPC: "free some space or write elsewhere",
    errno.EDQUOT: "free some of your quota or write elsewhere",
    errno.EFBIG: "raise the file size limit or write to several files",
    errno.EPIPE: "the reader has closed the pipe",
}


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
        self._stream = stream
        self._name = str(getattr(stream, "name", "the output"))
        self._blocks: list[bytes] = []
        self._is_frame = bytearray()  # 1 for each block that is a frame
        self._failure: WriteError | None = None

    def add(self, block: bytes, *, frame: bool) -> None:
        """Take one whole block; write if enough has been gathered."""
        self._blocks.append(block)
        self._is_frame.append(frame)
        self.gathered += len(block)
        if self.gathered >= _FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        """Hand everything over to the operating system. Raises WriteError."""
        if self._failure is not None:
            raise self._failure
        if not self._blocks:
            return
        data = memoryview(b"".join(self._blocks))
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
        self.frames += self._is_frame.count(1)
        self.size += len(data)
        self._forget()

    def _forget(self) -> None:
        self._blocks.clear()
        self._is_frame.clear()
        self.gathered = 0

    def _fail(self, error: OSError, written: int) -> None:
        """Count the whole blocks that were written, cut off the torn one, raise WriteError."""
        whole = 0
        for block, is_frame in zip(self._blocks, self._is_frame, strict=True):
            if whole + len(block) > written:
                break
            whole += len(block)
            self.frames += is_frame
        self._forget()
        torn = written - whole
        if torn and self._cut_back(torn):
            torn = 0
        self.size += whole
        reason = error.strerror or str(error)
        advice = _ADVICE.get(error.errno or 0, "")
        remainder = f" and {torn} bytes of the next block" if torn else ""
        self._failure = WriteError(
            f"{self._name}: writing failed after {self.frames} frames{remainder}: {reason}"
            + (f"; {advice}" if advice else "")
        )
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
