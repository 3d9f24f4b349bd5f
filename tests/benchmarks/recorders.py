"""The recorders: how each is called, and what its last words say of frames kept and dropped."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.peers import PEERS, pcapkit
from tests.benchmarks.unavailable import Unavailable


@dataclass(frozen=True)
class Said:
    """What a recorder says at its end: frames kept, and dropped by the kernel or itself."""

    kept: int
    dropped: int


def _numbers(pattern: str, text: str) -> list[int]:
    found = re.search(pattern, text)
    if found is None:
        raise Unavailable(f"an end line of the recorder: it says {text.strip()[-200:]!r}")
    return [int(group) for group in found.groups()]


def dumpcap_said(text: str) -> Said:
    """dumpcap's and pcapkit's "Packets captured" and "Packets received/dropped on interface"."""
    (kept,) = _numbers(r"Packets captured: (\d+)", text)
    dropped = sum(map(int, re.findall(r"received/dropped on interface '[^']*': \d+/(\d+)", text)))
    return Said(kept, dropped)


def tcpdump_said(text: str) -> Said:
    """tcpdump's "packets captured" and "packets dropped by kernel"."""
    (kept,) = _numbers(r"(\d+) packets? captured", text)
    (dropped,) = _numbers(r"(\d+) packets? dropped by kernel", text)
    return Said(kept, dropped)


def netsniff_said(text: str) -> Said:
    """netsniff-ng's "packets passed filter" and "packets failed filter (out of space)"."""
    (kept,) = _numbers(r"(\d+)\s+packets passed filter", text)
    (dropped,) = _numbers(r"(\d+)\s+packets failed filter", text)
    return Said(kept, dropped)


@dataclass(frozen=True)
class Recorder:
    """command: its command line for an interface, an output file, and MiB of ring, None for as much as it chooses;
    said: its last words, read."""

    name: str
    peer: str
    command: Callable[[str, str, int | None], list[str]]
    said: Callable[[str], Said]

    def needed(self) -> None:
        """Raises Unavailable where it is absent."""
        if self.peer:
            PEERS[self.peer].needed()
        else:
            pcapkit()


def _ring(option: str, ring: int | None, unit: str = "") -> list[str]:
    return [] if ring is None else [option, f"{ring}{unit}"]


def _pcapkit(level: str, *more: str) -> Callable[[str, str, int | None], list[str]]:
    def command(interface: str, output: str, ring: int | None) -> list[str]:
        options = ["-q", "-i", interface, "-o", output, *_ring("-B", ring), "--annotate", level, *more]
        return [pcapkit(), "record", *options]

    return command


ALL: Final = "pcapkit, comment on every frame"
STEPS: Final = "pcapkit, comments on steps"
NONE: Final = "pcapkit, no comments"

RECORDERS: Final = {
    recorder.name: recorder
    for recorder in (
        Recorder(ALL, "", _pcapkit("all"), dumpcap_said),
        Recorder(STEPS, "", _pcapkit("steps"), dumpcap_said),
        Recorder(NONE, "", _pcapkit("none"), dumpcap_said),
        # -Z root: by default it gives its output to another user, /dev/null too.
        Recorder(
            "tcpdump",
            "tcpdump",
            lambda interface, output, ring: [
                *("tcpdump", "-n", "-Z", "root", "-i", interface, "-w", output),
                *_ring("-B", None if ring is None else ring * 1024),
            ],
            tcpdump_said,
        ),
        Recorder(
            "dumpcap",
            "dumpcap",
            lambda interface, output, ring: ["dumpcap", "-q", "-i", interface, "-w", output, *_ring("-B", ring)],
            dumpcap_said,
        ),
        Recorder(
            "netsniff-ng",
            "netsniff-ng",
            lambda interface, output, ring: [
                *("netsniff-ng", "-s", "-i", interface, "-o", output, *_ring("-S", ring, "MiB")),
            ],
            netsniff_said,
        ),
    )
}


def ending(*condition: str) -> Recorder:
    """pcapkit, that ends by itself: -c or -a."""
    return Recorder(f"pcapkit {' '.join(condition)}", "", _pcapkit("all", *condition), dumpcap_said)
