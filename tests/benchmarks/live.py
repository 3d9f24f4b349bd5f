"""Recorders under load, in turns: processor time for a million frames kept, and frames dropped.

Figures: `live/LOAD/RECORDER cpu` in seconds a million frames kept, `... lost` in frames, `... sent` in frames.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.machine import file_system
from tests.benchmarks.recorders import NONE, RECORDERS, STEPS, Recorder
from tests.benchmarks.recording import Recorded, record
from tests.benchmarks.report import Table
from tests.benchmarks.series import Series
from tests.benchmarks.unavailable import Unavailable
from tests.benchmarks.wire import Load, Wire, wire

EVERYONE: Final = tuple(RECORDERS)
PLAIN: Final = tuple(name for name in RECORDERS if name not in {STEPS, NONE})


@dataclass(frozen=True)
class Scene:
    """A load, whether it goes to disk or to /dev/null, MiB of ring, and who records it."""

    name: str
    load: Load
    disk: bool
    ring: int
    recorders: tuple[str, ...] = EVERYONE

    def shortened(self, part: int) -> "Scene":
        """With a load of so many times fewer frames."""
        load = replace(self.load, frames=self.load.frames // part, connections=self.load.connections // part)
        return replace(self, load=load)


PACED: Final = "64 B, 300,000/s, /dev/null"
SMALL: Final = "64 B, full speed, /dev/null"
MIX: Final = "realistic mix, 300,000/s, disk"
LARGE: Final = "1500 B, full speed, disk"

SCENES: Final = (
    Scene(PACED, Load(frames=900_000, rate=300_000, size=64), disk=False, ring=64, recorders=PLAIN),
    Scene(SMALL, Load(frames=5_000_000, rate=0, size=64), disk=False, ring=64),
    Scene(MIX, Load(frames=2_000_000, rate=300_000, connections=50_000), disk=True, ring=64),
    Scene(LARGE, Load(frames=2_500_000, rate=0, size=1500), disk=True, ring=256, recorders=PLAIN),
)


def live(bench: Bench) -> None:
    """All scenes, each recorder in turn. Raises Unavailable without the rights, or the processors."""
    with wire(bench.programs) as made:
        if not made.xdp:
            bench.missing("full speed by XDP: the kernel refuses it; a packet socket sends instead")
        for whole in SCENES:
            scene = whole.shortened(4) if bench.quick else whole
            runs: dict[str, Callable[[], Recorded | None]] = {}
            for name in scene.recorders:
                try:
                    RECORDERS[name].needed()
                    runs[name] = partial(_once, bench, made, scene, RECORDERS[name])
                except Unavailable as missing:
                    bench.missing(f"{name}: needs {missing}")
            if scene.disk:
                _warm_memory(bench, scene.load)
            found = bench.alternate(runs, about=f"{scene.name}, ")
            _tell(bench, scene, {name: [one for one in many if one] for name, many in found.items()})


def _warm_memory(bench: Bench, load: Load) -> None:
    """A virtual machine may have handed free memory back: have as much as a recording needs in its page cache."""
    size = load.frames * (load.size or 600)
    path = bench.folder / "warmth"
    with open(path, "wb") as file:
        for _ in range(min(size, 4 << 30) >> 20):
            file.write(bytes(1 << 20))
    path.unlink()


def _once(bench: Bench, made: Wire, scene: Scene, recorder: Recorder) -> Recorded | None:
    output = bench.folder / "recording" if scene.disk else Path("/dev/null")
    try:
        return record(bench.programs, made, recorder, scene.load, output, scene.ring)
    except Unavailable as missing:
        bench.missing(f"{scene.name}: {recorder.name}: needs {missing}")
        return None


def _tell(bench: Bench, scene: Scene, found: dict[str, list[Recorded]]) -> None:
    table = Table(
        f"Live: {scene.name}; ring of {scene.ring} MiB",
        ["recorder", "CPU s a million frames", "offered, million/s", "MB/s", "lost, %", "memory, MB"],
    )
    for name, many in found.items():
        if not many:
            continue
        cpu = Series([one.cpu_per_million for one in many])
        lost = Series([float(one.lost) for one in many])
        figure = f"live/{scene.name}/{name}"
        bench.report.figures[f"{figure} cpu"] = cpu
        bench.report.figures[f"{figure} lost"] = lost
        bench.report.figures[f"{figure} rate"] = Series([one.rate for one in many])
        share = Series([100 * one.lost / one.sent for one in many])
        table.rows.append(
            [
                name,
                cpu.text(3),
                Series([one.rate / 1e6 for one in many]).text(2),
                f"{Series([one.megabytes for one in many]).median:,.0f}",
                share.text(2) if any(lost.values) else "0",
                f"{max(one.peak for one in many) / 1e6:,.0f}",
            ]
        )
    if scene.disk:
        table.notes.append(f"To a file on {file_system(bench.folder)}.")
    bench.report.tables.append(table)
