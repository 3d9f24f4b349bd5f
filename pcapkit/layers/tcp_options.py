"""TCP options (RFC 9293 section 3.1, RFC 7323, RFC 2018, RFC 7413), read from the bytes behind the fixed header."""

from typing import Final

from pcapkit.subset import U8, U16, U32, Frame, record, u8, u16, u32

OPTION_END: Final = 0
OPTION_NO_OPERATION: Final = 1
OPTION_MAXIMUM_SIZE: Final = 2
OPTION_WINDOW_SCALE: Final = 3
OPTION_SACK_PERMITTED: Final = 4
OPTION_SACK: Final = 5
OPTION_TIMESTAMPS: Final = 8
OPTION_FAST_OPEN: Final = 34
NO_SCALE: Final = 255
GREATEST_SCALE: Final = 14  # RFC 7323 section 2.3: a greater one counts as 14
MAX_OPTIONS: Final = 40


@record
class Options:
    """The options of one TCP header. Of an option that is there twice, the last one counts."""

    has_maximum_size: bool
    maximum_size: U16  # MSS: the largest segment that the sender takes, in bytes
    has_scale: bool
    scale: U8  # the shift of the sender's windows, as sent
    sack_permitted: bool
    sack_blocks: U8  # how many ranges a selective acknowledgement has
    has_timestamps: bool
    timestamp: U32
    timestamp_echo: U32
    has_fast_open: bool
    cookie_length: U8  # bytes of the fast open cookie; 0 asks for one
    others: U8  # options of other kinds
    malformed: bool  # a length contradicts the header or the kind: what follows it was not read
    cut: bool  # the capture ends before the options do


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


def read_options(frame: Frame, at: U32, header_length: U8, options: Options) -> None:
    """Read all options of the TCP header at `at`."""
    clear_options(options)
    place = at + 20
    end = at + header_length
    for _ in range(MAX_OPTIONS):
        if place >= end:
            return
        kind = u8(frame, place)
        if place >= len(frame):
            options.cut = True
            return
        if kind == OPTION_END:
            return
        if kind == OPTION_NO_OPERATION:
            place += 1
        else:
            length = u8(frame, place + 1)
            if place + 1 >= len(frame) and place + 1 < end:
                options.cut = True
                return
            if length < 2 or place + length > end:
                options.malformed = True
                return
            if place + length > len(frame):
                options.cut = True
                return
            if not read_option(frame, place, kind, length, options):
                options.malformed = True
                return
            place += length


def read_option(frame: Frame, place: U32, kind: U8, length: U8, options: Options) -> bool:
    """Read one option, which is all there; False where its length is none that its kind can have."""
    if kind == OPTION_MAXIMUM_SIZE:
        if length != 4:
            return False
        options.has_maximum_size = True
        options.maximum_size = u16(frame, place + 2)
    elif kind == OPTION_WINDOW_SCALE:
        if length != 3:
            return False
        options.has_scale = True
        options.scale = u8(frame, place + 2)
    elif kind == OPTION_SACK_PERMITTED:
        if length != 2:
            return False
        options.sack_permitted = True
    elif kind == OPTION_SACK:
        if length < 10 or length % 8 != 2:
            return False
        options.sack_blocks = length // 8
    elif kind == OPTION_TIMESTAMPS:
        if length != 10:
            return False
        options.has_timestamps = True
        options.timestamp = u32(frame, place + 2)
        options.timestamp_echo = u32(frame, place + 6)
    elif kind == OPTION_FAST_OPEN:
        options.has_fast_open = True
        options.cookie_length = (length - 2) % 2**8
    else:
        options.others = (options.others + 1) % 2**8
    return True


def clear_options(options: Options) -> None:
    """Make ready for another header."""
    options.has_maximum_size = False
    options.maximum_size = 0
    options.has_scale = False
    options.scale = 0
    options.sack_permitted = False
    options.sack_blocks = 0
    options.has_timestamps = False
    options.timestamp = 0
    options.timestamp_echo = 0
    options.has_fast_open = False
    options.cookie_length = 0
    options.others = 0
    options.malformed = False
    options.cut = False
