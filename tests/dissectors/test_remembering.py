"""What the handshake dissector remembers: for how long, of how many, and that it tells nobody when it forgets."""

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings

from pcapkit.dissector import Values, find_one
from pcapkit.dissector.forgetting import forgotten
from pcapkit.dissector.run import LEAST_RECORDS, RECORD_BYTES, most_records
from pcapkit.subset import Table
from pcapkit_dissectors import tcp_handshake
from pcapkit_dissectors.tcp_handshake import PATIENCE, PATIENCE_PASSING, Problem, Step
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.strategies import between, long_captures
from tests.dissectors.talk import frame_of, tell

DISSECTOR = find_one("tcp_handshake")
SECOND = 1_000_000_000
OPEN = SCENARIOS["open"]
CLOSED = SCENARIOS["client closes after a pause (eleven frames)"]
SYN, SYN_ACK, ACK, RST = 2, 18, 16, 4


def run(capture: Sequence[tuple[int, bytes]]) -> tuple[list[Values], dict[str, int]]:
    """What is told of every frame, and the counts after the last."""
    running = DISSECTOR.begin()
    told = [running.feed(number, time, data, len(data), 1) for number, (time, data) in enumerate(capture, 1)]
    return [values for values in told if values is not None], running.counts


def after(text: str, seconds: int, *last: bytes) -> list[Values]:
    """The values of these frames, which come that long after the conversation's last one.

    The conversation is over within the first second of the capture.
    """
    capture = [(frame.time, frame.data) for frame in tell(text)]
    assert capture[-1][0] < SECOND
    told, _ = run([*capture, *((seconds * SECOND + capture[0][0], data) for data in last)])
    return told[len(capture) :]


LATE_ACK = frame_of("S", ACK, 5001, 1001, 0)
SYN_ANSWER = frame_of("S", SYN_ACK, 5000, 1001, 0)
RESTS = [
    ("C SYN : 1/3", SYN_ANSWER, PATIENCE_PASSING),
    ("C SYN : 1/3\nS SYN,ACK : 2/3", frame_of("C", ACK, 1001, 5001, 0), PATIENCE_PASSING),
    ("C SYN : 1/3\nS RST,ACK : refused", frame_of("S", RST + ACK, 0, 1001, 0), PATIENCE_PASSING),
    (CLOSED, LATE_ACK, PATIENCE_PASSING),
    (OPEN, LATE_ACK, PATIENCE),
    (OPEN + "C FIN,ACK : 1/4\nS ACK : 2/4", LATE_ACK, PATIENCE),
    ("S PSH,ACK len=20 : data", LATE_ACK, PATIENCE),
]


@pytest.mark.parametrize(("text", "late", "patience"), RESTS)
def test_a_silent_connection_is_forgotten_in_the_next_second(text: str, late: bytes, patience: int) -> None:
    """Not when the patience is over, but when more of it is."""
    (values,) = after(text, patience, late)
    assert values["connection"] == 0
    (values,) = after(text, patience + 1, late)
    assert values["connection"] == 1


def test_what_a_late_frame_gets() -> None:
    """It is picked up in the middle, as if nothing had been captured before."""
    (values,) = after(OPEN, PATIENCE + 1, LATE_ACK)
    assert values == {"step": (Step.ACK,), "connection": 1, "sender": 0, "client_state": 0, "server_state": 0}
    told = after("C SYN : 1/3", PATIENCE_PASSING + 1, SYN_ANSWER, frame_of("C", ACK, 1001, 5001, 0))
    assert [(values["connection"], values["step"]) for values in told] == [
        (1, (Step.OPEN_SYN_ACK,)),
        (1, (Step.OPEN_ACK,)),
    ]
    assert Problem.DIRECTION_INFERRED in told[0]["problems"]  # type: ignore[operator]


def test_a_forgotten_pair_that_begins_anew_reuses_nothing() -> None:
    """The SYN is no port reused while open: there is no connection any more. Both directions find the new one."""
    syn, answer = frame_of("S", SYN, 90000, 0, 0), frame_of("C", SYN_ACK, 70000, 90001, 0)
    (first, _) = after(OPEN, PATIENCE, syn, answer)
    assert first["problems"] == (Problem.PORT_REUSED,)
    told = after(OPEN, PATIENCE + 1, syn, answer)
    assert all("problems" not in values and values["connection"] == 1 for values in told)


