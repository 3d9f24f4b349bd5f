"""Enhanced packet blocks in C, against those of the Python writer."""

from hypothesis import given
from hypothesis import strategies as st

from pcapkit.capfile.options import MAXIMUM_VALUE
from pcapkit.capture.walk import Frame
from tests.fast.by_writer import written
from tests.fast.compiled import engine

U32 = st.integers(0, 2**32 - 1)
TEXTS = st.text(st.characters(min_codepoint=0x20, blacklist_categories=("Cs", "Cc")), max_size=40)


@given(
    st.integers(0, 3),
    st.integers(0, 2**64 - 1),
    st.binary(max_size=70),
    U32,
    st.none() | TEXTS.filter(bool),
    st.sampled_from([0, 2, 5, 0x1FFFFFFF]),
    st.sampled_from([0, 1, 2**40]),
)
def test_every_frame_is_written_as_python_writes_it(
    interface: int, time: int, data: bytes, wire: int, comment: str | None, flags: int, dropped: int
) -> None:
    expected = written([(interface, Frame(time, data, wire, flags), dropped)], [comment or ""])
    text = None if comment is None else comment.encode()
    made = [
        engine().epb(interface, time, data, wire, text, flags, dropped, room)
        for room in (len(expected), len(expected) + 500, len(expected) - 1, 0)
    ]
    assert made == [expected, expected, None, None]


def test_a_comment_that_is_too_long_is_cut_between_characters() -> None:
    for comment in ("x" * 70_000, "\N{EURO SIGN}" * 30_000, "x" + "\N{EURO SIGN}" * 30_000, "x" * MAXIMUM_VALUE):
        expected = written([(0, Frame(1, b"abc", 3, 1), 0)], [comment])
        assert engine().epb(0, 1, b"abc", 3, comment.encode(), 1, 0, 1 << 17) == expected
