"""`pcapkit ladder`: the segments of a connection between its two endpoints, as a picture."""

import argparse
import sys
from collections.abc import Iterable, Iterator

from pcapkit.cli import bar, terminal
from pcapkit.cli.forgotten import told
from pcapkit.cli.remark import remark
from pcapkit.errors import OptionError, ReadError
from pcapkit.report.connection import Connection
from pcapkit.report.ladder import Ladder
from pcapkit.report.pictures import Picture, pictures
from pcapkit.report.values import closing, opening, shown
from pcapkit.report.vocabulary import label, vocabulary

FIRST = range(10)  # the connections that are drawn if none is named
_PIPED = 110  # columns, where no terminal says how wide it is

DESCRIPTION = """\
Draws a TCP connection from top to bottom: an arrow for each segment, with its flags, its numbers relative to the first
of each side, and its steps; the states of the endpoints stand at the sides where they change. A double arrow (===) is
two steps in one frame, a dotted one a repeat. The middle of long runs of mere data is left out, and counted."""

EPILOG = """\
examples:
  pcapkit ladder run.pcapng                                  the first ten connections
  pcapkit ladder --connection 3 run.pcapng
  pcapkit ladder --connection 3 --svg run.pcapng > three.svg
  pcapkit ladder --mermaid run.pcapng                        for pages that draw Mermaid diagrams

'pcapkit connections' lists the numbers of the connections."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    add = parser.add_argument
    add("file", metavar="FILE", help="pcap or pcapng, gzipped or not; - is standard input")
    add("--connection", metavar="N", type=int, action="append", help="which connection, from 0 (can be repeated)")
    add("--all", action="store_true", help="leave nothing out, however long the runs of data are")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--svg", action="store_true", help="as SVG, of one connection")
    form.add_argument("--mermaid", action="store_true", help="as Mermaid text, of one connection")


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit ladder`; returns the exit code. Raises PcapkitError."""
    one = options.svg or options.mermaid
    wanted: range | frozenset[int] = range(1) if one else FIRST
    if options.connection is not None:
        wanted = frozenset(options.connection)
        if one and len(wanted) > 1:
            raise OptionError("--svg and --mermaid draw one connection: give --connection once")
    found, damage = find(options.file, options.connection, wanted, fold=not options.all)
    if found and one:
        _print_one(found[0].ladder, svg=options.svg)
    elif found:
        _print_all(found)
    if damage is not None:
        raise damage
    return 0


def find(
    file: str, named: list[int] | None, wanted: range | frozenset[int], *, fold: bool
) -> tuple[list[Picture], ReadError | None]:
    """The wanted connections of a file, and how it is damaged, if it is.

    named: those that the user has named, or None. Raises OptionError where there is no such connection.
    """
    words = vocabulary()
    with bar.shown([file]) as progress, told(file, progress) as forgotten:
        found, count, frames, damage = pictures(label(file, forgotten), words, wanted, fold=fold)
    missing = sorted(set(named or ()) - {one.row.number for one in found})
    if damage is not None and (missing or not count):
        raise damage
    if missing:
        numbers = f"its connections are 0 to {count - 1}" if count else "it has no TCP connection"
        raise OptionError(f"--connection {missing[0]}: not in {file}: {numbers}")
    if named is None and count > len(found):
        remark(f"{len(found)} of {count} connections shown: --connection N shows another")
    if not count:
        remark(no_connections(file, frames))
    return found, damage


def no_connections(file: str, frames: int) -> str:
    """What is said of a capture in which there is nothing to show."""
    return f"{file}: no TCP connections in its {frames:,} frame{'s' * (frames != 1)}"


def _print_one(ladder: Ladder, *, svg: bool) -> None:
    if svg:
        from pcapkit.report.ladder_svg import ladder_svg

        sys.stdout.write(ladder_svg(ladder))
    else:
        from pcapkit.report.ladder_mermaid import ladder_mermaid

        print("\n".join(ladder_mermaid(ladder)))


def _print_all(found: Iterable[Picture]) -> None:
    from pcapkit.report.ladder_text import ladder_text

    width = terminal.width(sys.stdout) or _PIPED
    colour = terminal.has_colours(sys.stdout)
    for place, (ladder, row) in enumerate(found):
        if place:
            print()
        print(f"connection {ladder.number}: {ladder.left} and {ladder.right}")
        for line in _joined(facts(row), width):
            print(line)
        for line in ladder_text(ladder, width, colour=colour):
            print(line)


def facts(row: Connection) -> Iterator[str]:
    """What came of a connection, in the words of the table."""
    yield f"opened: {opening(row)}"
    if row.server_time is not None:
        yield f"server time: {shown(row, 'server_time')}"
    if row.response_time is not None:
        yield f"response time: {shown(row, 'response_time')}"
    yield f"closed: {closing(row)}"
    yield f"closed first: {row.closed_first}"
    if row.problems:
        yield f"problems: {shown(row, 'problems')}"


def _joined(parts: Iterable[str], width: int) -> Iterator[str]:
    """The parts beside each other, in as many lines as they need."""
    line = ""
    for part in parts:
        if line and len(line) + 3 + len(part) > width:
            yield line
            line = ""
        line += ("   " if line else "") + part
    yield line
