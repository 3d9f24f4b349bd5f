"""Conversations written down as lines of text, and made into frames: the language of the scenario table.

A line is `WHO FLAGS [option ...] : STEPS`. WHO is C or S. FLAGS are joined by commas (SYN ACK FIN RST PSH URG ECE
CWR), `-` for none. Sequence and acknowledgement numbers follow from what was said before, unless an option says:

    len=N    payload bytes
    seq=N    relative to the ISN of who sends; seq=keep: like its last line, which is said again
    ack=N    relative to the other side's ISN
    isn=N    begin numbering anew from there (who sends)
    win=N    the window as sent, 64240 otherwise
    scale=N  a window scale option
    at=N     nanoseconds since the line before, 1000 otherwise
    lost     it happened, but was not captured

STEPS are the labels' short forms, joined by +: 1/3 2/3 3/3 crossed data ack keep 1/4 2/4 3/4 4/4 refused reset
ignored repeat other.
"""

import socket
import struct
from dataclasses import dataclass, field

from pcapkit_dissectors.tcp_handshake import Step

SHORT = {
    "1/3": Step.OPEN_SYN,
    "2/3": Step.OPEN_SYN_ACK,
    "3/3": Step.OPEN_ACK,
    "crossed": Step.OPEN_CROSSED,
    "data": Step.DATA,
    "ack": Step.ACK,
    "keep": Step.KEEP_ALIVE,
    "1/4": Step.CLOSE_FIN,
    "2/4": Step.CLOSE_ACK,
    "3/4": Step.CLOSE_FIN_BACK,
    "4/4": Step.CLOSE_ACK_BACK,
    "refused": Step.REFUSED,
    "reset": Step.RESET,
    "ignored": Step.RESET_IGNORED,
    "repeat": Step.REPEAT,
    "other": Step.PROBE,
}
FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128, "-": 0}
ADDRESSES = {"C": "10.0.0.1", "S": "10.0.0.2"}
PORTS = {"C": 40000, "S": 10000}


@dataclass
class Teller:
    """One side while its lines are made into frames."""

    isn: int
    next: int
    heard: int | None = None  # the other side's next number, as far as this side was told


@dataclass
class Frame:
    """A frame, and the steps it must take."""

    data: bytes
    time: int  # nanoseconds
    steps: tuple[int, ...]
    line: str


@dataclass
class Told:
    """All that was said in one conversation."""

    frames: list[Frame] = field(default_factory=list)


def frame_of(
    who: str, flags: int, seq: int, ack: int, payload: int, window: int = 64240, options: bytes = b"", version: int = 4
) -> bytes:
    """An Ethernet frame with one TCP segment, padded to 60 bytes."""
    other = "S" if who == "C" else "C"
    padded = options + bytes(-len(options) % 4)
    offset = (20 + len(padded)) // 4 << 12
    tcp = struct.pack("!HHIIHHHH", PORTS[who], PORTS[other], seq % 2**32, ack % 2**32, offset | flags, window, 0, 0)
    tcp += padded + b"x" * payload
    if version == 4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0)
        datagram = head + socket.inet_aton(ADDRESSES[who]) + socket.inet_aton(ADDRESSES[other]) + tcp
        kind = b"\x08\x00"
    else:
        addresses = b"".join(socket.inet_pton(socket.AF_INET6, "fd00::" + ADDRESSES[side][-1]) for side in (who, other))
        datagram = struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + addresses + tcp
        kind = b"\x86\xdd"
    return (bytes(12) + kind + datagram).ljust(60, b"\0")


def tell(text: str, isns: tuple[int, int] = (1000, 5000), version: int = 4) -> list[Frame]:
    """Make the lines of a conversation into frames."""
    sides = {"C": Teller(isns[0], isns[0]), "S": Teller(isns[1], isns[1])}
    last: dict[str, int] = {}
    frames: list[Frame] = []
    time = 0
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        said, _, expected = line.partition(" : ")
        who, names, *options = said.split()
        given = dict(option.split("=") for option in options if "=" in option)
        me, other = sides[who], sides["S" if who == "C" else "C"]
        flags = sum(FLAGS[name] for name in names.split(","))
        if "isn" in given:
            me.isn = me.next = int(given["isn"])
        seq = me.next
        if given.get("seq") == "keep":
            seq = last[who]
        elif "seq" in given:
            seq = me.isn + int(given["seq"])
        length = int(given.get("len", "0"))
        end = seq + length + (flags & 1) + (flags >> 1 & 1)
        ack = 0
        if flags & 16:
            ack = other.isn + int(given["ack"]) if "ack" in given else other.next
        if "seq" not in given:
            me.next = end
            last[who] = seq
        time += int(given.get("at", "1000"))
        if "lost" in options:
            continue
        scale = bytes([3, 3, int(given["scale"]), 1]) if "scale" in given else b""
        data = frame_of(who, flags, seq, ack, length, int(given.get("win", "64240")), scale, version)
        steps = tuple(sorted(SHORT[step] for step in expected.split("+")))
        frames.append(Frame(data, time, steps, line))
    return frames
