"""Signals only set flags; the loop looks at them, woken by a pipe so that it never waits out a time-out."""

import os
import signal
import time
from types import FrameType, TracebackType
from typing import Final

_STOP: Final = (signal.SIGINT, signal.SIGTERM)
_INSISTING: Final = 0.5  # seconds; what comes sooner may be one wish sent twice (a terminal and sudo)
_REACT: Final = (*_STOP, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class Signals:
    """While entered: SIGINT, SIGTERM ask for a stop, SIGUSR1 for the counts, SIGUSR2 for a flush.

    SIGHUP asks for the next file where there can be one (`turning`), else for a stop; and for a stop as well if it
    comes because our terminal is closed.
    A second wish to stop, later than half a second after the first, is `insisted`: do not finish reading either.
    wakeup is a file descriptor that becomes readable with each signal. A SIGHUP that was ignored on entry
    (nohup) stays ignored.
    """

    def __init__(self, *, turning: bool = False) -> None:
        self.stopped_at: float | None = None
        self.hung_up = False
        """A SIGHUP was the reason to stop."""
        self.turn = False
        """The next file is wanted."""
        self._turning = turning
        self._terminal = _has_terminal()
        self.insisted = False
        self.counts = False
        self.flush = False
        self.wakeup = -1
        self._wakeup_end = -1
        self._before: dict[int, object] = {}

    def __enter__(self) -> "Signals":
        self.wakeup, self._wakeup_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wakeup_end, warn_on_full_buffer=False)
        for number in _REACT:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself returned
        signal.set_wakeup_fd(-1)
        os.close(self.wakeup)
        os.close(self._wakeup_end)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP and self._turning and _has_terminal() == self._terminal:
            self.turn = True
        elif number in (*_STOP, signal.SIGHUP):
            self.hung_up = self.hung_up or (number == signal.SIGHUP and not self.stop)
            now = time.monotonic()
            if self.stopped_at is None:
                self.stopped_at = now
            elif now - self.stopped_at > _INSISTING:
                self.insisted = True
        elif number == signal.SIGUSR1:
            self.counts = True
        else:
            self.flush = True

    @property
    def stop(self) -> bool:
        """True once a clean stop was asked for."""
        return self.stopped_at is not None

    def clear_wakeup(self) -> None:
        """Empty the pipe, so that wakeup waits for the next signal."""
        try:
            while os.read(self.wakeup, 512):
                pass
        except BlockingIOError:
            pass


def _has_terminal() -> bool:
    """Whether we have a controlling terminal that is still there."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True
