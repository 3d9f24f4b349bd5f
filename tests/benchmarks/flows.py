"""Very many connections open at once, given to the native dissector: memory for each, and time a frame.

Figures: `flows/bytes` for each connection, at most; `flows/slower`: time a frame over that of few connections.
"""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import measure
from tests.benchmarks.report import Table
from tests.benchmarks.series import Series

FEW: Final = 50_000
DATA: Final = 5_000_000  # frames of data, at least one of each connection


def flows(bench: Bench) -> None:
    """Measure with few and with many connections, in turns."""
    many = 1_000_000 if bench.quick else 10_000_000
    runs = {f"{connections:,} connections": partial(_run, bench, connections) for connections in (FEW, many)}
    few_told, many_told = bench.alternate(runs, rounds=min(bench.rounds, 2)).values()
    table = Table(
        "Connections open at once, in the native dissector (its own time; made-up frames of 60 bytes)",
        ["connections", "opening, ns a frame", "data, ns a frame", "bytes each", "at most"],
        notes=["Data: each connection in turn, in an order in which no two neighbours were opened together."],
    )
    for told in (few_told, many_told):
        opening, data = (Series([one[name] for one in told]) for name in ("opening", "data"))
        each, highest = (Series([one[name] / one["connections"] for one in told]) for name in ("bytes", "highest"))
        table.rows.append([f"{told[0]['connections']:,}", opening.text(), data.text(), each.text(), highest.text()])
    bench.report.figures["flows/bytes"] = highest
    pairs = zip(few_told, many_told, strict=True)
    bench.report.figures["flows/slower"] = Series([_mean(other) / _mean(one) for one, other in pairs])
    bench.report.tables.append(table)


def _run(bench: Bench, connections: int) -> dict[str, Any]:
    """What flowtable.py says of so many connections."""
    output = bench.folder / "flows.json"
    library = bench.programs.path("flows", shared=True)
    worker = Path(__file__).with_name("flowtable.py")
    data = max(DATA, connections)
    measure(bench.programs, [sys.executable, worker, library, str(connections), str(data)], output=output)
    told: dict[str, Any] = json.loads(output.read_text(encoding="ascii"))
    output.unlink()
    return {**told, "frames": data}


def _mean(told: dict[str, Any]) -> float:
    """ns a frame of opening and data together."""
    opened = 3 * told["connections"]
    return float((opened * told["opening"] + told["frames"] * told["data"]) / (opened + told["frames"]))
