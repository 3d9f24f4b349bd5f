"""The TCP header and its options."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.layers.packet import Flaw
from pcapkit.layers.tcp_options import NO_SCALE, Options, read_options, window_scale
from tests.layers.build import decoded, ethernet, ipv4, tcp

MSS = b"\x02\x04\x05\xb4"
SACK_OK = b"\x04\x02"
TIMES = b"\x08\x0a" + struct.pack("!II", 0xFFFFFFFF, 7)
SCALE = b"\x03\x03\x07"
NOP = b"\x01"


def options_of(raw: bytes, *, cut: int = 0) -> Options:
    """The options behind a fixed header; `cut`: bytes at the end that the capture has not."""
    header = tcp(options=raw)
    made = Options()
    read_options(header[: len(header) - cut], 0, len(header), made)
    return made


def test_every_field() -> None:
    """All bits of the header arrive."""
    segment = decoded(
        ethernet(0x0800, ipv4(6, tcp(b"abc", source=1, target=65535, seq=2**32 - 1, ack=2**31, flags=0xFFF, window=9)))
    ).segment
    assert (segment.source_port, segment.destination_port) == (1, 65535)
    assert (segment.seq, segment.ack) == (2**32 - 1, 2**31)
    assert segment.flags == 0xFFF
    assert (segment.window, segment.header_length, segment.payload_length) == (9, 20, 3)


@pytest.mark.parametrize("words", range(5))
def test_header_below_20_bytes(words: int) -> None:
    """No header is shorter."""
    packet = decoded(ethernet(0x0800, ipv4(6, tcp(bytes(40), offset=words))))
    assert (packet.flaw, packet.has_segment) == (Flaw.BAD_LENGTH, False)


def test_header_longer_than_the_datagram() -> None:
    """The options cannot be in the padding."""
    packet = decoded(ethernet(0x0800, ipv4(6, tcp(offset=15)) + bytes(40)))
    assert (packet.flaw, packet.has_segment) == (Flaw.SHORT, False)


def test_options_of_an_ordinary_syn() -> None:
    """As Linux sends them."""
    options = options_of(MSS + SACK_OK + TIMES + NOP + SCALE)
    assert (options.has_maximum_size, options.maximum_size) == (True, 1460)
    assert options.sack_permitted
    assert (options.has_timestamps, options.timestamp, options.timestamp_echo) == (True, 2**32 - 1, 7)
    assert (options.has_scale, options.scale) == (True, 7)
    assert (options.others, options.malformed, options.cut) == (0, False, False)


@pytest.mark.parametrize("blocks", [1, 2, 3, 4])
def test_selective_acknowledgement(blocks: int) -> None:
    """RFC 2018: eight bytes a block."""
    assert options_of(bytes([5, 2 + 8 * blocks]) + bytes(8 * blocks)).sack_blocks == blocks


def test_fast_open() -> None:
    """RFC 7413: a cookie, or the request for one."""
    options = options_of(b"\x22\x0a" + bytes(8))
    assert (options.has_fast_open, options.cookie_length) == (True, 8)
    options = options_of(b"\x22\x02")
    assert (options.has_fast_open, options.cookie_length) == (True, 0)


def test_other_kinds_are_counted() -> None:
    """User timeout, MD5, and one that nobody has."""
    options = options_of(b"\x1c\x04\x00\x01" + b"\x13\x12" + bytes(16) + b"\xc8\x03\x00")
    assert (options.others, options.malformed) == (3, False)


def test_end_of_options_ends_them() -> None:
    """What stands behind it is padding."""
    assert not options_of(b"\x00" + MSS).has_maximum_size


@pytest.mark.parametrize(
    "raw", [b"\x02\x00", b"\x02\x01", b"\x02\x05\x00\x00\x00", b"\x08\x04\x00\x00", b"\x05\x08" + bytes(6), b"\x05\x02"]
)
def test_lengths_that_contradict(raw: bytes) -> None:
    """They are said to be malformed; what came before stays."""
    options = options_of(SCALE + raw + MSS)
    assert options.malformed
    assert options.has_scale
    assert not options.has_maximum_size


def test_length_beyond_the_header() -> None:
    """An option cannot reach into the payload."""
    assert options_of(NOP + NOP + b"\xfe\x05").malformed


def test_cut_by_the_snaplen() -> None:
    """Options of which the capture has only a part, at each place."""
    raw = MSS + SACK_OK + TIMES + NOP + SCALE
    for cut in range(1, len(raw) + 1):
        options = options_of(raw, cut=cut)
        assert options.cut
        assert not options.malformed
        assert options.has_maximum_size == (cut <= len(raw) - 4)


def test_read_anew() -> None:
    """Nothing of one header stays for the next."""
    options = Options()
    header = tcp(options=MSS + SACK_OK + TIMES + NOP + SCALE + b"\x22\x02")
    read_options(header, 0, len(header), options)
    read_options(tcp(), 0, 20, options)
    fresh = Options()
    assert all(getattr(options, name) == getattr(fresh, name) for name in Options.__slots__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("raw", "scale"),
    [
        (SCALE, 7),
        (NOP + MSS + SCALE, 7),
        (b"\x03\x03\x0f", 14),
        (b"\x03\x03\xff", 14),
        (MSS, NO_SCALE),
        (b"", NO_SCALE),
    ],
)
def test_window_scale(raw: bytes, scale: int) -> None:
    """Greater ones count as 14 (RFC 7323)."""
    header = tcp(options=raw)
    assert window_scale(header, 0, len(header)) == scale


@given(st.binary(max_size=40), st.integers(0, 60))
def test_any_options(raw: bytes, cut: int) -> None:
    """Nothing raises, nothing exceeds its width, and both readers agree on the scale where it is there once."""
    header = tcp(options=raw)
    options = Options()
    kept = header[: max(0, len(header) - cut)]
    read_options(kept, 0, len(header), options)
    scale = window_scale(kept, 0, len(header))
    if scale != NO_SCALE and not options.malformed and not options.cut:
        assert options.has_scale
    if not options.has_scale and not options.malformed:
        assert scale == NO_SCALE
