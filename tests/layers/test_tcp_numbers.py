"""Sequence numbers, at the place where they begin anew above all."""

from hypothesis import given
from hypothesis import strategies as st

from pcapkit.layers.packet import Segment
from pcapkit.layers.tcp import ACK, FIN, SYN
from pcapkit.layers.tcp_numbers import acknowledges, distance, end_of, following

NUMBERS = st.one_of(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**32 - 1]))


@given(NUMBERS, NUMBERS)
def test_distance_leads_from_one_to_the_other(a: int, b: int) -> None:
    """By the shorter way."""
    assert following(b, distance(a, b) % 2**32) == a
    assert -(2**31) <= distance(a, b) < 2**31


def test_what_a_segment_takes() -> None:
    """SYN and FIN a number each, beside the payload."""
    segment = Segment()
    segment.seq = 2**32 - 2
    for flags, length, end in [(ACK, 0, 2**32 - 2), (SYN, 0, 2**32 - 1), (FIN + ACK, 1, 0), (SYN + FIN, 5, 5)]:
        segment.flags, segment.payload_length = flags, length
        assert end_of(segment) == end


def test_an_acknowledgement_is_of_all_before_it() -> None:
    """And none without the flag."""
    segment = Segment()
    segment.flags, segment.ack = ACK, 1
    assert [acknowledges(segment, number) for number in (2**32 - 5, 0, 1, 2)] == [True, True, True, False]
    segment.flags = SYN
    assert not acknowledges(segment, 0)
