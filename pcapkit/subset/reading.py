"""Reading bytes: big-endian, and never out of bounds."""

from typing import TypeAlias

Frame: TypeAlias = bytes
"""The captured bytes of one frame."""

Key: TypeAlias = bytes
"""Bytes that a Table is searched by; `+` joins two."""


def u8(frame: Frame, at: int) -> int:
    """The byte at offset `at`; 0 where the frame has none."""
    return frame[at] if 0 <= at < len(frame) else 0


def u16(frame: Frame, at: int) -> int:
    """The two bytes at offset `at`; 0 where the frame does not have both."""
    return frame[at] << 8 | frame[at + 1] if 0 <= at < len(frame) - 1 else 0


def u32(frame: Frame, at: int) -> int:
    """The four bytes at offset `at`; 0 where the frame does not have all four."""
    return int.from_bytes(frame[at : at + 4], "big") if 0 <= at < len(frame) - 3 else 0


def part(frame: Frame, at: int, length: int) -> Key:
    """`length` bytes from offset `at`, as far as the frame has them."""
    return frame[at : at + length] if at >= 0 else b""
