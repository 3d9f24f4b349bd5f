"""How long things take to start: `pcapkit --version` over the bare interpreter, and recorders to their first frame.

Figures: `startup/version` in s over Python itself, `startup/python` in s; `startup/RECORDER` in s to the first frame
kept.
"""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import measure
from tests.benchmarks.peers import pcapkit
from tests.benchmarks.recorders import ALL, RECORDERS
from tests.benchmarks.report import Table
from tests.benchmarks.series import Series
from tests.benchmarks.unavailable import Unavailable
from tests.benchmarks.wire import FAR, Load, Wire, wire
from tests.needs import PROJECT

TRICKLE: Final = Load(frames=40_000, rate=10_000, size=64, seconds=4)
"""A burst every 6.4 ms, so that the first frame kept says when the recorder was there."""

_RECORDED: Final = (ALL, "tcpdump", "dumpcap", "netsniff-ng")


def version(bench: Bench) -> None:
    """`python -c pass`, `pcapkit --version`, and what has ten frames to work on, in turns."""
    sample = str(PROJECT / "samples" / "ten_frames.pcapng")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "pcapkit --version": [pcapkit(), "--version"],
        "pcapkit read, ten frames": [pcapkit(), "read", sample],
        "pcapkit annotate, ten frames": [pcapkit(), "annotate", "-q", sample, "-o", os.devnull],
        "pcapkit connections, ten frames": [pcapkit(), "connections", sample],
    }
    for command in commands.values():
        measure(bench.programs, command)
    found = bench.alternate(
        {name: partial(measure, bench.programs, line) for name, line in commands.items()}, rounds=5 * bench.rounds
    )
    walls = {name: Series([usage.wall for usage in usages]) for name, usages in found.items()}
    bare, over = walls["python -c pass"], walls["pcapkit --version"].over(walls["python -c pass"])
    bench.report.figures["startup/version"] = over
    bench.report.figures["startup/python"] = bare
    table = Table("Start-up", ["command", "ms (wall)", "over python", "CPU, ms", "memory, MB"])
    for name, usages in found.items():
        wall = walls[name]
        cpu = Series([usage.cpu for usage in usages])
        peak = max(usage.peak for usage in usages) / 1e6
        shown = [one.scaled(1e3).text(1) for one in (wall, wall.over(bare), cpu)]
        table.rows.append([name, *shown, f"{peak:,.0f}"])
    bench.report.tables.append(table)


def first_frame(bench: Bench) -> None:
    """Recorders started while frames pass. Raises Unavailable without the rights, or the processors."""
    with wire(bench.programs) as made:

        def once(name: str) -> float | None:
            try:
                return _until_first(made, name, bench.folder / "recording")
            except Unavailable as missing:
                bench.missing(f"startup: {name}: needs {missing}")
                return None

        once(ALL)  # Python compiles a module when it is first imported, and keeps that
        found = bench.alternate({name: partial(once, name) for name in _RECORDED}, about="first frame, ")
    table = Table(
        "From the start of the process to the first frame kept",
        ["recorder", "ms"],
        notes=["Each with the ring that it chooses; a burst of frames passes every 6.4 ms."],
    )
    for name, many in found.items():
        series = Series([one for one in many if one is not None])
        if series.values:
            bench.report.figures[f"startup/{name}"] = series
            table.rows.append([name, series.scaled(1e3).text()])
    bench.report.tables.append(table)


def _until_first(made: Wire, name: str, output: Path) -> float:
    """Seconds from the start of a recorder to the time of the first frame in its file."""
    recorder = RECORDERS[name]
    recorder.needed()
    sending = made.start_sending(TRICKLE)
    process = None
    try:
        time.sleep(0.2)
        begun = time.time()
        command = recorder.command(FAR, str(output), None)
        process = made.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1.5)
        process.send_signal(2)
        process.wait(20)
        return _first_time(output) - begun
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{name} that ends when it is told to") from None
    finally:
        for one in (process, sending):
            if one is not None:
                if one.poll() is None:
                    one.kill()
                one.wait()
        output.unlink(missing_ok=True)


def _first_time(capture: Path) -> float:
    """Seconds since 1970 of the first frame of a capture file."""
    from pcapkit.capfile.reader import read_frames
    from pcapkit.errors import PcapkitError

    try:
        for frame in read_frames(capture):
            if frame.time is not None:
                return frame.time / 1e9
    except PcapkitError as error:
        raise Unavailable(f"a capture: {error}") from None
    raise Unavailable("a capture with a frame in it")
