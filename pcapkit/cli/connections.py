"""`pcapkit connections`: one row for each TCP connection of capture files."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Final

from pcapkit.cli import bar, terminal
from pcapkit.cli.forgotten import told
from pcapkit.cli.ladder import no_connections
from pcapkit.cli.remark import remark
from pcapkit.cli.tabular import FILE, SUMMARY, heading, summary
from pcapkit.cli.writing import check_output, written
from pcapkit.columns import Batch
from pcapkit.errors import OptionError, PcapkitError
from pcapkit.report.collect import connections
from pcapkit.report.connection import CLOSED, COLUMNS, FINDINGS, NAMES, OPENED, Connection
from pcapkit.report.failing import failing
from pcapkit.report.fields import no_field
from pcapkit.report.table import Table
from pcapkit.report.values import shown
from pcapkit.report.vocabulary import label, vocabulary
from pcapkit.report.where import condition

DESCRIPTION = """\
Tells of each TCP connection who opened it and how, how long the handshake took on either side of the capture point,
what went through it, how it closed and who closed it, and what was odd. With --fail-on, the exit code tells whether
any connection ended as it should not have.

server time: how long the server took to answer the SYN; client time: how long the client took to answer that; response
time: from the client's first data to the server's first data behind it. closed: how, and closed first: who sent the
first FIN. merged (3 frames): an ACK and a FIN in one frame, so that the close took three frames, not four.
5 > < 4: five from the client, four from the server. A question mark: the opening was not captured, so that nobody
knows who is the client. -: what would tell it was not captured."""

_WIDTH: Final = 100


def _meanings(title: str, meanings: Iterable[tuple[str, str]]) -> str:
    """Words, each with what it means."""
    from textwrap import wrap

    lines = [title]
    for word, meaning in meanings:
        lines += wrap(f"{word + ' ':<15} {meaning}", _WIDTH, initial_indent="  ", subsequent_indent=" " * 18)
    return "\n".join(lines)


_FIELDS: Final = _meanings(
    "fields (for --where, --sort, --columns, and the names in JSON, CSV and Parquet):",
    ((column.name, column.meaning) for column in COLUMNS),
)


EPILOG = f"""\
examples:
  pcapkit connections run.pcapng
  pcapkit connections --where "opened in ('refused', 'no answer')" run.pcapng
  pcapkit connections --where "client == '10.0.0.0/24' and server == '10.0.1.1:443'" run.pcapng
  pcapkit connections --where "response_time > 200ms and server_port == 443" --sort response_time -r run.pcapng
  pcapkit connections --columns number,client,server,closed,closed_first run.pcapng
  pcapkit connections --csv run.pcapng > run.csv
  pcapkit connections --fail-on refused,reset,half-closed run.pcapng || echo "not closed properly"

{_FIELDS}

The table shows them by the same names, without underscores; its client is client and client_port, its frames are
client_frames and server_frames, its bytes client_bytes and server_bytes.

{_meanings("opened is:", OPENED.items())}

{_meanings("closed is:", CLOSED.items())}

{_meanings("problems are those of its frames (pcapkit read shows them there), and:", FINDINGS.items())}

