"""`pcapkit annotate`: a capture file once more, with a comment on its frames."""

import argparse
import sys
from typing import BinaryIO

from pcapkit.annotate import Level, is_own
from pcapkit.capfile.annotate import annotate
from pcapkit.capfile.model import CapturedFrame
from pcapkit.cli import bar
from pcapkit.cli.forgotten import tell
from pcapkit.cli.remark import remark
from pcapkit.cli.writing import check_output, remark_on, written
from pcapkit.errors import OptionError, ReadError
from pcapkit.fast.annotator import begin_annotator
from pcapkit.fast.commenting import runs_of

DESCRIPTION = """\
Copies a pcap or pcapng file as pcapng and puts on each frame the comment that 'pcapkit record' would have given it.
Everything else in the file stays as it was, other people's comments too; comments of an earlier pcapkit are replaced.
OUT appears when it is complete. Of a damaged file, OUT holds all that precedes the damage; the exit code is then 14."""

EPILOG = """\
examples:
  pcapkit annotate theirs.pcap -o ours.pcapng
  pcapkit annotate --annotate steps run.pcapng -o - | wireshark -k -i -"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    add = parser.add_argument
    add("input", metavar="IN", help="pcap or pcapng, gzipped or not; - is standard input")
    add("-o", "-w", dest="output", metavar="OUT", required=True, help="file to write; - is standard output")
    add(
        "--annotate",
        choices=("all", "steps"),
        default="all",
        help="which frames get a comment: all that can be read, or those with a step worth it (all)",
    )
    add("-q", dest="quiet", action="store_true", help="no summary")


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit annotate`; returns the exit code. Raises PcapkitError."""
    if options.output == "-" and sys.stdout.isatty():
        raise OptionError("-o -: a capture file would garble the terminal: pipe it on or name a file")
    check_output(options.output, [options.input])
    job = _Job(options.input, options.annotate)
    damage = None
    try:
        with written(options.output, private=True, buffered=False) as stream:
            try:
                job.copy(stream)
            except ReadError as error:
                if not job.frames:
                    raise
                damage = error
        if damage is not None:
            raise damage
    finally:
        tell(options.input, job.forgotten())
        if job.frames and not options.quiet:
            print(f"{job.comments} of {job.frames} frames commented", file=sys.stderr)
            said = remark_on(options.output)
            if said is not None:
                remark(said, by="")
    return 0


class _Job:
    """One copying: counts what it has done, also where the file turns out to be damaged."""

    def __init__(self, source: str, level: Level) -> None:
        self.source = source
        self._annotator = begin_annotator(level)
        self._runs = runs_of(self._annotator, level)
        self._frames = 0
        self._comments = 0

    @property
    def frames(self) -> int:
        """How many there were so far."""
        return self._frames + (self._runs.frames if self._runs is not None else 0)

    @property
    def comments(self) -> int:
        """On how many of them there is a comment now."""
        return self._comments + (self._runs.comments if self._runs is not None else 0)

    def forgotten(self) -> dict[str, int]:
        """What had to be forgotten so far."""
        return self._annotator.forgotten()

    def copy(self, target: BinaryIO) -> None:
        """Copy to an open file. Raises PcapkitError."""
        with bar.shown([self.source]):
            annotate(self.source, target, self._comment, is_own=is_own, runs=self._runs)

    def _comment(self, frame: CapturedFrame) -> str:
        comment = self._annotator.line(frame)
        self._frames += 1
        self._comments += bool(comment)
        return comment
