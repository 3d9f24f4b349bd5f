"""`pcapkit report`: a capture's connections as one HTML page."""

import argparse
import os
from typing import Final

from pcapkit.cli import bar
from pcapkit.cli.forgotten import told
from pcapkit.cli.ladder import no_connections
from pcapkit.cli.remark import remark
from pcapkit.cli.writing import check_output, written
from pcapkit.dissector.forgetting import sentence
from pcapkit.errors import OptionError, ReadError
from pcapkit.report.collect import connections
from pcapkit.report.connection import Connection
from pcapkit.report.ladder import Ladders
from pcapkit.report.page import page
from pcapkit.report.summary import Summary
from pcapkit.report.vocabulary import label, vocabulary

DESCRIPTION = """\
Makes one HTML page of a capture: how its connections opened and closed, how long handshakes took, what was odd and
what that means, a table to search and sort, and the ladder of each connection at a click. The page loads nothing and
works from a file. Of a damaged capture, it shows all that precedes the damage; the exit code is then 14."""

EPILOG = """\
examples:
  pcapkit report run.pcapng -o report.html
  pcapkit report --ladders 1000 big.pcapng -o report.html"""

_LADDERS: Final = 10_000


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    add = parser.add_argument
    add("file", metavar="FILE", help="pcap or pcapng, gzipped or not; - is standard input")
    add("-o", dest="output", metavar="OUT", required=True, help="the page to write; - is standard output")
    add(
        "--ladders",
        metavar="N",
        type=int,
        default=_LADDERS,
        help=f"put the ladders of the first N connections into the page ({_LADDERS})",
    )


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit report`; returns the exit code. Raises PcapkitError."""
    if options.ladders < 0:
        raise OptionError(f"--ladders {options.ladders}: use a number from 0 on")
    check_output(options.output, [options.file])
    words = vocabulary()
    ladders = Ladders(words, range(options.ladders))
    found: list[Connection] = []
    summary = Summary()
    notes: list[str] = []
    damage: ReadError | None = None
    try:
        with bar.shown([options.file]) as progress, told(options.file, progress) as forgotten:
            for one in connections(ladders.adding(label(options.file, forgotten)), words):
                summary.add(one)
                found.append(one)
    except ReadError as error:
        damage = error
        notes.append(f"The capture is damaged, and this page ends where it is: {error}.")
    if not found and damage is None:
        remark(no_connections(options.file, ladders.frames))
    if len(found) > options.ladders:
        notes.append(f"Only the first {options.ladders:,} connections have their ladder in this page.")
    if forgotten:
        text = sentence(forgotten)
        notes.append(f"{text[0].upper()}{text[1:]}.")
    found.sort(key=lambda one: one.number)
    title = "standard input" if options.file == "-" else os.path.basename(options.file)
    text = page(title, summary, found, ladders.made(), words, notes, ladders.frames)
    with written(options.output) as stream:
        stream.write(text.encode("utf-8", "backslashreplace"))
    if damage is not None:
        raise damage
    return 0
