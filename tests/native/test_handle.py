"""A run as other native code takes it: by a capsule, and by one thread at a time."""

import pytest

from pcapkit.dissector import Dissector
from pcapkit.native import begin
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.fast.engine import need_engine
from tests.native.test_label import native


def test_it_is_of_the_run_itself(compiled: Dissector) -> None:
    """Each run has its own, and so many of them can be taken together."""
    engine = need_engine()
    runs = [native(compiled) for _ in range(17)]
    assert "pcapkit.native.RUN" in repr(runs[0].handle)
    assert engine.Runs(runs[:16]).count == 16
    for wrong in (runs, []):
        with pytest.raises(ValueError, match=r"from 1 to 16 run natively together"):
            engine.Runs(wrong)


def test_what_is_no_handle_is_refused(compiled: Dissector) -> None:
    """A dissector in Python has none, and any other object is none."""
    engine = need_engine()

    class Other:
        handle = "no capsule"

    with pytest.raises(AttributeError):
        engine.Runs([compiled.begin()])
    with pytest.raises(ValueError, match="invalid PyCapsule"):
        engine.Runs([Other()])


def test_far_times_are_for_the_run_alone(compiled: Dissector) -> None:
    """Where the first frame's time has more than 64 bits, native code cannot tell what time it is."""
    engine = need_engine()
    from pcapkit.fast.wording import words

    frame = tell(SCENARIOS["open"])[0]
    for time, clocked in ((5, True), (2**80, False)):
        run = begin(compiled)
        comments = engine.Comments(engine.Runs([run]), engine.Wording(words([compiled])))
        run.feed(1, time, frame.data, len(frame.data), 1)
        assert comments.clocked() == clocked
