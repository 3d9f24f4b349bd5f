"""A captured frame as a line of text, or as a line of JSON."""

from collections.abc import Callable
from typing import Any, Final

from pcapkit.capfile.model import CapturedFrame
from pcapkit.cli.clock import Clock, iso_time

_DIRECTIONS: Final = ("unknown", "in", "out", "unknown")  # epb_flags, bits 0-1


class LineFormat:
    """How lines look."""

    def __init__(
        self,
        time_style: int = 0,
        *,
        utc: bool = False,
        json: bool = False,
        with_interface: bool = False,
        prefix: str = "",
        fields: Callable[[str], dict[str, Any]] | None = None,
    ) -> None:
        """Begin before the first frame. time_style: how many times -t was given, as in tcpdump (0: time of day).

        prefix: what labels begin with in a file, and need not in JSON. fields: the dissectors' part of a label, as
        further members of the JSON object.
        """
        self.json = json
        self.with_interface = with_interface
        self.prefix = prefix
        self.fields = fields
        if json:  # imported now: after the recorder has given up its privileges, it may be out of reach
            from pcapkit.cli.jsontext import json_text

            self._json_text = json_text
        self._clock = Clock(time_style, utc=utc)

    def text(self, frame: CapturedFrame, said: str) -> str:
        """The line for the frame, without line end. Times in it are exact to the nanosecond."""
        said = said or f"{frame.wire_length} bytes"
        return numbered(
            frame, self._clock, printable(f"{frame.interface.name} {said}" if self.with_interface else said)
        )

    def object(self, frame: CapturedFrame, label: str) -> str:
        """The same as JSON, with all that the label says."""
        moment = frame.time or 0
        return self._json_text(
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
            }
        )


def numbered(frame: CapturedFrame, clock: Clock, said: str) -> str:
    """The line of a frame, as `read` and `record` print it: by its number other lines speak of it."""
    return f"{frame.number} {clock.text(frame.time)}{said}"


def printable(text: str) -> str:
    """The text with control characters escaped: a captured byte must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
