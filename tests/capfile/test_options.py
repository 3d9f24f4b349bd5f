import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.capfile.blocks import ByteOrder
from pcapkit.capfile.options import (
    MAXIMUM_VALUE,
    clean_text,
    decode_options,
    decode_text,
    encode_option,
    encode_text,
)
from tests.capfile import forge

ORDERS = st.sampled_from(("<", ">"))


@given(st.lists(st.tuples(st.integers(1, 0xFFFF), st.binary(max_size=40))), ORDERS)
def test_what_is_encoded_is_decoded(options: list[tuple[int, bytes]], order: ByteOrder) -> None:
    block = b"".join(encode_option(code, value, order) for code, value in options)
    decoded = list(decode_options(block, 0, len(block), order))
    assert [(code, value) for code, value, _, _ in decoded] == options
    assert [stop for *_, stop in decoded] == [start for _, _, start, _ in decoded[1:]] + [len(block)] * bool(options)


@given(st.binary(max_size=100).map(forge.pad), ORDERS)
def test_any_bytes_decode_to_options_that_lie_within_them(data: bytes, order: ByteOrder) -> None:
    for code, value, start, stop in decode_options(data, 0, len(data), order):
        assert code != 0
        assert 0 <= start < start + 4 + len(value) <= stop <= len(data)
        assert data[start + 4 : start + 4 + len(value)] == value


def test_options_end_at_the_end_mark_and_before_one_that_is_too_long() -> None:
    first = forge.option(1, b"a")
    for rest in (forge.END + forge.option(1, b"b"), struct.pack("<HH", 1, 5) + b"four", struct.pack("<HH", 1, 0xFFFF)):
        assert [option[1] for option in decode_options(first + rest, 0, len(first + rest), "<")] == [b"a"]


@given(st.text(st.characters(codec=None), max_size=200))
def test_cleaned_text_can_be_shown_and_stored(text: str) -> None:
    cleaned = clean_text(text)
    assert not any((ord(char) < 0x20 and char not in "\t\n") or 0x7F <= ord(char) < 0xA0 for char in cleaned)
    assert encode_text(text) == cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned
    assert decode_text(encode_text(text)) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("open 1/3 SYN", "open 1/3 SYN"),
        ("two\r\nlines\tand a tab\n", "two\nlines\tand a tab\n"),
        ("\x1b[31mred\x00\x9b", "\ufffd[31mred\ufffd\ufffd"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("größer \U0001f980", "größer \U0001f980"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize("char", ["a", "ä", "\u20ac", "\U0001f980", "\x01"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_long_text_is_cut_between_characters(char: str, shift: int) -> None:
    encoded = encode_text("x" * shift + char * 70_000)
    assert MAXIMUM_VALUE - 4 < len(encoded) <= MAXIMUM_VALUE < 65_535
    assert encoded.decode("utf-8").startswith("x" * shift)


@pytest.mark.parametrize(
    ("value", "text"),
    [(b"plain", "plain"), (b"ended\0\0", "ended"), (b"a\0b", "a"), (b"\xff\xfe!", "\ufffd\ufffd!"), (b"", "")],
)
def test_text_that_others_wrote(value: bytes, text: str) -> None:
    assert decode_text(value) == text
