"""Signals set flags and wake the loop, and nothing else."""

import os
import select
import signal

import pytest

from pcapkit.capture.signals import Signals


def test_each_signal_sets_its_flag_and_wakes() -> None:
    with Signals() as signals:
        os.kill(os.getpid(), signal.SIGUSR1)
        assert (signals.counts, signals.flush, signals.stop) == (True, False, False)
        assert select.select([signals.wakeup], [], [], 1)[0]
        signals.clear_wakeup()
        assert not select.select([signals.wakeup], [], [], 0)[0]
        os.kill(os.getpid(), signal.SIGUSR2)
        assert signals.flush


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_remembers_the_first_time(number: int) -> None:
    with Signals() as signals:
        os.kill(os.getpid(), number)
        first = signals.stopped_at
        os.kill(os.getpid(), number)
        assert signals.stop
        assert signals.stopped_at == first


@pytest.mark.parametrize(
    ("before", "after", "turned"), [(False, False, True), (True, True, True), (True, False, False)]
)
def test_a_hangup_begins_the_next_file_unless_it_is_the_terminals_end(
    monkeypatch: pytest.MonkeyPatch, before: bool, after: bool, turned: bool
) -> None:
    monkeypatch.setattr("pcapkit.capture.signals._has_terminal", lambda: before)
    with Signals(turning=True) as signals:
        monkeypatch.setattr("pcapkit.capture.signals._has_terminal", lambda: after)
        os.kill(os.getpid(), signal.SIGHUP)
        assert (signals.turn, signals.stop, signals.hung_up) == (turned, not turned, not turned)


def test_where_there_is_no_next_file_a_hangup_is_the_end() -> None:
    with Signals() as signals:
        os.kill(os.getpid(), signal.SIGHUP)
        assert (signals.turn, signals.stop, signals.hung_up) == (False, True, True)


def test_what_was_before_comes_back_and_an_ignored_hangup_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        interrupt = signal.getsignal(signal.SIGINT)
        with Signals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not signals.stop
            assert signal.getsignal(signal.SIGINT) != interrupt
        assert signal.getsignal(signal.SIGINT) == interrupt
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
