"""Frames of several rings in order of time."""

from hypothesis import given
from hypothesis import strategies as st

from pcapkit.capture.timeorder import Entry, TimeOrder
from pcapkit.capture.walk import Frame

SECOND = 1_000_000_000


def entry(source: int, time: int) -> Entry:
    return (source, Frame(time, b"", 0, 0), 0)


def times(entries: list[Entry]) -> list[int]:
    return [frame.time for _, frame, _ in entries]


def test_one_source_passes_straight_through() -> None:
    order = TimeOrder(1, 50)
    order.add(0, [entry(0, 5), entry(0, 4)], now=0)
    assert times(order.release(0)) == [5, 4]


def test_a_frame_waits_until_the_other_ring_is_known_to_hold_none_older() -> None:
    order = TimeOrder(2, 50)
    order.add(0, [entry(0, 10 * SECOND)], now=0)
    order.empty(1, 10 * SECOND)
    assert order.release(0) == []
    order.add(1, [entry(1, 10 * SECOND - 5), entry(1, 10 * SECOND + 1)], now=1)
    assert times(order.release(1)) == [10 * SECOND - 5, 10 * SECOND]
    order.empty(0, 10 * SECOND + 2 + order.hold)
    assert times(order.release(1)) == [10 * SECOND + 1]


def test_nothing_waits_for_long_even_if_the_clock_is_set_back() -> None:
    order = TimeOrder(2, 50)
    order.add(0, [entry(0, 10 * SECOND)], now=0)
    for source in (0, 1):
        order.empty(source, 1 * SECOND)
    assert order.release(SECOND // 5) == []
    assert times(order.release(SECOND // 2)) == [10 * SECOND]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1000)), max_size=60))
def test_every_frame_comes_out_once_and_the_rest_in_order(arrivals: list[tuple[int, int]]) -> None:
    order = TimeOrder(3, 50)
    for source, time in arrivals:
        order.add(source, [entry(source, time)], now=0)
    assert times(order.release_all()) == sorted(time for _, time in arrivals)
    assert len(order) == 0
