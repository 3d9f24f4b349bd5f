"""The one face that all runtimes have: they are shown frames, and say what each means."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from pcapkit.dissector import Values
from pcapkit.layers.packet import Packet


class RuntimeFailure(Exception):
    """A runtime that raised, hung, stopped early or answered nonsense. It is out for the rest of the file."""

    def __init__(self, reason: str, frame: int | None = None) -> None:
        """frame: the frame it happened on, None where that is not known."""
        super().__init__(reason)
        self.reason = reason
        self.frame = frame


@dataclass(slots=True)
class Shown:
    """A frame as it is shown to the runtimes: read, decoded and timed once for all of them."""

    number: int
    time: int | None  # ns since 1970; None where the capture does not tell
    since_first: int  # ns, as Wireshark counts: a frame without a time is of 1970
    since_previous: int  # ns, likewise
    data: bytes
    wire_length: int
    link_type: int
    comments: tuple[str, ...]
    packet: Packet
    port_type: int  # as Wireshark's pinfo.port_type: 0 none, 2 TCP, 3 UDP
    source_port: int
    destination_port: int


@dataclass(frozen=True, slots=True)
class NotReached:
    """Why a runtime has no answer for a frame although nothing is wrong: counted by this name."""

    reason: str


Answer: TypeAlias = Values | NotReached | None
"""None: the frame is none of the dissector's."""


@dataclass(frozen=True, slots=True)
class Again:
    """A frame that the same runtime labelled otherwise when it was asked a second time."""

    number: int
    first: Values | None
    second: Values | None


class Answers(Protocol):
    """A runtime on its way through one capture. Every method may raise RuntimeFailure."""

    def submit(self, frames: Sequence[Shown]) -> None:
        """Take the next frames; runtimes of their own process work on them meanwhile."""

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """The answers to these frames, by frame number, in order."""

    def finish(self, damaged: bool) -> list[Again]:
        """After the last frame: its answers to frames shown again. damaged: nobody can read the capture to its end."""

    def close(self) -> None:
        """Give everything back. Never raises; may come at any time."""


class Runtime(Protocol):
    """Something that can run a dissector."""

    @property
    def name(self) -> str:
        """As in `--runtimes`."""

    def missing(self) -> str | None:
        """Why it is not here, or None."""

    def version(self) -> str:
        """What it is, exactly."""

    def begin(self, path: Path) -> Answers:
        """Start on a capture file; raises RuntimeFailure."""

    def close(self) -> None:
        """End every process that it keeps."""
