"""How far a long job has come with the files that it reads: a line on standard error that disappears at the end."""

import os
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pcapkit.capfile.source import watch_reading
from pcapkit.cli import terminal
from pcapkit.cli.status import ERASE, byte_count, say

_SILENT: Final = 1.0  # seconds without a line: most jobs are done by then
_INTERVAL: Final = 0.2
_LONGEST: Final = 40  # characters of the bar
_STANDARD_INPUT: Final = 0


class Bar:
    """The line. Whoever writes to the same terminal calls `clear` before that."""

    def __init__(self, names: Sequence[str]) -> None:
        """names: of the files that will be read, in their order; "-" is standard input."""
        self._sizes = [_size(name) for name in names]
        self._whole = sum(self._sizes)
        self._behind = 0  # bytes of the files before this one
        self._files = 0
        self._process = os.getpid()
        self._begun = time.monotonic()
        self._next = self._begun + _SILENT
        self._shown = ""

    def reading(self, done: int, size: int) -> None:
        """So many bytes of the open file were read, of so many."""
        now = time.monotonic()
        if now >= self._next and os.getpid() == self._process:
            self._next = now + _INTERVAL
            self._show(self._behind + min(done, size), now)

    def file_done(self, *, shown: bool = False) -> None:
        """The next file's turn. shown: the job reads its files elsewhere, so that this alone tells how far it is."""
        if self._files < len(self._sizes):
            self._behind += self._sizes[self._files]
            self._files += 1
        if shown:
            self.reading(0, 0)

    def clear(self) -> None:
        """Take the line away; it comes back with the next piece that is read."""
        if self._shown:
            self._shown = ""
            say(ERASE, end="")

    def end(self) -> None:
        """Take the line away for good."""
        self._next = float("inf")
        self.clear()

    def _show(self, done: int, now: float) -> None:
        shown = _line(done, self._whole, now - self._begun, (terminal.width(sys.stderr) or 0) - 1)
        if shown != self._shown:
            self._shown = shown
            say(ERASE + shown, end="")


@contextmanager
def shown(names: Sequence[str], *, wanted: bool = True) -> Iterator[Bar]:
    """Shows how far the reading of these files has come, where standard error is a terminal that can."""
    bar = Bar(names)
    if not wanted or not bar._whole or not terminal.can_update(sys.stderr):
        bar.end()
        yield bar
        return
    watch_reading(bar.reading)
    try:
        yield bar
    finally:
        watch_reading(None)
        bar.end()


def _size(name: str) -> int:
    """Bytes of a file; 0 for what has no size, or is not there."""
    try:
        found = os.fstat(_STANDARD_INPUT) if name == "-" else os.stat(name)
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _line(done: int, whole: int, seconds: float, room: int) -> str:
    """` 43 % [=====     ] 212 of 493 MB, 12 s left`, as much of it as there is room for."""
    share = min(done / whole, 1.0)
    left = seconds * (1 - share) / share if share else 0.0
    texts = [f"{100 * share:3.0f} %", f"{byte_count(done)} of {byte_count(whole)}", f"{left:.0f} s left"]
    bar = min(_LONGEST, room - len("  ".join(texts)) - 4)
    if bar >= 8:
        full = int(share * bar)
        texts.insert(1, f"[{'=' * full}{' ' * (bar - full)}]")
    while len("  ".join(texts)) > max(room, 0):
        texts.pop()
    return "  ".join(texts)
