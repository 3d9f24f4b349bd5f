"""What the generated plugin costs in tshark, on a capture of mostly data: user CPU with it less user CPU without.

Figures: `plugin/NAME` in us a frame over plain tshark.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.inputs import Recipe
from tests.benchmarks.measuring import Usage
from tests.benchmarks.report import Table
from tests.benchmarks.series import Series
from tests.benchmarks.tshark import Tshark

STATISTICS: Final = "tshark -q -z io,stat,0"
LINES: Final = "tshark, one line a frame"
CONNECTIONS: Final = 200

_OPTIONS: Final = {STATISTICS: ("-q", "-z", "io,stat,0"), LINES: ()}


def plugin(bench: Bench) -> None:
    """Measure with and without, in turns."""
    report, programs = bench.report, bench.programs
    capture = Recipe(CONNECTIONS, at_once=CONNECTIONS, each=1000).make(programs, bench.folder)
    with Tshark.maybe(bench) as tshark:
        if tshark is None:
            return
        runs: dict[str, Callable[[], Usage]] = {}
        for name, options in _OPTIONS.items():
            plain, plugged = tshark.plain(capture.path, *options), tshark.plugged(capture.path, *options)
            runs[name] = partial(tshark.run, programs, plain)
            runs[f"{name} + plugin"] = partial(tshark.run, programs, plugged)
        tshark.run(programs, tshark.plugged(capture.path, *_OPTIONS[LINES]))
        found = bench.alternate(runs)
    table = Table(
        f"The plugin in tshark: {capture.frames:,} frames, mostly data, of {CONNECTIONS:,} connections",
        ["what", "user CPU, us a frame", "with the plugin", "the plugin's cost"],
    )
    for name in _OPTIONS:
        each = 1e6 / capture.frames
        without = Series([usage.user for usage in found[name]]).scaled(each)
        beside = Series([usage.user for usage in found[f"{name} + plugin"]]).scaled(each)
        pairs = zip(beside.values, without.values, strict=True)
        cost = Series([one - other for one, other in pairs])
        report.figures[f"plugin/{name}"] = cost
        table.rows.append([name, without.text(2), beside.text(2), cost.text(2)])
    report.tables.append(table)
