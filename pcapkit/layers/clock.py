"""Time for a dissector that forgets: it never goes back, whatever the timestamps of frames do."""

from typing import Final

from pcapkit.subset import I64, U32, U52, record

PERIOD: Final = 2**52  # nanoseconds, 52 days: frame times are given modulo this
SECOND: Final = 10**9  # nanoseconds


@record
class Clock:
    """How late it has become, by the latest of all frames."""

    latest: U52  # the time of that frame: nanoseconds since the capture's first one, modulo PERIOD
    nanoseconds: U32  # past the second
    seconds: U32  # since the capture's first frame; after 136 years it stands still


def advance_clock(clock: Clock, time: I64) -> None:
    """Take note of the time of a frame, modulo PERIOD; what is more than half of that ahead is taken to lie behind."""
    ahead = (time - clock.latest) % PERIOD
    if ahead < PERIOD // 2:
        clock.latest = time % PERIOD
        past = clock.nanoseconds + ahead
        if past < SECOND:
            clock.nanoseconds = past
        else:
            clock.nanoseconds = past % SECOND
            seconds = clock.seconds + past // SECOND
            clock.seconds = seconds if seconds < 2**32 else 2**32 - 1
