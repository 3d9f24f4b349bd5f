"""A captured frame as a line of text, or as a line of JSON."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pcapkit.capfile.model import CapturedFrame

_SECOND: Final = 1_000_000_000
_DIRECTIONS: Final = ("unknown", "in", "out", "unknown")  # epb_flags, bits 0-1

NO_TIME: Final = 1
SINCE_1970: Final = 2
SINCE_PREVIOUS: Final = 3
WITH_DATE: Final = 4
SINCE_FIRST: Final = 5


@dataclass(slots=True)
class LineFormat:
    """How lines look. time_style: how many times -t was given, as in tcpdump (0: time of day).

    prefix: what labels begin with in a file, and need not in a line. fields: the dissectors' part of a label, as
    further members of the JSON object.
    """

    time_style: int = 0
    utc: bool = False
    json: bool = False
    with_interface: bool = False
    prefix: str = ""
    fields: Callable[[str], dict[str, Any]] | None = None
    _first: int | None = None
    _previous: int = 0

    def line(self, frame: CapturedFrame, label: str) -> str:
        """The line for the frame, without line end. Times in it are exact to the nanosecond."""
        moment = frame.time or 0
        if self._first is None:
            self._first = self._previous = moment
        shown = self._json(frame, moment, label) if self.json else self._text(frame, moment, label)
        self._previous = moment
        return shown

    def _text(self, frame: CapturedFrame, moment: int, label: str) -> str:
        parts = [self._time(moment)] if self.time_style != NO_TIME else []
        if self.with_interface:
            parts.append(frame.interface.name)
        parts.append(label.removeprefix(self.prefix) or f"{frame.wire_length} bytes")
        return printable(" ".join(parts))

    def _time(self, moment: int) -> str:
        if self.time_style == SINCE_1970:
            return decimal_seconds(moment)
        if self.time_style == SINCE_PREVIOUS:
            return decimal_seconds(moment - self._previous)
        if self.time_style >= SINCE_FIRST:
            return decimal_seconds(moment - (self._first or 0))
        seconds, fraction = divmod(moment, _SECOND)
        fields = time.gmtime(seconds) if self.utc else time.localtime(seconds)
        form = "%Y-%m-%d %H:%M:%S" if self.time_style == WITH_DATE else "%H:%M:%S"
        return f"{time.strftime(form, fields)}.{fraction:09d}"

    def _json(self, frame: CapturedFrame, moment: int, label: str) -> str:
        return json.dumps(
            {
                "frame": frame.number,
                "time": iso_time(moment),
                "time_ns": moment,
                "interface": frame.interface.name,
                "direction": _DIRECTIONS[frame.flags & 3],
                "length": frame.wire_length,
                "captured": len(frame.data),
                "dropped": frame.drop_count,
                "text": label.removeprefix(self.prefix),
                **(self.fields(label) if self.fields is not None else {}),
            },
            ensure_ascii=False,
        )


def iso_time(moment: int) -> str:
    """ISO 8601 in UTC with nanoseconds, from ns since 1970."""
    seconds, fraction = divmod(moment, _SECOND)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{fraction:09d}Z"


def decimal_seconds(nanoseconds: int) -> str:
    """Seconds with nine decimals, without a float in between."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, fraction = divmod(abs(nanoseconds), _SECOND)
    return f"{sign}{seconds}.{fraction:09d}"


def printable(text: str) -> str:
    """The text with control characters escaped: a captured byte must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
