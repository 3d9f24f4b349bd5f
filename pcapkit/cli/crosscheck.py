"""`pcapkit crosscheck`: prove that every runtime says the same of every frame."""

import argparse
import os
from pathlib import Path

from pcapkit.errors import FileError, OptionError

DESCRIPTION = """\
Runs one dissector as Python, as Lua plugin in every Lua at hand and inside tshark (in one pass and in two), reads
back the comments that a recording holds, and compares all fields of all frames. Wireshark's own decode is held
against pcapkit's. Exit code 0 only if all agree; 1 if anything differs or a runtime fails; 3 or 14 if a file cannot
be read, or not to its end, after all others were compared."""

EPILOG = """\
examples:
  pcapkit crosscheck run.pcapng
  pcapkit crosscheck --runtimes python,lua --dissector my_dissector.py run.pcapng
  pcapkit crosscheck --require tshark,luajit21 -q captures/*.pcapng     in a test: with these, or not at all"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a capture, pcap or pcapng, gzip or not")
    parser.add_argument(
        "--dissector", default="tcp_handshake", metavar="NAME|PATH", help="an installed one, or a .py file"
    )
    parser.add_argument("--plugin", metavar="LUAFILE", help="a Lua file instead of a translation made now")
    parser.add_argument("--runtimes", metavar="LIST", help="of python, lua, lua51 ... luajit21, tshark, tshark-2, ...")
    parser.add_argument("--require", default="", metavar="LIST", help="runtimes whose absence is a failure")
    parser.add_argument("--tshark", metavar="PATH", help="which tshark (also: PCAPKIT_TSHARK)")
    parser.add_argument("--sharkd", action="store_true", help="ask sharkd too, in random order")
    parser.add_argument("--max", type=int, default=20, metavar="N", help="differences shown per file and runtime")
    parser.add_argument("--timeout", type=float, default=60, metavar="S", help="seconds of silence before a kill")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="files at a time")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("-q", "--quiet", action="store_true", help="only what is wrong")


def run(options: argparse.Namespace) -> int:
    """Carry it out; returns the exit code. Raises PcapkitError where nothing can be compared at all."""
    from pcapkit.cli import bar
    from pcapkit.crosscheck import report
    from pcapkit.crosscheck.check import Plan, absent, check, chosen
    from pcapkit.dissector import find_one

    if options.max < 0:
        raise OptionError(f"--max {options.max}: use a number of differences from 0 on")
    if options.jobs < 1:
        raise OptionError(f"--jobs {options.jobs}: use a number of files from 1 on")
    if not 0 < options.timeout < float("inf"):
        raise OptionError(f"--timeout {options.timeout:g}: use a number of seconds above 0")
    dissector = find_one(options.dissector)
    plugin, title, stale = _plugin(options.plugin, dissector.path)
    names = chosen(options.runtimes, sharkd=options.sharkd)
    required = chosen(options.require, sharkd=False)
    plan = Plan(options.dissector, plugin, title, names, options.tshark, options.timeout, options.max)
    comparisons = []
    with bar.shown(options.files) as progress:
        for comparison in check(plan, [Path(file) for file in options.files], options.jobs):
            comparisons.append(comparison)
            progress.file_done(shown=True)
            if not options.json:
                for line in report.findings(comparison, dissector):
                    progress.clear()
                    print(line, flush=True)
    outcomes = report.total(comparisons)
    not_here = absent(plan, required)
    if options.json:
        import json

        print(json.dumps(report.as_json(comparisons, dissector, stale)))
    else:
        if stale is not None:
            print(stale)
        if not options.quiet:
            print("\n".join([*report.table(outcomes), *report.remarks(outcomes)]))
        for name, reason in not_here.items():
            print(f"{name} is required and not here: {reason}")
    codes = [comparison.damage.exit_code for comparison in comparisons if comparison.damage is not None]
    if not_here or stale is not None or not all(comparison.agrees for comparison in comparisons):
        return 1
    return max(codes, default=0)


def _plugin(given: str | None, source: Path) -> tuple[str, str, str | None]:
    """The Lua text, what to call it, and a complaint where the file beside the source is not what it translates to."""
    if given is not None:
        try:
            return Path(given).read_text(encoding="utf-8", errors="surrogateescape"), given, None
        except OSError as error:
            raise FileError(f"{given}: cannot be read: {error.strerror}") from error
    from pcapkit.translate import translate

    made = translate(source)
    beside = source.with_suffix(".lua")
    try:
        kept = beside.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return made, beside.name, None
    if kept == made:
        return made, beside.name, None
    return (
        made,
        beside.name,
        f"{beside} is not what {source} translates to: run 'pcapkit translate {source} -o {beside}'",
    )
