"""Ending in order when told to: SIGTERM and SIGHUP undo what was built, as Ctrl-C does."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

_BY_SIGNAL: Final = 128  # added to the signal's number, as a shell reports it


@contextmanager
def orderly() -> Iterator[None]:
    """While entered, SIGTERM and SIGHUP end the program by SystemExit, so that everything is left in order."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)  # once is enough
        raise SystemExit(_BY_SIGNAL + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