In JSON and CSV, spans of time are integers of ns and times are ns since 1970."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="pcap or pcapng, gzipped or not; - is standard input")
    add(
        "--where",
        metavar="CONDITION",
        help="only connections that meet it: fields, texts in quotes, spans of time such as 200ms; ==, !=, <, <=, >, "
        ">=, in, not in; and, or, not; client and server: an address, a network, either with a port",
    )
    add(
        "--sort",
        metavar="FIELD",
        help="by a field, unknown last (without: as they ended, then those that are open)",
    )
    add("-r", dest="reverse", action="store_true", help="--sort: the greatest first")
    add("-c", dest="count", metavar="N", type=int, help="only the first N rows")
    add("--columns", metavar="FIELD,...", help="which fields to show")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a line")
    form.add_argument("--csv", action="store_true", help="comma-separated values, with a line of names")
    form.add_argument("--parquet", metavar="OUT", help="write a Parquet file (needs the extra 'parquet')")
    add(
        "--fail-on",
        metavar="WHAT,...",
        help="exit code 1 if a connection listed is: refused, no-answer, reset, half-open, half-closed, still-open, "
        "midstream, any other value of opened or closed, a problem's name, or problems (any of them)",
    )


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit connections`; returns the exit code. Raises PcapkitError."""
    if options.count is not None and options.count < 1:
        raise OptionError(f"-c {options.count}: use a number of rows from 1 on")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files are any bytes
    with bar.shown(options.files) as progress:
        return _list(options, progress)


def _list(options: argparse.Namespace, progress: bar.Bar) -> int:
    job = _Job(options, progress)
    if options.parquet is not None:
        from pcapkit.report.export import write_parquet

        check_output(options.parquet, options.files)
        with written(options.parquet) as stream:
            write_parquet(job.rows(), job.names, stream)
    elif options.json or options.csv:
        from pcapkit.report.export import write_csv, write_json

        (write_json if options.json else write_csv)(job.rows(), job.names, sys.stdout)
    else:
        job.show()
    return job.code()


class _Counted:
    """Batches on their way, and how many frames they have had."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = batches
        self.count = 0

    def __iter__(self) -> Iterator[Batch]:
        for batch in self._batches:
            self.count += len(batch)
            yield batch


class _Job:
    """One listing: which connections, which fields, and what was met on the way."""

    def __init__(self, options: argparse.Namespace, progress: bar.Bar) -> None:
        """Check the options before anything is read. Raises OptionError."""
        self._options = options
        self._progress = progress
        self._several = len(options.files) > 1
        self._keep = condition(options.where) if options.where is not None else None
        self._sort = _checked(options.sort)
        self._fail = failing(options.fail_on) if options.fail_on is not None else {}
        self._failed: dict[str, int] = {}
        self._code = 0
        self.names = _names(options.columns)

    def rows(self) -> Iterator[Connection]:
        """The connections to list, each held against --fail-on."""
        found: Iterable[Connection] = self._all()
        if self._sort is not None:
            name = self._sort
            known: list[Connection] = []
            unknown: list[Connection] = []
            for one in found:
                (unknown if getattr(one, name) is None else known).append(one)
            known.sort(key=attrgetter(name), reverse=self._options.reverse)
            found = chain(known, unknown)
        for place, one in enumerate(found, start=1):
            if self._options.count is None or place <= self._options.count:
                yield one

    def _all(self) -> Iterator[Connection]:
        words = vocabulary()
        for name in self._options.files:
            found = listed = 0
            try:
                with told(name, self._progress) as forgotten:
                    frames = _Counted(label(name, forgotten))
                    for one in connections(frames, words, name):
                        found += 1
                        if self._keep is None or self._keep(one):
                            listed += 1
                            self._look(one)
                            yield one
                if not found:
                    self._say(no_connections(name, frames.count))
                elif not listed and not self._several:
                    self._say(f"{name}: none of its {found:,} TCP connections meets --where")
            except PcapkitError as error:
                self._say(str(error))
                self._code = self._code or error.exit_code
            self._progress.file_done()

    def _say(self, text: str) -> None:
        self._progress.clear()
        remark(text)

    def _look(self, one: Connection) -> None:
        for what, fails in self._fail.items():
            if fails(one):
                self._failed[what] = self._failed.get(what, 0) + 1

    def show(self) -> None:
        """The table for people."""
        width = terminal.width(sys.stdout)
        rows = self.rows()
        first = next(rows, None)
        if first is None:
            return
        rows = chain([first], rows)
        if self._options.columns is not None:
            headings = [heading(name) for name in self.names]
            cells = ([shown(one, name) for name in self.names] for one in rows)
        else:
            headings = [FILE, *SUMMARY] if self._several else list(SUMMARY)
            cells = (summary(one, several=self._several) for one in rows)
        table = Table(headings, cells, width)
        if table.missing:
            self._say(f"no room for {', '.join(table.missing)}: widen the terminal, or choose with --columns")
        for line in table.lines(terminal.mark(sys.stdout)):
            if width is not None:
                self._progress.end()  # both are on the same terminal
            print(line)

    def code(self) -> int:
        """The exit code, told why where --fail-on is the reason."""
        if self._failed:
            found = ", ".join(f"{count} {what}" for what, count in self._failed.items())
            self._progress.end()
            remark(f"--fail-on: {found}")
        return self._code or (1 if self._failed else 0)


def _names(text: str | None) -> tuple[str, ...]:
    if text is None:
        return NAMES
    names = tuple(word.strip() for word in text.split(","))
    for name in names:
        if name not in NAMES:
            raise OptionError(f"--columns {text}: {no_field(name)}")
    return names


def _checked(name: str | None) -> str | None:
    """The field to sort by. Raises OptionError for one that there is not."""
    if name is not None and name not in NAMES:
        raise OptionError(f"--sort {name}: {no_field(name)}")
    return name
