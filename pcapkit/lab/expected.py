"""What each frame of an experiment must be, written by hand, and how a capture is held against it.

A line is `NUMBER SENDER: STEP + STEP` for a TCP segment, with SENDER client, server or unknown; `NUMBER text` for any
other frame, whose line must begin with that text. `a | b` allows either, where kernels differ. `#` begins a remark.
"""

import os
from dataclasses import dataclass
from typing import Final

from pcapkit.annotate import Annotator, parse_comment
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.dissector import Dissector, Value, Values, find_one
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet

SENDERS: Final = ("client:", "server:", "unknown:")
_BETWEEN: Final = " | "


@dataclass(frozen=True)
class Seen:
    """One captured frame and what it was found to be.

    steps, sender, states, connection and problems are the handshake's, by their labels; steps is empty, and the rest
    means nothing, where the frame is no segment. states: those of client and server once it has arrived.
    """

    frame: CapturedFrame
    packet: Packet
    text: str
    recorded: bool  # the file's own comment says the same
    steps: tuple[str, ...] = ()
    sender: str = ""
    states: tuple[str, str] = ("", "")
    connection: int = 0
    problems: tuple[str, ...] = ()


def read_expected(text: str) -> list[str]:
    """What each frame must be, in order. Raises ValueError where the numbers have a gap."""
    rows = [line.split("#")[0].strip() for line in text.splitlines()]
    numbered = [row.split(maxsplit=1) for row in rows if row]
    if any(len(row) != 2 for row in numbered) or [row[0] for row in numbered] != [
        str(number) for number in range(1, len(numbered) + 1)
    ]:
        raise ValueError("the expected frames are not numbered from 1 without a gap")
    return [text for _, text in numbered]


def see(capture: str | os.PathLike[str]) -> list[Seen]:
    """What each frame of a capture is, in the words of an expectation. Raises FileError, ReadError."""
    annotator = Annotator()
    handshake = find_one("tcp_handshake")
    found = []
    for frame in read_frames(capture):
        line = annotator.line(frame)
        packet = Packet()
        decode(frame.data, frame.wire_length, frame.interface.link_type, packet)
        recorded = line in frame.comments
        values = parse_comment(line, handshake)
        if values is None:
            found.append(Seen(frame, packet, line.removeprefix("pcapkit: "), recorded))
            continue
        say = _Labels(handshake, values)
        steps, sender = say.all("step"), say.one("sender")
        states = (say.one("client_state"), say.one("server_state"))
        connection = values["connection"]
        assert isinstance(connection, int)
        text = f"{sender}: {' + '.join(steps)}"
        found.append(Seen(frame, packet, text, recorded, steps, sender, states, connection, say.all("problems")))
    return found


class _Labels:
    """The labels of a dissector's values."""

    def __init__(self, dissector: Dissector, values: Values) -> None:
        self._labels = {
            field.name: {int(member): member.label for member in field.names}
            for field in dissector.fields
            if field.names is not None
        }
        self._values = values

    def all(self, field: str) -> tuple[str, ...]:
        value: Value = self._values.get(field, ())
        assert isinstance(value, tuple)
        return tuple(self._labels[field][member] for member in value)

    def one(self, field: str) -> str:
        value = self._values[field]
        assert isinstance(value, int)
        return self._labels[field][value]


def is_as_expected(found: str, expected: str) -> bool:
    """Tell whether one frame is what its line says."""
    for allowed in expected.split(_BETWEEN):
        of_a_segment = allowed.split()[0] in SENDERS
        if found == allowed if of_a_segment else found.startswith(allowed):
            return True
    return False


def differences(seen: list[Seen], expected: list[str]) -> list[str]:
    """Hold a capture's frames against what they must be; what differs, a line each."""
    found = []
    for one, must in zip(seen, expected, strict=False):
        if not is_as_expected(one.text, must):
            found.append(f"frame {one.frame.number} is {one.text!r}, expected {must!r}")
    if len(seen) != len(expected):
        found.append(f"{len(seen)} frames, expected {len(expected)}")
    found += [
        f"frame {one.frame.number} was recorded as {list(one.frame.comments)}, now it is {one.text!r}"
        for one in seen
        if not one.recorded
    ]
    return found
