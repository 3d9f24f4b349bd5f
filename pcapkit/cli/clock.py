"""The times of frames as text, in the styles that -t to -ttttt ask for; all of them exact to the nanosecond."""

import time
from typing import Final

NO_TIME: Final = 1
SINCE_1970: Final = 2
SINCE_PREVIOUS: Final = 3
WITH_DATE: Final = 4
SINCE_FIRST: Final = 5

NO_TIME_KNOWN: Final = "-"
_SECOND: Final = 1_000_000_000
_DAY: Final = 86_400 * _SECOND
YEAR_1000: Final = -30_610_224_000 * _SECOND  # ns since 1970: years of four digits
YEAR_10000: Final = 253_402_300_800 * _SECOND


class Clock:
    """The times of a capture's frames as text, in the style that so many -t ask for (see `add_parser`)."""

    def __init__(self, style: int, *, utc: bool) -> None:
        """Begin before the first frame."""
        self._style = style
        self._utc = utc
        self._first: int | None = None
        self._previous = 0
        self._second: int | None = None  # since 1970, which is shown as:
        self._shown = ""

    def text(self, moment: int | None) -> str:
        """The time of the next frame and a blank; "" where none is wanted, `-` where none is known."""
        if self._style == NO_TIME:
            return ""
        if moment is None:
            return f"{NO_TIME_KNOWN} "
        if self._first is None:
            self._first = self._previous = moment
        previous, self._previous = self._previous, moment
        if self._style == SINCE_PREVIOUS:
            return f"{decimal_seconds(moment - previous)} "
        if self._style >= SINCE_FIRST:
            return f"{decimal_seconds(moment - self._first)} "
        if self._style == SINCE_1970 or not YEAR_1000 + _DAY <= moment < YEAR_10000 - _DAY:
            return f"{decimal_seconds(moment)} "  # also where no calendar has it, in whatever time zone
        seconds, fraction = divmod(moment, _SECOND)
        if seconds != self._second:
            fields = time.gmtime(seconds) if self._utc else time.localtime(seconds)
            form = "%Y-%m-%d %H:%M:%S" if self._style == WITH_DATE else "%H:%M:%S"
            self._second, self._shown = seconds, time.strftime(form, fields)
        return f"{self._shown}.{fraction:09d} "


def iso_time(moment: int) -> str:
    """ISO 8601 in UTC with nanoseconds, from ns since 1970."""
    seconds, fraction = divmod(moment, _SECOND)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{fraction:09d}Z"


def decimal_seconds(nanoseconds: int) -> str:
    """Seconds with nine decimals, without a float in between."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, fraction = divmod(abs(nanoseconds), _SECOND)
    return f"{sign}{seconds}.{fraction:09d}"
