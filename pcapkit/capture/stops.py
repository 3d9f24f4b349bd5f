"""When a capture ends by itself: -c and -a, in dumpcap's words."""

from typing import Final, NamedTuple

from pcapkit.capture.conditions import KILOBYTE, seconds, split_condition, whole
from pcapkit.errors import OptionError

KINDS: Final = {"duration": "SECONDS", "filesize": "KB", "packets": "NUMBER", "files": "NUMBER"}


class Stops(NamedTuple):
    """The first condition that holds ends the capture; None: never for that reason.

    size: the most bytes that a file may have. files: how many files of a ring (-b) are written.
    """

    frames: int | None = None
    seconds: float | None = None
    size: int | None = None
    files: int | None = None


def parse_stops(count: int | None, conditions: list[str], *, writes_file: bool) -> Stops:
    """Stops out of -c N and each -a; of several of one kind the last counts, as in dumpcap, but for packets the least.

    Raises OptionError.
    """
    if count is not None and count < 1:
        raise OptionError(f"-c {count}: the number of packets must be at least 1")
    frames, duration, size, files = count, None, None, None
    for condition in conditions:
        kind, value = split_condition("-a", condition, KINDS)
        if kind == "duration":
            duration = seconds("-a", condition, value)
        elif kind == "packets":
            packets = whole("-a", condition, value)
            frames = packets if frames is None else min(frames, packets)
        elif not writes_file:
            raise OptionError(f"-a {condition}: needs a file to measure; name one with -o")
        elif kind == "filesize":
            size = whole("-a", condition, value) * KILOBYTE
        else:
            files = whole("-a", condition, value)
    return Stops(frames, duration, size, files)
