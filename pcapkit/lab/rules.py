"""The language in which a cable is told what to do, a rule a line:

    drop the first SYN-ACK
    drop every SYN of A
    delay every FIN of B by 50 ms
    duplicate the second data of A
    hand over the next two frames of B in reverse
    drop the first ACK of A after the first FIN of B
    inject a RST of B with seq +100000 after the first data of A

A rule names frames by a count (the first ... the ninth, every; "the next two" is the first and the one behind it), a
kind and, if wanted, the end of the cable that sent them. Kinds: frame, ARP, datagram (UDP), segment (TCP), and of
segments SYN (without ACK), SYN-ACK, FIN, RST, data (carries payload), ACK (carries an acknowledgement and nothing
else). `after` makes a rule wait until that frame has passed. Each rule counts for itself, what other rules drop too.
An injected segment has the numbers that its supposed sender would use next; `with seq +N` and `with ack +N` move them.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pcapkit.errors import OptionError
from pcapkit.layers.packet import Network, Packet
from pcapkit.layers.tcp import ACK, FIN, RST, SYN
from pcapkit.layers.tunnels import UDP

COUNTS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_NUMBERS: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
FLAGS: Final = {"RST": RST, "FIN": FIN | ACK, "SYN": SYN, "SYN-ACK": SYN | ACK, "ACK": ACK, "RST-ACK": RST | ACK}
KINDS: Final = ("frame", "ARP", "datagram", "segment", "SYN-ACK", "SYN", "FIN", "RST", "ACK", "data")

_WHICH: Final = (
    rf"(?:the (?P<{{0}}count>{'|'.join(COUNTS)})|(?P<{{0}}every>every)|the next (?P<{{0}}next>{'|'.join(_NUMBERS)}))"
)
_FRAMES: Final = _WHICH + rf" (?P<{{0}}kind>{'|'.join(KINDS)})s?(?: of (?P<{{0}}end>[AB]))?"
_FIRST: Final = _FRAMES.format("")
_AFTER: Final = rf"(?: after {_FRAMES.format('after_')})?"
_FORMS: Final = [
    re.compile(pattern + _AFTER + r"\Z")
    for pattern in (
        rf"(?P<action>drop|duplicate) {_FIRST}",
        rf"(?P<action>delay) {_FIRST} by (?P<milliseconds>\d{{1,5}}) ms",
        rf"(?P<action>hand over) {_FIRST} in reverse",
        rf"(?P<action>inject) an? (?P<flags>{'|'.join(sorted(FLAGS, key=len, reverse=True))}) of (?P<end>[AB])"
        r"(?: with seq (?P<seq>[+-]\d{1,10}))?(?: (?:with|and) ack (?P<ack>[+-]\d{1,10}))?",
    )
]


class Action(Enum):
    """What is done to a frame."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    DELAY = "delay"
    REVERSE = "hand over"
    INJECT = "inject"


@dataclass(frozen=True)
class Frames:
    """Which frames: of a kind, from one end ("" for both), counted from `first` to `last` (None: without an end)."""

    kind: str
    end: str
    first: int
    last: int | None


@dataclass(frozen=True)
class Rule:
    """One rule, as written in `text`. frames: None for an injection; milliseconds for a delay; flags for a segment."""

    text: str
    action: Action
    frames: Frames | None
    after: Frames | None
    milliseconds: int = 0
    flags: int = 0
    end: str = ""
    seq: int = 0
    ack: int = 0


def parse_rule(text: str) -> Rule:
    """Read one rule. Raises OptionError."""
    words = " ".join(text.split())
    for form in _FORMS:
        match = form.match(words)
        if match is None:
            continue
        found = match.groupdict()
        action = Action(found["action"])
        frames = None if action is Action.INJECT else _frames(found, "")
        after = _frames(found, "after_") if found["after_kind"] is not None else None
        if action is Action.INJECT and after is None:
            raise OptionError(f"cable rule {words!r}: say after which frame, for example 'after the first data of A'")
        if action is Action.REVERSE and frames is not None and (frames.last is None or frames.last == frames.first):
            raise OptionError(f"cable rule {words!r}: only a number of frames can be reversed: 'the next two frames'")
        return Rule(
            words,
            action,
            frames,
            after,
            int(found.get("milliseconds") or 0),
            FLAGS.get(found.get("flags") or "", 0),
            found.get("end") or "",
            int(found.get("seq") or 0),
            int(found.get("ack") or 0),
        )
    raise OptionError(
        f"cable rule {words!r} is not understood: write for example 'drop the first SYN-ACK', "
        "'delay every FIN of B by 50 ms' or 'hand over the next two frames in reverse'"
    )


def _frames(found: dict[str, str | None], prefix: str) -> Frames:
    count, number = found[f"{prefix}count"], found[f"{prefix}next"]
    kind, end = found[f"{prefix}kind"] or "", found[f"{prefix}end"] or ""
    if count is not None:
        place = COUNTS.index(count) + 1
        return Frames(kind, end, place, place)
    if number is not None:
        return Frames(kind, end, 1, _NUMBERS.index(number) + 2)
    return Frames(kind, end, 1, None)


def is_kind(kind: str, packet: Packet) -> bool:
    """Tell whether a frame that was decoded is of that kind."""
    if kind == "frame":
        return True
    if kind == "ARP":
        return packet.network == Network.ARP
    if kind == "datagram":
        return packet.network in (Network.IPV4, Network.IPV6) and packet.protocol == UDP
    if not packet.has_segment:
        return False
    flags = packet.segment.flags
    opens_or_ends = flags & (SYN | FIN | RST)
    return {
        "segment": True,
        "SYN": flags & SYN != 0 and flags & ACK == 0,
        "SYN-ACK": flags & SYN != 0 and flags & ACK != 0,
        "FIN": flags & FIN != 0,
        "RST": flags & RST != 0,
        "data": packet.segment.payload_length != 0,
        "ACK": flags & ACK != 0 and opens_or_ends == 0 and packet.segment.payload_length == 0,
    }[kind]


class Matcher:
    """Counts the frames that pass, and tells which of them `frames` means."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._seen = 0

    def matches(self, end: str, packet: Packet) -> bool:
        """Take the next frame, sent by that end."""
        frames = self._frames
        if (frames.end and frames.end != end) or not is_kind(frames.kind, packet):
            return False
        self._seen += 1
        return self._seen >= frames.first and (frames.last is None or self._seen <= frames.last)