def test_every_frame_renews_the_patience() -> None:
    """Keep-alives from either side, for weeks."""
    capture = [(frame.time, frame.data) for frame in tell(OPEN)]
    for day in range(1, 40):
        data = frame_of("C", ACK, 1000, 5001, 0) if day % 2 else LATE_ACK
        capture.append((day * (PATIENCE - 1) * SECOND, data))
    told, _ = run(capture)
    assert {values["connection"] for values in told} == {0}


def test_time_does_not_go_back() -> None:
    """What another frame said of the time holds, though the next one has an earlier time."""
    syn, other = frame_of("C", SYN, 1000, 0, 0), between(frame_of("C", SYN, 1, 0, 0), 9)
    later = (PATIENCE_PASSING + 1) * SECOND
    told, _ = run([(0, syn), (later, other), (5, SYN_ANSWER)])
    assert [values["connection"] for values in told] == [0, 1, 2]
    # And a clock that was set back counts on from there, not twice.
    told, _ = run([(0, syn), (later // 2, other), (5, other), (later // 2 - 5, other), (later - SECOND, SYN_ANSWER)])
    assert [values["connection"] for values in told] == [0, 1, 1, 1, 0]


# The number.


@contextmanager
def limits(**values: int) -> Iterator[None]:
    """The dissector with other constants."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(tcp_handshake, name, value)
        yield


def of(data: bytes, client: int) -> bytes:
    """A frame of that client."""
    return between(data, client)


def conversation(client: int, text: str = OPEN) -> list[bytes]:
    """Its frames."""
    return [of(frame.data, client) for frame in tell(text)]


SYN_OF = frame_of("C", SYN, 7, 0, 0)
FLOODS: dict[str, list[bytes]] = {
    "SYN": [SYN_OF],
    "SYN, SYN-ACK": [SYN_OF, frame_of("S", SYN_ACK, 9, 8, 0)],
    "SYN, RST": [SYN_OF, frame_of("S", RST + ACK, 0, 8, 0)],
    "SYN, SYN-ACK, RST": [SYN_OF, frame_of("S", SYN_ACK, 9, 8, 0), frame_of("C", RST, 8, 0, 0)],
    "SYN, SYN-ACK, wrong ACK": [SYN_OF, frame_of("S", SYN_ACK, 9, 8, 0), frame_of("C", ACK, 8, 2**31 - 9, 0)],
    "ACK": [frame_of("C", ACK, 7, 9, 3)],
    "ACK, RST": [frame_of("C", ACK, 7, 9, 3), frame_of("S", RST, 9, 0, 0)],
    "SYN-ACK": [frame_of("C", SYN_ACK, 7, 9, 0)],
    "FIN": [frame_of("C", ACK + 1, 7, 9, 0)],
    "RST": [frame_of("C", RST, 7, 0, 0)],
    "no flags": [frame_of("C", 0, 7, 0, 0)],
    "handshakes, closed": [frame.data for frame in tell(CLOSED)],
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_takes_bounded_room_and_leaves_the_others_alone(name: str) -> None:
    """Settled connections before and while it lasts: same labels as without it, but for numbers of later ones."""
    with limits(PASSING=16):
        running = DISSECTOR.begin()
        alone = DISSECTOR.begin()
        number = 0
        settled = [of(frame.data, client) for client in range(5) for frame in tell(OPEN)]
        rest = [
            of(frame.data, client)
            for frame in tell(OPEN + "C ACK len=5 : data\nS FIN,ACK : 1/4")[-2:]
            for client in range(5)
        ]

        def feed(data: bytes) -> Values | None:
            nonlocal number
            number += 1
            return running.feed(number, number * 1000, data, len(data), 1)

        for data in settled:
            assert feed(data) == alone.feed(number, number * 1000, data, len(data), 1)
        table = running._capture.connections
        for client in range(100, 600):
            for data in FLOODS[name]:
                feed(of(data, client))
            assert len(table) <= 5 + 16 + 1
        counts = running.counts
        assert counts["count"] == 505
        assert counts["given_up"] + counts["ended_early"] == 505 - len(table)
        flooded = number
        for place, data in enumerate(rest):
            values = feed(data)
            wanted = alone.feed(flooded + place + 1, number * 1000, data, len(data), 1)
            assert values == wanted
            assert values is not None
            assert Step.REPEAT not in values["step"]  # type: ignore[operator]


def test_what_leaves_is_counted_by_its_kind() -> None:
    """Half-open ones apart from those that had ended; settled ones never."""
    with limits(PASSING=3):
        capture = [data for client in range(4) for data in conversation(client, CLOSED)]
        _, counts = run([(place, data) for place, data in enumerate(capture)])
        # Each had two turns, its begin and its end; the first ends are out by now.
        assert counts == {"count": 4, "given_up": 0, "ended_early": 2}
        capture = conversation(0) + [of(SYN_OF, client) for client in range(1, 9)]
        told, counts = run([(place, data) for place, data in enumerate([*capture, of(LATE_ACK, 0), of(SYN_OF, 1)])])
        assert counts == {"count": 10, "given_up": 6, "ended_early": 0}
        assert [values["connection"] for values in told[-2:]] == [0, 9]


def test_one_that_was_given_up_is_picked_up_again() -> None:
    """Its answer comes too late: it begins in the middle."""
    with limits(PASSING=2):
        capture = [of(SYN_OF, 1), of(SYN_OF, 2), of(SYN_OF, 3), of(frame_of("S", SYN_ACK, 9, 8, 0), 1)]
        told, counts = run([(place, data) for place, data in enumerate(capture)])
        assert [values["connection"] for values in told] == [0, 1, 2, 3]
        assert counts["given_up"] == 2
        assert Problem.DIRECTION_INFERRED in told[-1]["problems"]  # type: ignore[operator]


@pytest.mark.parametrize("walk", ["never", "anywhere", "twice"])
def test_when_memory_is_freed_changes_nothing(walk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not what any frame gets, not what is counted: with no walk at all, in whatever order, and at twice the speed."""
    chance = random.Random(1)
    swept = tcp_handshake.sweep

    def anywhere(self: Table[Any]) -> bytes:
        return chance.choice([b"", *self._records])

    def twice(capture: Any) -> None:
        for _ in range(20):
            swept(capture)

    @settings(max_examples=60, deadline=None)
    @given(long_captures())
    def check(capture: list[tuple[int, bytes]]) -> None:
        with limits(PASSING=3, PATIENCE=12, PATIENCE_PASSING=4):
            wanted = run(capture)
            with pytest.MonkeyPatch.context() as patch:
                if walk == "twice":
                    patch.setattr(tcp_handshake, "sweep", twice)
                else:
                    patch.setattr(Table, "walk", (lambda self: b"") if walk == "never" else anywhere)
                assert run(capture) == wanted

    check()


def test_the_walk_removes_what_is_forgotten() -> None:
    """Connections that nobody hears of again do not stay, though fewer than PASSING others come."""
    running = DISSECTOR.begin()
    for client in range(3000):
        data = of(SYN_OF, client)
        running.feed(client + 1, client * SECOND, data, len(data), 1)
    alive = PATIENCE_PASSING + 1
    assert alive <= len(running._capture.connections) <= 2 * alive
    assert running.counts == {"count": 3000, "given_up": 0, "ended_early": 0}


def test_at_the_limit_the_run_goes_on() -> None:
    """As natively: new connections are told as ever, and not kept; those known keep what is known of them."""
    known = [between(frame.data, client) for frame in tell(CLOSED) for client in range(20)]
    others = [between(frame.data, client) for frame in tell(OPEN)[:1] for client in range(20, 60)]
    bounded, free = DISSECTOR.begin(limit=30), DISSECTOR.begin()
    for number, data in enumerate([*known[:60], *others, *known[60:]], 1):
        got = bounded.feed(number, number, data, len(data), 1)
        assert got == free.feed(number, number, data, len(data), 1)
    assert (bounded.lost, free.lost) == (30, 0)
    assert bounded.counts == free.counts
    assert forgotten([bounded]) == {"lost": 30}
    # One that was not kept begins again with its next frame.
    for run, connection in ((bounded, 60), (free, 59)):
        values = run.feed(1000, 1000, others[-1], len(others[-1]), 1)
        assert values is not None
        assert values["connection"] == connection


@pytest.mark.parametrize(
    ("free", "wanted"),
    [
        (0, sys.maxsize),
        (64 << 20, LEAST_RECORDS),
        (RECORD_BYTES * 3 * 2**20, 3 * 2**20),
        (10**18, 10**18 // RECORD_BYTES),
    ],
)
def test_how_many_are_kept_where_nobody_says_it(monkeypatch: pytest.MonkeyPatch, free: int, wanted: int) -> None:
    """By the memory that a native run may take; 0: without a limit."""
    monkeypatch.setattr("pcapkit.native.limit.memory_limit", lambda: free)
    most_records.cache_clear()
    try:
        assert most_records() == wanted
        assert DISSECTOR.begin()._capture.connections.limit == wanted
    finally:
        most_records.cache_clear()
