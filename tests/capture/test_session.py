"""The loop, over sources that are played."""

import socket
import time
from collections.abc import Iterator
from math import inf
from types import SimpleNamespace
from typing import cast

import pytest

from pcapkit.capture.passing import FrameByFrame
from pcapkit.capture.ring import BLOCK_TIMEOUT_MS
from pcapkit.capture.session import Ending, Session
from pcapkit.capture.signals import Signals
from pcapkit.capture.source import Source
from pcapkit.capture.stops import Stops
from pcapkit.capture.walk import Frame

FIRST = 1_700_000_000_000_000_000


class PlayedSource:
    """Blocks of frame times, one block a round; some may come only after the session let nothing more in."""

    def __init__(self, blocks: list[list[int]], in_the_open_block: list[int] | None = None) -> None:
        self._blocks = blocks
        self._open_block = in_the_open_block
        self._wake, self._sock = socket.socketpair()
        self._wake.send(b"ready")
        self.interface = SimpleNamespace(name="played", index=1)
        self.ring = SimpleNamespace(
            sock=self._sock, reject_all=self._reject_all, error=lambda: 0, begun=lambda clock: 0
        )
        self.up = True
        self.delivered = 0

    def _reject_all(self) -> None:
        if self._open_block:
            self._blocks.append(self._open_block)

    def read_block(self) -> list[tuple[Frame, int]] | None:
        if not self._blocks:
            return None
        return [(Frame(FIRST + moment, b"", 0, 0), 0) for moment in self._blocks.pop(0)]

    def count_unread(self) -> None:
        pass

    def read_counters(self) -> None:
        pass

    def close(self) -> None:
        self._wake.close()
        self._sock.close()


class SlowSink:
    """Remembers frames; takes its time for each round."""

    def __init__(self, seconds: float = 0, room: int = 1000, rounds: int = 1000) -> None:
        self.due = inf
        self.frames: list[tuple[int, int]] = []
        self.turns = 0
        self._seconds = seconds
        self._room = room
        self._rounds = rounds

    def frame(self, source: int, frame: Frame, dropped: int) -> bool:
        if len(self.frames) == self._room:
            return False
        self.frames.append((source, frame.time - FIRST))
        return True

    def settle(self) -> bool:
        time.sleep(self._seconds)
        self._rounds -= 1
        return self._rounds > 0

    def flush(self) -> None:
        pass

    def turn(self) -> bool:
        self.turns += 1
        return self.turns < 2


@pytest.fixture
def signals() -> Iterator[Signals]:
    with Signals() as made:
        yield made


def play(
    signals: Signals, sink: SlowSink, *sources: PlayedSource, stops: Stops | None = None
) -> tuple[Ending, list[tuple[int, int]]]:
    stops = stops or Stops()
    played = cast("list[Source]", sources)
    session = Session(
        played,
        FrameByFrame(played, sink, stops.frames, BLOCK_TIMEOUT_MS),
        sink,
        stops.seconds,
        signals,
        notice=lambda text: None,
        show_counts=lambda: None,
    )
    try:
        return session.run(), sink.frames
    finally:
        for source in sources:
            source.close()


def test_a_stop_reads_every_block_however_slow_the_sink(signals: Signals) -> None:
    signals.stopped_at = time.monotonic()
    source = PlayedSource([[1], [2], [3]], in_the_open_block=[4, 5])
    ending, frames = play(signals, SlowSink(0.2), source)
    assert (ending, frames) == (Ending.SIGNAL, [(0, moment) for moment in (1, 2, 3, 4, 5)])
    assert source.delivered == 5


def test_who_insists_is_not_kept(signals: Signals) -> None:
    signals.stopped_at = time.monotonic()
    signals.insisted = True
    assert play(signals, SlowSink(), PlayedSource([[1], [2]])) == (Ending.SIGNAL, [])


def test_two_sources_come_out_in_order_of_time(signals: Signals) -> None:
    first, second = PlayedSource([[10, 30], [50]]), PlayedSource([[20, 40], [45, 60]])
    _, frames = play(signals, SlowSink(), first, second, stops=Stops(seconds=0.05))
    assert frames == [(0, 10), (1, 20), (0, 30), (1, 40), (1, 45), (0, 50), (1, 60)]


@pytest.mark.parametrize(("stops", "room"), [(Stops(frames=3), 1000), (Stops(), 3), (Stops(frames=4), 3)])
def test_a_condition_ends_within_a_block(signals: Signals, stops: Stops, room: int) -> None:
    source = PlayedSource([[1, 2], [3, 4, 5], [6]])
    ending, frames = play(signals, SlowSink(room=room), source, stops=stops)
    assert (ending, frames) == (Ending.CONDITION, [(0, 1), (0, 2), (0, 3)])
    assert source.delivered == 3


def test_the_last_files_time_is_over_and_what_arrived_before_is_in_it(signals: Signals) -> None:
    ending, frames = play(signals, SlowSink(rounds=1), PlayedSource([[1], [2]], in_the_open_block=[3]))
    assert (ending, frames) == (Ending.CONDITION, [(0, 1), (0, 2), (0, 3)])


def test_a_wish_for_the_next_file_is_passed_on_and_the_last_one_ends_it(signals: Signals) -> None:
    signals.turn = True
    sink = SlowSink()
    play(signals, sink, PlayedSource([[1], [2]]), stops=Stops(seconds=0.05))
    assert sink.turns == 1
    signals.turn = True
    ending, _ = play(signals, sink, PlayedSource([[1]]))
    assert (ending, sink.turns) == (Ending.CONDITION, 2)


def test_it_does_not_sleep_past_the_time_of_the_next_file(signals: Signals) -> None:
    sink = SlowSink(rounds=2)  # the first round is for what is there already
    sink.due = time.monotonic() + 0.03
    begun = time.monotonic()
    play(signals, sink, PlayedSource([[1]]))
    assert time.monotonic() - begun < 0.03 + 0.25


def test_no_interface_left(signals: Signals) -> None:
    source = PlayedSource([[1]])
    source.up = False
    assert play(signals, SlowSink(), source)[0] is Ending.NO_INTERFACE


class Holding(FrameByFrame):
    """Blocks of the rings wait for their turn all the time."""

    rounds = 0
    holding = True

    def read_round(self) -> list[Source]:
        self.rounds += 1
        return super().read_round()


def test_blocks_that_wait_do_not_keep_the_processor_busy(signals: Signals) -> None:
    """Their sockets are readable all the time, as these are."""
    source = PlayedSource([[1], [2], [3]])
    played, sink = cast("list[Source]", [source]), SlowSink()
    passing = Holding(played, sink, None, BLOCK_TIMEOUT_MS)
    session = Session(played, passing, sink, 0.3, signals, notice=lambda text: None, show_counts=lambda: None)
    try:
        assert session.run() is Ending.CONDITION
    finally:
        source.close()
    assert sink.frames == [(0, 1), (0, 2), (0, 3)]
    assert passing.rounds < 100  # 0.3 s and the draining, 10 ms each
