"""What holds for the reference on any traffic whatever."""

from collections.abc import Sequence

from hypothesis import given, settings

from pcapkit.dissector import Values, find_one
from pcapkit_dissectors.tcp_handshake import Step
from tests.dissectors.strategies import broken_frames, frames

DISSECTOR = find_one("tcp_handshake")


def run(capture: Sequence[bytes]) -> list[Values | None]:
    """The fields of every frame."""
    running = DISSECTOR.begin()
    return [running.feed(number, number, data, len(data), 1) for number, data in enumerate(capture, 1)]


def steps(values: Values) -> set[int]:
    """The steps of a frame."""
    found = values["step"]
    assert isinstance(found, tuple)
    return set(found)


@settings(max_examples=100, deadline=None)
@given(frames())
def test_every_segment_takes_a_step(capture: list[bytes]) -> None:
    """Never an empty list; and what a frame answers lies before it."""
    for number, values in enumerate(run(capture), 1):
        assert values is not None
        assert steps(values)
        answered = values.get("answers", 1)
        assert isinstance(answered, int)
        assert 1 <= answered < max(number, 2)


@settings(max_examples=100, deadline=None)
@given(frames())
def test_each_event_happens_once_in_a_connection(capture: list[bytes]) -> None:
    """Whatever comes, a step of the open or close that is no repeat is its connection's first."""
    once = {Step.OPEN_ACK, Step.CLOSE_ACK, Step.CLOSE_ACK_BACK, Step.OPEN_CROSSED}
    seen: set[tuple[object, int]] = set()
    for values in run(capture):
        assert values is not None
        if Step.REPEAT in steps(values):
            continue
        for step in steps(values) & once:
            assert (values["connection"], step) not in seen
            seen.add((values["connection"], step))


@settings(max_examples=100, deadline=None)
@given(broken_frames())
def test_nothing_raises(capture: list[bytes]) -> None:
    """Broken bytes are no segment, or a segment: never an error, never a number out of its width."""
    run(capture)


@settings(max_examples=100, deadline=None)
@given(frames())
def test_the_past_is_not_changed_by_the_future(capture: list[bytes]) -> None:
    """A frame's fields depend on the frames before it alone."""
    assert run(capture)[: len(capture) // 2] == run(capture[: len(capture) // 2])


@settings(max_examples=100, deadline=None)
@given(frames())
def test_only_the_headers_matter(capture: list[bytes]) -> None:
    """As the dissector promises (headers_only): what lies behind the TCP header could as well not be captured."""
    running, cut = DISSECTOR.begin(), DISSECTOR.begin()
    for number, data in enumerate(capture, 1):
        values = running.feed(number, number, data, len(data), 1)
        segment = running.packet.segment
        end = running.packet.transport_at + segment.header_length if running.packet.has_segment else len(data)
        assert cut.feed(number, number, data[:end], len(data), 1) == values
