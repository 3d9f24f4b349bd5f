"""Reading bytes never fails and never wraps around."""

from hypothesis import given
from hypothesis import strategies as st

from pcapkit.subset import part, u8, u16, u32

FRAMES = st.binary(max_size=12)
PLACES = st.integers(-20, 20)


@given(FRAMES, PLACES)
def test_numbers(frame: bytes, at: int) -> None:
    """Big-endian where all bytes are there, else 0: nothing is read from the other end."""
    for read, size in ((u8, 1), (u16, 2), (u32, 4)):
        there = at >= 0 and at + size <= len(frame)
        assert read(frame, at) == (int.from_bytes(frame[at : at + size], "big") if there else 0)


@given(FRAMES, PLACES, st.integers(0, 20))
def test_part(frame: bytes, at: int, length: int) -> None:
    """As many bytes as there are."""
    assert part(frame, at, length) == bytes(frame[i] for i in range(at, at + length) if at >= 0 and i < len(frame))


def test_very_far() -> None:
    """Offsets come from frames."""
    assert u8(b"abc", 2**53) == u16(b"abc", 2**53) == u32(b"abc", 2**53) == 0
    assert part(b"abc", 2**53, 4) == b""
