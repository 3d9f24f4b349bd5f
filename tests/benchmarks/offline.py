"""Captures read from the page cache: ns a frame of the whole process, and the most memory it takes.

Figures: `offline/NAME` in ns a frame, wall; `offline/NAME peak` in bytes.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.inputs import Capture, Recipe
from tests.benchmarks.measuring import Usage, measure
from tests.benchmarks.peers import PEERS, pcapkit
from tests.benchmarks.programs import Programs
from tests.benchmarks.report import Report, Table
from tests.benchmarks.series import Series
from tests.benchmarks.tshark import Tshark
from tests.benchmarks.unavailable import Unavailable

HERE: Final = Path(__file__).parent
PART: Final = 5_000  # connections of the small capture
SLOW: Final = 6.0  # seconds for the large capture from which on the small one has to do

FLOOR: Final = "floor: C program that walks the blocks"
LABEL: Final = "pcapkit label, no output"
ALL: Final = "pcapkit annotate, every frame"
STEPS: Final = "pcapkit annotate, steps only"
TCPDUMP: Final = "tcpdump -r -w (copies)"
PLUGIN: Final = "tshark -T fields with the generated plugin"


@dataclass(frozen=True)
class Reader:
    """A program that reads a capture: its command line for a file, and the peer that it is."""

    name: str
    command: Callable[[Path], list[str | Path]]
    peer: str = ""
    tshark: Tshark | None = None

    def run(self, programs: Programs, capture: Capture) -> Usage:
        """Once."""
        if self.tshark is not None:
            return self.tshark.run(programs, self.command(capture.path))
        return measure(programs, self.command(capture.path))


def readers(programs: Programs, tshark: Tshark | None) -> list[Reader]:
    """All of them, present or not; those of tshark where it is there."""
    null = "/dev/null"
    found = [
        Reader(FLOOR, lambda path: [programs.path("walk"), path]),
        Reader(LABEL, lambda path: [sys.executable, HERE / "labelling.py", path]),
        Reader(STEPS, lambda path: [pcapkit(), "annotate", "-q", "--annotate", "steps", path, "-o", null]),
        Reader(ALL, lambda path: [pcapkit(), "annotate", "-q", path, "-o", null]),
        Reader(TCPDUMP, lambda path: ["tcpdump", "-r", path, "-w", null, "-Z", "root"], "tcpdump"),
        Reader("capinfos -c", lambda path: ["capinfos", "-c", path], "capinfos"),
        Reader("editcap (copies)", lambda path: ["editcap", path, null], "editcap"),
        Reader("dpkt, frames only", lambda path: [sys.executable, HERE / "readers.py", "dpkt", path], "dpkt"),
        Reader("dpkt, parsed to TCP", lambda path: [sys.executable, HERE / "readers.py", "dpkt-parsed", path], "dpkt"),
        Reader(
            "python-pcapng",
            lambda path: [sys.executable, HERE / "readers.py", "python-pcapng", path],
            "python-pcapng",
        ),
    ]
    if tshark is not None:
        fields = ["-T", "fields", "-e", "frame.number", "-e"]
        found += [
            Reader("tshark -q -z conv,tcp", lambda path: tshark.plain(path, "-q", "-z", "conv,tcp"), tshark=tshark),
            Reader("tshark -T fields", lambda path: tshark.plain(path, *fields, "tcp.flags"), tshark=tshark),
            Reader(PLUGIN, lambda path: tshark.plugged(path, *fields, "tcp_handshake.step"), tshark=tshark),
        ]
    return found


def offline(bench: Bench) -> None:
    """Measure all readers in turns, the slow ones on a tenth of the frames."""
    report, programs, folder = bench.report, bench.programs, bench.folder
    large = Recipe(10_000 if bench.quick else 50_000).make(programs, folder)
    small = Recipe(PART).make(programs, folder)
    with Tshark.maybe(bench) as tshark:
        chosen: dict[str, tuple[Reader, Capture]] = {}
        for reader in readers(programs, tshark):
            bench.say(f"trying {reader.name}")
            try:
                if reader.peer:
                    PEERS[reader.peer].needed()
                tried = reader.run(programs, small)
            except Unavailable as missing:
                bench.missing(f"{reader.name}: needs {missing}")
                continue
            slow = tried.wall * large.frames / small.frames > SLOW
            chosen[reader.name] = (reader, small if slow else large)
        for capture in (small, large):  # into the page cache
            measure(programs, [programs.path("walk"), capture.path])
        runs = {name: partial(reader.run, programs, capture) for name, (reader, capture) in chosen.items()}
        found = bench.alternate(runs)
    _tell(report, large, small, chosen, found)


def _tell(
    report: Report,
    large: Capture,
    small: Capture,
    chosen: dict[str, tuple[Reader, Capture]],
    found: dict[str, Sequence[Usage]],
) -> None:
    table = Table(
        f"Offline: {large.frames:,} TCP frames, {large.connections:,} connections, {large.size / 1e6:,.0f} MB of "
        f"pcapng in the page cache",
        ["what", "ns a frame (wall)", "CPU", "over the floor", "memory, MB"],
        notes=[f"* on {small.frames:,} frames of the same kind, and scaled; start-up is in it"],
    )
    lines = []
    for name, usages in found.items():
        capture = chosen[name][1]
        wall = Series([usage.wall / capture.frames * 1e9 for usage in usages])
        cpu = Series([usage.cpu / capture.frames * 1e9 for usage in usages])
        peak = Series([float(usage.peak) for usage in usages])
        report.figures[f"offline/{name}"] = wall
        report.figures[f"offline/{name} peak"] = peak
        lines.append((wall, cpu, peak, f"{name} *" if capture is small else name))
    floor = report.figure(f"offline/{FLOOR}")
    for wall, cpu, peak, name in sorted(lines, key=lambda line: line[0].median):
        over = f"{wall.median / floor:,.1f}x" if floor else "-"
        table.rows.append([name, wall.text(), f"{cpu.median:,.0f}", over, f"{peak.median / 1e6:,.0f}"])
    report.tables.append(table)
