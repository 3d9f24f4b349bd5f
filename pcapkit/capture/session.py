"""The capture itself: wait, read blocks, hand frames on in order of time, and stop without losing one.

    wait -> read ready blocks -> order by time -> sink       until a signal, a -c or -a, or no interface is
    left stop: let nothing more in, then read until the rings stay empty for longer than their block time-out

Stopping the other way round loses the block that the kernel is still filling (thousands of frames under
load).
"""

import errno
import select
import socket
import time
from collections.abc import Callable, Sequence
from enum import Enum
from math import ceil, inf
from typing import Final, Protocol

from pcapkit.capture.interfaces import is_up
from pcapkit.capture.passing import Passing
from pcapkit.capture.ring import BLOCK_TIMEOUT_MS
from pcapkit.capture.signals import Signals
from pcapkit.capture.source import Source

_IDLE_WAIT: Final = 0.25
_QUIET: Final = 3 * BLOCK_TIMEOUT_MS / 1000
_LOOK: Final = BLOCK_TIMEOUT_MS / 5000


class Sink(Protocol):
    """Where frames go; how, is between it and what passes them on (passing.py)."""

    @property
    def due(self) -> float:
        """When, on the monotonic clock, `settle` is wanted at the latest."""

    def settle(self) -> bool:
        """A round of frames is over: pass on what is held back. False: the capture is over (-a files)."""

    def flush(self) -> None:
        """Pass on everything now."""

    def turn(self) -> bool:
        """Begin the next file now. False: the capture is over."""


class Ending(Enum):
    """Why a capture ended."""

    SIGNAL = "signal"
    CONDITION = "condition"
    NO_INTERFACE = "no interface is left"
    READER_GONE = "the reader closed the pipe"


class Session:
    """One capture over one or more sources. `run` once."""

    def __init__(
        self,
        sources: Sequence[Source],
        passing: Passing,
        sink: Sink,
        seconds: float | None,
        signals: Signals,
        notice: Callable[[str], None],
        show_counts: Callable[[], None],
        pipes: Sequence[int] = (),
        block_timeout: int = BLOCK_TIMEOUT_MS,
    ) -> None:
        """passing: brings the sources' frames to the sink. seconds: how long to capture (-a duration), None for ever.

        notice gets a sentence when an interface goes or comes; show_counts is called for SIGUSR1. pipes: descriptors
        of pipes that are written to; the capture ends when a reader has gone. block_timeout: of the rings, in ms.
        """
        self._sources = sources
        self._passing = passing
        self._sink = sink
        self._seconds = seconds
        self._signals = signals
        self._notice = notice
        self._show_counts = show_counts
        self._ordering_wait = block_timeout / 1000
        self._poll = select.poll()
        self._by_descriptor = {source.ring.sock.fileno(): source for source in sources}
        for descriptor in self._by_descriptor:
            self._poll.register(descriptor, select.POLLIN | select.POLLERR)
        self._poll.register(signals.wakeup, select.POLLIN)
        for descriptor in pipes:
            self._poll.register(descriptor, 0)  # errors are reported all the same
        self._listening = True  # to the sockets, for blocks
        self._found = False  # a block, in the latest round
        self._reader_gone = False
        self._enough = False  # of files
        self._deadline: float | None = None

    def run(self) -> Ending:
        """Capture until something ends it; everything received by then has gone to the sink.

        Errors of the sink pass through (WriteError). The sources' counters are final afterwards.
        """
        if self._seconds is not None:
            self._deadline = time.monotonic() + self._seconds
        try:
            while (ending := self._ending()) is None:
                self._wait()
                self._read_round()
                self._passing.pass_on()
                self._enough = not self._sink.settle()
                self._answer_signals()
            if not self._passing.full and ending is not Ending.READER_GONE:
                self._drain()
            return ending
        finally:
            for source in self._sources:
                source.read_counters()

    def _ending(self) -> Ending | None:
        if self._signals.stop:
            return Ending.SIGNAL
        if self._reader_gone:
            return Ending.READER_GONE
        if self._passing.full or self._enough or (self._deadline is not None and time.monotonic() >= self._deadline):
            return Ending.CONDITION
        if not any(source.up for source in self._sources):
            return Ending.NO_INTERFACE
        return None

    def _wait(self) -> None:
        seconds = self._ordering_wait if self._passing.waiting else _IDLE_WAIT
        until = min(self._sink.due, self._deadline if self._deadline is not None else inf)
        if until < inf:
            seconds = min(seconds, max(0.0, until - time.monotonic()))
        self._listen(not self._passing.holding)
        if not self._listening:
            seconds = 0.0 if self._found else min(seconds, _LOOK)
        for descriptor, events in self._poll.poll(ceil(seconds * 1000)):
            if descriptor == self._signals.wakeup:
                self._signals.clear_wakeup()
            elif descriptor not in self._by_descriptor:
                self._reader_gone = True
            elif events & select.POLLERR:
                self._look_at_error(self._by_descriptor[descriptor])

    def _listen(self, wanted: bool) -> None:
        """Wait for blocks, or not: where some are held, a socket is always readable."""
        if wanted != self._listening:
            self._listening = wanted
            for descriptor in self._by_descriptor:
                self._poll.modify(descriptor, select.POLLIN | select.POLLERR if wanted else select.POLLERR)

    def _read_round(self) -> bool:
        """Read at most one block of each ring; True if there was any."""
        found = self._passing.read_round()
        for source in found:
            if not source.up and is_up(source.interface):  # a ring still holds frames after its interface went
                source.up = True
                self._notice(f"interface {source.interface.name} is up")
        self._found = bool(found)
        return self._found

    def _answer_signals(self) -> None:
        if self._signals.counts or self._signals.flush:
            self._signals.flush = False
            self._sink.flush()
        if self._signals.counts:
            self._signals.counts = False
            for source in self._sources:
                source.read_counters()
            self._show_counts()
        if self._signals.turn:
            self._signals.turn = False
            self._enough = not self._sink.turn()

    def _look_at_error(self, source: Source) -> None:
        number = source.ring.error()
        if number == 0 or not source.up:
            return
        name = source.interface.name
        source.up = False
        if number in (errno.ENETDOWN, errno.ENODEV, errno.ENXIO):
            exists = any(index == source.interface.index for index, _ in socket.if_nameindex())
            self._notice(f"interface {name} went down" if exists else f"interface {name} is gone")
        else:
            self._notice(f"interface {name}: {errno.errorcode.get(number, str(number))} while capturing")

    def _drain(self) -> None:
        """Let nothing more in and read what is left, down to the block that the kernel was filling.

        A full ring takes its time; who stops a second time leaves the rest unread, and it is counted as such.
        """
        for source in self._sources:
            source.ring.reject_all()
        quiet = 0.0  # seconds in which the rings were looked at and found empty; handling frames does not count
        while quiet < _QUIET and not self._signals.insisted:
            if self._read_round():
                quiet = 0.0
            else:
                time.sleep(_LOOK)
                quiet += _LOOK
            self._passing.pass_on()
            self._sink.settle()
            if self._passing.waiting and not self._passing.full:
                quiet = 0.0  # while frames wait for those of other interfaces, a block may have to stay in its ring
        self._passing.pass_on(everything=True)
        self._sink.settle()
        for source in self._sources:
            source.count_unread()
