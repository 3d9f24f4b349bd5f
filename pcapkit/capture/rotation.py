"""When a recording goes on in the next file, and how many are kept: -b, in dumpcap's words."""

from math import inf
from typing import Final, NamedTuple

from pcapkit.capture.conditions import KILOBYTE, seconds, split_condition, whole
from pcapkit.errors import OptionError

KINDS: Final = {
    "filesize": "KB",
    "duration": "SECONDS",
    "interval": "SECONDS",
    "packets": "NUMBER",
    "files": "NUMBER",
}


class Rotation(NamedTuple):
    """What a file may hold; the first bound that is reached begins the next one. None: no such bound.

    size: bytes of the file. frames: in one file. seconds: how long a file is open. interval: a new file whenever the
    clock passes a multiple of so many seconds since 1970. files: how many files are kept, the oldest are removed.
    """

    size: int | None = None
    frames: int | None = None
    seconds: float | None = None
    interval: int | None = None
    files: int | None = None

    def due(self, monotonic: float, clock: float) -> float:
        """When, on the monotonic clock, a file begun now has been open long enough; clock: seconds since 1970."""
        moments = [inf]
        if self.seconds is not None:
            moments.append(monotonic + self.seconds)
        if self.interval is not None:
            moments.append(monotonic + self.interval - clock % self.interval)
        return min(moments)


def parse_rotation(conditions: list[str]) -> Rotation | None:
    """The bounds out of each -b; None without any. Raises OptionError."""
    if not conditions:
        return None
    found: dict[str, int] = {}
    duration = None
    for condition in conditions:
        kind, value = split_condition("-b", condition, KINDS)
        if kind == "duration":
            duration = seconds("-b", condition, value)
        else:
            found[kind] = whole("-b", condition, value) * (KILOBYTE if kind == "filesize" else 1)
    if duration is None and not found.keys() & {"filesize", "interval", "packets"}:
        raise OptionError(
            f"-b {conditions[-1]}: say as well when a file ends: -b filesize:, duration:, interval: or packets:"
        )
    return Rotation(
        size=found.get("filesize"),
        frames=found.get("packets"),
        seconds=duration,
        interval=found.get("interval"),
        files=found.get("files"),
    )
