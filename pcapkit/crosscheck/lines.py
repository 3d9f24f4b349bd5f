"""Lines from a program's output, waited for only so long."""

import os
import select
import time
from subprocess import Popen

from pcapkit.crosscheck.face import RuntimeFailure

CHUNK = 1 << 16
LONGEST = 1 << 24  # bytes of one line: beyond it the program writes no lines


class Lines:
    """What a program writes to its standard output, line by line."""

    def __init__(self, process: "Popen[bytes]", patience: float) -> None:
        """patience: seconds without a byte after which the program is taken to hang."""
        assert process.stdout is not None
        self._descriptor = process.stdout.fileno()
        self._patience = patience
        self._rest = b""
        self._whole: list[bytes] = []
        self._ended = False

    def next(self) -> bytes | None:
        """The next line without its end; None after the last. Raises RuntimeFailure where none comes."""
        while not self._whole and not self._ended:
            self._fill()
        return self._whole.pop() if self._whole else None

    def _fill(self) -> None:
        deadline = time.monotonic() + self._patience
        while True:
            ready, _, _ = select.select([self._descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if ready:
                break
            if time.monotonic() >= deadline:
                raise RuntimeFailure(f"no answer within {self._patience:g} s: stopped")
        chunk = os.read(self._descriptor, CHUNK)
        self._ended = not chunk
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        if self._ended and self._rest:
            lines.append(self._rest)
        if len(self._rest) > LONGEST:
            raise RuntimeFailure("its output has no lines")
        self._whole = lines[::-1]
