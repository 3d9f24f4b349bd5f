"""What a recorder says on standard error: lines, and on a terminal one line that is kept up to date in its place."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pcapkit.cli import terminal

_INTERVAL: Final = 1.0  # seconds: often enough to see that it lives, seldom enough not to flicker
ERASE: Final = "\r\x1b[K"
"""Back to the beginning of the line, which is empty then (ECMA-48)."""
_ALARM, _PLAIN = "\x1b[33m", "\x1b[0m"
_BETWEEN: Final = "  "


class Part(NamedTuple):
    """A piece of the line. bad: it is bad news. short: what stands there where not everything has room."""

    text: str
    bad: bool = False
    short: str = ""


def say(text: str, *, end: str = "\n") -> None:
    """Text on standard error; a terminal that has gone is no reason to lose the work."""
    try:
        sys.stderr.write(text + end)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


class Status:
    """The line at the bottom of the terminal. Other text goes through `say`, and appears above it."""

    def __init__(self, parts: Callable[[float], Sequence[Part]]) -> None:
        """parts: what to show at a monotonic time, the most important first."""
        self._parts = parts
        self._shown = ""
        self._next = 0.0
        self._colour = not os.environ.get("NO_COLOR")

    def update(self, now: float) -> None:
        """Show the line if its time has come."""
        if now < self._next:
            return
        self._next = now + _INTERVAL
        shown = self._line(now)
        if shown != self._shown:
            self._shown = shown
            say(ERASE + shown, end="")

    def say(self, text: str) -> None:
        """A line of text that stays, above the status."""
        say((ERASE if self._shown else "") + text)
        if self._shown:
            say(self._shown, end="")

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            say(ERASE, end="")
            self._shown = ""

    def _line(self, now: float) -> str:
        """As many whole parts as the terminal is wide, the short ones if not all have room."""
        room = (terminal.width(sys.stderr) or 0) - 1  # in the last column some terminals begin a new line
        parts = self._parts(now)
        if len(_BETWEEN.join(part.text for part in parts)) > room:
            parts = [Part(part.short or part.text, part.bad) for part in parts]
        texts: list[str] = []
        for text, bad, _ in parts:
            room -= len(text) + (len(_BETWEEN) if texts else 0)
            if room < 0:
                break
            texts.append(f"{_ALARM}{text}{_PLAIN}" if bad and self._colour else text)
        return _BETWEEN.join(texts)


def clock(seconds: float) -> str:
    """As a stopwatch shows it."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def byte_count(number: float) -> str:
    """Bytes in units of 1000, three digits or so."""
    return _in_units(number, (" B", " kB", " MB", " GB", " TB"))


def brief_count(number: float) -> str:
    """How many of anything, where there is little room: `9,999`, then `10.0 k`, `1.2 M`."""
    return f"{number:,.0f}" if number < 9999.5 else _in_units(number, ("", " k", " M", " G", " T"))


def _in_units(number: float, units: Sequence[str]) -> str:
    place = 0
    while number >= 999.5 and place < len(units) - 1:
        number /= 1000
        place += 1
    return f"{number:.0f}{units[place]}" if place == 0 or number >= 99.95 else f"{number:.1f}{units[place]}"
