"""What the generated plugin costs in tshark, on a capture of mostly data: user CPU with it less user CPU without.

Beside it, what a post-dissector costs that does nothing: so much of it is Wireshark's own calling of Lua, and the rest
can be compared between machines.

Figures: `plugin/NAME` in us a frame over plain tshark; `plugin/NAME, empty` the same of the one that does nothing.
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

LINES: Final = "tshark -r FILE"
"""A line for each frame: what a user runs, and what Wireshark does as it fills its list. The bar is about this."""

STATISTICS: Final = "tshark -r FILE -q -z io,stat,0"
CONNECTIONS: Final = 200

_OPTIONS: Final = {LINES: (), STATISTICS: ("-q", "-z", "io,stat,0")}


def plugin(bench: Bench) -> None:
    """Measure with and without, in turns."""
    report, programs = bench.report, bench.programs
    capture = Recipe(CONNECTIONS, at_once=CONNECTIONS, each=1000).make(programs, bench.folder)
    with Tshark.maybe(bench) as tshark:
        if tshark is None:
            return
        runs: dict[str, Callable[[], Usage]] = {}
        for name, options in _OPTIONS.items():
            runs[name] = partial(tshark.run, programs, tshark.plain(capture.path, *options))
            runs[f"{name} + empty"] = partial(tshark.run, programs, tshark.burdened(capture.path, *options))
            runs[f"{name} + plugin"] = partial(tshark.run, programs, tshark.plugged(capture.path, *options))
        tshark.run(programs, tshark.plugged(capture.path, *_OPTIONS[LINES]))
        found = bench.alternate(runs)
    table = Table(
        f"The plugin in tshark: {capture.frames:,} frames, mostly data, of {CONNECTIONS:,} connections",
        ["command", "user CPU, us a frame", "with the plugin", "the plugin's cost", "an empty post-dissector's"],
        notes=["The cost: with it less without, in the same round."],
    )
    for name in _OPTIONS:
        each = 1e6 / capture.frames
        without, empty, beside = (
            Series([usage.user for usage in found[name + more]]).scaled(each) for more in ("", " + empty", " + plugin")
        )
        cost, least = beside.over(without), empty.over(without)
        report.figures[f"plugin/{name}"] = cost
        report.figures[f"plugin/{name}, empty"] = least
        table.rows.append([name, *(one.text(2) for one in (without, beside, cost, least))])
    report.tables.append(table)
