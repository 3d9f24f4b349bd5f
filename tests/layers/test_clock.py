"""Time that never goes back."""

from hypothesis import given
from hypothesis import strategies as st

from pcapkit.layers.clock import PERIOD, SECOND, Clock, advance_clock


@given(st.lists(st.one_of(st.integers(0, PERIOD - 1), st.sampled_from([0, 1, 2**51 - 1, 2**51, PERIOD - 1]))))
def test_the_clock_counts_what_goes_forward(times: list[int]) -> None:
    """Each step of less than half the period forward counts in full, all others not at all."""
    clock = Clock()
    latest = total = 0
    for time in times:
        advance_clock(clock, time)
        ahead = (time - latest) % PERIOD
        if ahead < 2**51:
            latest, total = time, total + ahead
        assert clock.seconds * SECOND + clock.nanoseconds == total


def test_after_136_years_the_clock_stands_still() -> None:
    """No time is less than one before."""
    clock = Clock()
    before = 0
    for turn in range(2000):
        advance_clock(clock, turn % 2 * 2**51 + (0 if turn % 2 else PERIOD - 1) % PERIOD)
        advance_clock(clock, (turn + 1) * (2**51 - 1) % PERIOD)
        assert clock.seconds >= before
        before = clock.seconds
    assert before == 2**32 - 1
