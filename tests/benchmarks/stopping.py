"""Frames lost by stopping: the generator itself signals the recorder the moment its last frame is out.

Every frame was on the interface before the stop, so what is sent and not in the file was lost.
Figures: `stopping/NAME` in frames lost.
"""

from functools import partial
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.recorders import ALL, NONE, RECORDERS, STEPS, ending
from tests.benchmarks.recording import record_until_signal
from tests.benchmarks.report import Table
from tests.benchmarks.series import Series
from tests.benchmarks.unavailable import Unavailable
from tests.benchmarks.wire import Load, wire

RATE: Final = 100_000
COUNTED: Final = f"{ALL}, -c"
CONDITIONED: Final = f"{ALL}, -a packets:"


def stopping(bench: Bench) -> None:
    """Stop all recorders under load, in turns. Raises Unavailable without the rights, or the processors."""
    load = Load(frames=50_000 if bench.quick else 150_000, rate=RATE, size=64)
    half = load.frames // 2
    stopped = {name: (recorder, load.frames) for name, recorder in RECORDERS.items() if name not in {STEPS, NONE}}
    stopped[COUNTED] = (ending("-c", str(half)), half)
    stopped[CONDITIONED] = (ending("-a", f"packets:{half}"), half)

    with wire(bench.programs) as made:

        def once(name: str) -> int | None:
            recorder, wanted = stopped[name]
            try:
                output = bench.folder / "recording"
                return wanted - record_until_signal(bench.programs, made, recorder, load, output).kept
            except Unavailable as missing:
                bench.missing(f"stopping: {name}: needs {missing}")
                return None

        found = bench.alternate({name: partial(once, name) for name in stopped}, about="stopping, ")
    table = Table(
        f"Frames lost by stopping, at {RATE:,} frames a second",
        ["recorder", "on the interface before the stop", "of them not in the file"],
        notes=["Stopped by SIGINT from the generator itself right after its last frame; -c and -a by the count."],
    )
    for name, many in found.items():
        lost = Series([float(one) for one in many if one is not None])
        if lost.values:
            bench.report.figures[f"stopping/{name}"] = lost
            table.rows.append([name, f"{stopped[name][1]:,}", lost.text()])
    bench.report.tables.append(table)
