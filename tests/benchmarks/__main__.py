"""`python -m tests.benchmarks`: measures pcapkit and the tools that people use now, side by side, and compares."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.bars import compared
from tests.benchmarks.bench import Bench
from tests.benchmarks.flows import flows
from tests.benchmarks.live import live
from tests.benchmarks.machine import description
from tests.benchmarks.offline import offline
from tests.benchmarks.plugin import plugin
from tests.benchmarks.programs import Programs
from tests.benchmarks.report import Report, Table
from tests.benchmarks.startup import first_frame, version
from tests.benchmarks.stopping import stopping
from tests.benchmarks.summary import summary
from tests.benchmarks.unavailable import Unavailable

PARTS: Final[dict[str, tuple[Callable[[Bench], None], ...]]] = {
    "startup": (version, first_frame),
    "offline": (offline,),
    "flows": (flows,),
    "plugin": (plugin,),
    "live": (live,),
    "stopping": (stopping,),
}


BUSY: Final = 0.7
"""Load average at the start, from which on the figures are doubted."""


def main() -> int:
    """Run the parts that are asked for, and print what they found."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measures pcapkit beside tcpdump, dumpcap, netsniff-ng, tshark and others: on captures that it "
        "makes, and live in a network namespace that it makes, as root. About ten minutes, and two with --quick. What "
        "is not installed is left out. Nothing else should run meanwhile.",
        epilog="Debian packages: gcc libc6-dev iproute2 util-linux tcpdump wireshark-common tshark netsniff-ng. "
        "PyPI: dpkt.",
    )
    parser.add_argument("part", nargs="*", metavar="PART", help=f"which parts: {', '.join(PARTS)} (all)")
    parser.add_argument("--quick", action="store_true", help="one round, and less of everything")
    parser.add_argument(
        "--rounds", type=int, metavar="N", help="how often each thing is measured (3, or 1 with --quick)"
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write a summary and the bars there, for a README"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where captures and recordings are written, some GB on a real disk; the captures are kept and used again "
        "(a new temporary folder, removed)",
    )
    options = parser.parse_args()
    unknown = [part for part in options.part if part not in PARTS]
    if unknown:
        parser.error(f"unknown part {unknown[0]}: one of {', '.join(PARTS)}")
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds: at least 1")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # who installs pcapkit has its modules compiled
    report = Report()
    begun = time.monotonic()
    busy = os.getloadavg()[0]
    with _folder(options.folder) as folder, tempfile.TemporaryDirectory(prefix="pcapkit-programs-") as programs:
        bench = Bench(
            report, Programs(Path(programs)), folder, options.quick, options.rounds or (1 if options.quick else 3)
        )
        for name in options.part or PARTS:
            for measure in PARTS[name]:
                try:
                    measure(bench)
                except Unavailable as missing:
                    bench.missing(f"{name}: needs {missing}")
        bench.say("")
        shown = [summary(report), compared(report)]
        notes = shown[-1].notes
        notes.append(f"{description()} Rounds: {bench.rounds}; {time.monotonic() - begun:,.0f} s.")
        if busy > BUSY:
            notes.append(
                f"The machine was busy with other things (load average {busy:.1f}): these figures mean little."
            )
        if options.quick:
            notes.append("Quick: one round, and smaller inputs than the bars are about.")
    for table in (*report.tables, *shown):
        print("\n".join(table.text()))
    for one in report.missing:
        print(f"left out: {one}")
    if options.markdown is not None:
        options.markdown.write_text(_markdown(shown, report.missing), encoding="utf-8")
    return 0


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    """The folder for captures and recordings. tshark reads in it as another user."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="pcapkit-benchmarks-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def _markdown(tables: list[Table], missing: list[str]) -> str:
    lines = [line for table in tables for line in table.markdown()]
    lines += ["", *(f"Left out: {one}" for one in missing)] if missing else []
    return "\n".join(lines).strip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
