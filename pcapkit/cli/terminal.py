"""What a stream that people look at can show."""

import os
from typing import Final, TextIO

_USUAL: Final = 80


def width(stream: TextIO) -> int | None:
    """Columns of the terminal that the stream is; None where it is none."""
    try:
        if not stream.isatty():
            return None
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return None


def mark(stream: TextIO) -> str:
    """A character for what is cut off: `…`, or `>` where the stream's encoding has no such character."""
    try:
        "…".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ">"
    return "…"


def can_update(stream: TextIO) -> bool:
    """Whether a line can be written anew in its place."""
    return width(stream) is not None and os.environ.get("TERM", "dumb") not in ("", "dumb")


def has_colours(stream: TextIO) -> bool:
    """Whether colours are wanted there (https://no-color.org)."""
    return can_update(stream) and not os.environ.get("NO_COLOR")
