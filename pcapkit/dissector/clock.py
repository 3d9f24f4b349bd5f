"""The time that a dissector is given: nanoseconds since the capture's first frame, modulo 2**52 (52 days).

Modulo, as sequence numbers are, so that it is exact in every runtime, and so that a hostile timestamp is only wrong.
Wireshark gives Lua the time as seconds in a double, which tells nanoseconds apart for 26 days; what lies farther from
the first frame is rounded here as it is there.
"""

from math import floor
from typing import Final

NANOSECONDS: Final = 1_000_000_000
PERIOD: Final = 2**52
EXACT: Final = 2**51  # below it, a double of seconds gives back the nanosecond it was made of


def clock(elapsed: int) -> int:
    """The time of a frame that came `elapsed` nanoseconds after the first one, or before it if negative."""
    if -EXACT < elapsed < EXACT:
        return elapsed % PERIOD
    return floor(seconds(elapsed) * NANOSECONDS + 0.5) % PERIOD


def seconds(nanoseconds: int) -> float:
    """As Wireshark's nstime_to_sec: the whole seconds plus the rest, each of the sign of both."""
    whole, rest = divmod(abs(nanoseconds), NANOSECONDS)
    size = whole + rest / NANOSECONDS
    return -size if nanoseconds < 0 else size
