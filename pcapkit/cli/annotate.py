"""`pcapkit annotate`: a capture file once more, with a comment on its frames."""

import argparse
import io
import os
import stat
import sys
from typing import BinaryIO

from pcapkit.annotate import Level, is_own
from pcapkit.capfile.annotate import annotate
from pcapkit.capfile.model import CapturedFrame
from pcapkit.cli import bar
from pcapkit.cli.writing import check_output
from pcapkit.errors import FileError, OptionError, ReadError
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
    job = _Job(options.input, options.annotate)
    try:
        if options.output == "-":
            if sys.stdout.isatty():
                raise OptionError("-o -: a capture file would garble the terminal: pipe it on or name a file")
            job.copy(sys.stdout.buffer)
        else:
            _replace(options.output, job)
    finally:
        if job.frames and not options.quiet:
            print(f"{job.comments} of {job.frames} frames commented", file=sys.stderr)
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

    def copy(self, target: BinaryIO) -> None:
        """Copy to an open file. Raises PcapkitError."""
        with bar.shown([self.source]):
            annotate(self.source, target, self._comment, is_own=is_own, runs=self._runs)

    def _comment(self, frame: CapturedFrame) -> str:
        comment = self._annotator.line(frame)
        self._frames += 1
        self._comments += bool(comment)
        return comment


def _replace(output: str, job: _Job) -> None:
    """Write beside the file that is wanted, and give it its name when it is complete."""
    check_output(output, [job.source])
    path = os.path.realpath(output)  # what a symbolic link leads to is written, not the link
    try:
        there = os.stat(path)
    except OSError:
        there = None
    try:
        if there is not None and not stat.S_ISREG(there.st_mode):  # a pipe or device keeps its place
            with open(path, "wb", buffering=0) as stream:
                job.copy(stream)
            return
        temporary, descriptor = _beside(path)
    except OSError as error:
        raise FileError(f"{output}: cannot be written: {error.strerror}") from error
    try:
        with io.FileIO(descriptor, "wb") as stream:
            stream.name = output  # for errors: the other name goes away
            try:
                job.copy(stream)
            except ReadError:
                if job.frames:
                    os.replace(temporary, path)
                raise
        os.replace(temporary, path)
    except OSError as error:
        raise FileError(f"{output}: cannot be given its name: {error.strerror}") from error
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def _beside(path: str) -> tuple[str, int]:
    """A new file in the same folder, for its owner alone: its name and descriptor. Raises OSError."""
    from tempfile import mkstemp

    folder, name = os.path.split(path)
    descriptor, temporary = mkstemp(prefix=f".{name[:200]}.", suffix=".partial", dir=folder)
    return temporary, descriptor
