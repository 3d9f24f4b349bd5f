"""Options of pcapng blocks: taken apart, put together, and what a comment may contain.

Source: draft-ietf-opsawg-pcapng, 3.5 (options), 4.2 (interfaces), 4.3 (packets), 4.6 (statistics).
"""

import struct
from collections.abc import Iterator

from pcapkit.capfile.blocks import ByteOrder

END_OF_OPTIONS = 0
COMMENT = 1
PACKET_FLAGS = 2
PACKET_DROP_COUNT = 4
INTERFACE_NAME = 2
INTERFACE_DESCRIPTION = 3
INTERFACE_SPEED = 8
INTERFACE_TIME_RESOLUTION = 9
INTERFACE_FILTER = 11
INTERFACE_OS = 12
INTERFACE_TIME_OFFSET = 14
INTERFACE_HARDWARE = 15

# An option's length field ends at 65,535; rounded up to 4 bytes that is 65,536, which 16-bit readers take for 0.
MAXIMUM_VALUE = 65_532

_HEADS = {"<": struct.Struct("<HH"), ">": struct.Struct(">HH")}
PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")  # by length modulo 4
END_MARK = b"\0\0\0\0"  # opt_endofopt, in either byte order

# Control characters would reach a reader's terminal; NUL ends the text for readers written in C.
_UNPRINTABLE = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}


# Code, value, and where in the block the option's head begins and its padding ends.
Option = tuple[int, bytes, int, int]


def decode_options(block: bytes, start: int, stop: int, order: ByteOrder) -> Iterator[Option]:
    """The options in block[start:stop], up to opt_endofopt or to the first that does not fit there.

    Both ends are multiples of 4, and so is each option with its padding.
    """
    unpack = _HEADS[order].unpack_from
    while stop - start >= 4:
        code, length = unpack(block, start)
        after = start + 4 + length
        if code == END_OF_OPTIONS or after > stop:
            return
        padded = after + (-length & 3)
        yield code, block[start + 4 : after], start, padded
        start = padded


def encode_option(code: int, value: bytes, order: ByteOrder = "<") -> bytes:
    """One option with its padding. `value` holds at most 65,535 bytes."""
    return _HEADS[order].pack(code, len(value)) + value + PADDING[len(value) & 3]


def decode_text(value: bytes) -> str:
    """An option's text: up to a NUL if there is one, what is not UTF-8 replaced."""
    return value.partition(b"\0")[0].decode("utf-8", "replace")


def clean_text(text: str) -> str:
    """Text fit for an option: no control characters but tab and newline, and short enough as UTF-8."""
    return encode_text(text).decode("utf-8")


def encode_text(text: str) -> bytes:
    """The bytes of `clean_text`: at most MAXIMUM_VALUE, cut between characters."""
    if not text.isprintable():  # by far the fastest way to see that there is nothing to replace
        text = text.replace("\r\n", "\n").translate(_UNPRINTABLE)
    encoded = text.encode("utf-8", "replace")
    if len(encoded) > MAXIMUM_VALUE:
        encoded = encoded[:MAXIMUM_VALUE].decode("utf-8", "ignore").encode("utf-8")
    return encoded
