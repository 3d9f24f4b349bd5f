"""`pcapkit explain`: the life of a connection in sentences."""

import argparse
import sys
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

from pcapkit.cli import terminal
from pcapkit.cli.ladder import FIRST, find
from pcapkit.report.catalogue import ENGLISH, languages, translation
from pcapkit.report.story import Story
from pcapkit.report.vocabulary import vocabulary

_WIDEST: Final = 100
_PIPED: Final = 80
_INDENT: Final = "    "

DESCRIPTION = """\
Tells what came of a TCP connection (whether it opened, who closed first and how, how long answers took), and then what
happened in it, frame by frame: what each step means, which number answers which and why it is what it is, and what is
missing or odd. Sequence numbers count from the first of each side."""

EPILOG = """\
examples:
  pcapkit explain run.pcapng
  pcapkit explain --connection 3 run.pcapng
  pcapkit explain --lang zh run.pcapng

'pcapkit connections' lists the numbers of the connections, 'pcapkit ladder' draws them."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    add = parser.add_argument
    add("file", metavar="FILE", help="pcap or pcapng, gzipped or not; - is standard input")
    add("--connection", metavar="N", type=int, action="append", help="which connection, from 0 (can be repeated)")
    add("--lang", metavar="LANGUAGE", default=ENGLISH, help=f"of the sentences: {', '.join(languages())} ({ENGLISH})")


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit explain`; returns the exit code. Raises PcapkitError."""
    translate = translation(options.lang)
    wanted = FIRST if options.connection is None else frozenset(options.connection)
    found, damage = find(options.file, options.connection, wanted, fold=True)
    story = Story(vocabulary(), translate)
    width = min(_WIDEST, terminal.width(sys.stdout) or _PIPED)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    for place, (ladder, row) in enumerate(found):
        if place:
            print()
        for passage in story.tell(ladder, row):
            indent = _INDENT if passage.head else ""
            if passage.head:
                print(f"  {passage.head}")
            joint = "" if options.lang.lower().startswith("zh") else " "
            for line in _wrapped(joint.join(passage.sentences), width - len(indent)):
                print(indent + line)
    if damage is not None:
        raise damage
    return 0


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns; between two wide characters a line may end too."""
    line, columns, space = "", 0, -1
    for character in text:
        size = 2 if east_asian_width(character) in "WF" else 1
        if columns + size > width:
            cut = space if space > 0 else len(line)
            yield line[:cut].rstrip()
            line = line[cut:].lstrip()
            columns = sum(2 if east_asian_width(one) in "WF" else 1 for one in line)
            space = -1
        line += character
        columns += size
        if character == " " or size == 2:
            space = len(line)
    if line.strip():
        yield line.rstrip()
