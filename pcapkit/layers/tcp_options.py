"""TCP options (RFC 9293 section 3.1, RFC 7323, RFC 2018, RFC 7413), read from the bytes behind the fixed header."""

from typing import Final

from pcapkit.subset import U8, U32, Frame, u8

OPTION_END: Final = 0
OPTION_NO_OPERATION: Final = 1
OPTION_WINDOW_SCALE: Final = 3
NO_SCALE: Final = 255
GREATEST_SCALE: Final = 14  # RFC 7323 section 2.3: a greater one counts as 14
MAX_OPTIONS: Final = 40


def window_scale(frame: Frame, at: U32, header_length: U8) -> U8:
    """The shift that the window scale option of the TCP header at `at` states, or NO_SCALE without one."""
    place = at + 20
    end = at + header_length
    for _ in range(MAX_OPTIONS):
        if place >= end:
            return NO_SCALE
        kind = u8(frame, place)
        if kind == OPTION_END:
            return NO_SCALE
        if kind == OPTION_NO_OPERATION:
            place += 1
        else:
            length = u8(frame, place + 1)
            if length < 2 or place + length > end:
                return NO_SCALE
            if kind == OPTION_WINDOW_SCALE and length == 3:
                scale = u8(frame, place + 2)
                return GREATEST_SCALE if scale > GREATEST_SCALE else scale
            place += length
    return NO_SCALE
