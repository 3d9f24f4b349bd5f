"""When a capture ends by itself: -c and -a, in dumpcap's words."""

import math
from dataclasses import dataclass

from pcapkit.errors import OptionError

KILOBYTE = 1000  # dumpcap's filesize unit


@dataclass(frozen=True, slots=True)
class Stops:
    """The first condition that holds ends the capture; None: never for that reason. size is in bytes."""

    frames: int | None = None
    seconds: float | None = None
    size: int | None = None


def parse_stops(count: int | None, conditions: list[str], *, writes_file: bool) -> Stops:
    """Stops out of -c N and each -a (`duration:S`, `filesize:KB`, `packets:N`). Raises OptionError."""
    if count is not None and count < 1:
        raise OptionError(f"-c {count}: the number of packets must be at least 1")
    frames, seconds, size = count, None, None
    for condition in conditions:
        kind, separator, value = condition.partition(":")
        if kind == "duration" and separator:
            seconds = _seconds(condition, value)
        elif kind == "packets" and separator:
            packets = _whole(condition, value)
            frames = packets if frames is None else min(frames, packets)
        elif kind == "filesize" and separator:
            if not writes_file:
                raise OptionError(f"-a {condition}: needs a file to measure; name one with -o")
            size = _whole(condition, value) * KILOBYTE
        elif kind == "files" and separator:
            raise OptionError(f"-a {condition}: counts the files of a ring (-b), which this version does not write")
        else:
            raise OptionError(f"-a {condition}: use duration:SECONDS, filesize:KB or packets:NUMBER")
    return Stops(frames, seconds, size)


def _whole(condition: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 15 and int(value) > 0):
        raise OptionError(f"-a {condition}: {value!r} is no whole number above 0")
    return int(value)


def _seconds(condition: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < 1e9:
        raise OptionError(f"-a {condition}: {value!r} is no number of seconds above 0")
    return seconds
