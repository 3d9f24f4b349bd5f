"""`pcapkit read`: the frames of capture files, as lines of text or of JSON."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from pcapkit.annotate import Annotator, is_own
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames, read_with
from pcapkit.cli import bar
from pcapkit.cli.clock import YEAR_1000, YEAR_10000, Clock, iso_time
from pcapkit.cli.forgotten import told
from pcapkit.cli.linetext import numbered, printable
from pcapkit.cli.remark import remark
from pcapkit.dissector import Dissector, Value, Values, find, find_one
from pcapkit.errors import OptionError, PcapkitError
from pcapkit.fast.annotator import begin_annotator
from pcapkit.fast.lining import lines_of

DESCRIPTION = """\
Prints the frames of pcap and pcapng files (gzipped or not; - is standard input), each with what its headers say and
what the dissectors say. Comments that others put on a frame follow it, indented. A damaged file is printed up to the
damage; the exit code is then 14."""

EPILOG = """\
examples:
  pcapkit read run.pcapng
  pcapkit read -ttt -c 10 run.pcapng              the first ten frames, time since the frame before
  pcapkit read --json run.pcapng | jq .tcp_handshake.step

In JSON a frame is one object: "time" is UTC with nanoseconds and "time_ns" the same as integer, both null where the
file does not tell; each dissector is a member by its name, whose fields have labels for numbers with names; spans of
time are integers of nanoseconds."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="pcap or pcapng; - is standard input")
    add("--json", action="store_true", help="one JSON object a line")
    add("-c", dest="count", metavar="N", type=int, help="end after N frames of each file")
    add("-n", dest="numeric", action="store_true", help="no names for addresses (always so)")
    add(
        "-t",
        dest="time_style",
        action="count",
        default=0,
        help="no time; -tt since 1970, -ttt since the frame before, -tttt with date, -ttttt since the first",
    )
    add("-v", dest="verbose", action="store_true", help="every field of every dissector, as in a comment")
    add("--utc", action="store_true", help="times of day in UTC")
    add(
        "--dissector",
        dest="dissectors",
        metavar="NAME",
        action="append",
        help="only this dissector: its name, or the path of its .py file (can be repeated; default: all)",
    )


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit read`; returns the exit code. Raises PcapkitError."""
    if options.count is not None and options.count < 1:
        raise OptionError(f"-c {options.count}: use a number of frames from 1 on")
    dissectors = find() if options.dissectors is None else [find_one(name) for name in options.dissectors]
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # comments are any Unicode, the terminal may be ASCII
    code = 0
    with bar.shown(options.files, wanted=not sys.stdout.isatty()) as progress:
        for name in options.files:
            annotator = Annotator("all", dissectors) if options.json else begin_annotator("all", dissectors)
            try:
                with told(name, progress) as forgotten:
                    try:
                        _print_file(name, options, annotator)
                    finally:
                        forgotten.update(annotator.forgotten())
            except PcapkitError as error:
                if len(options.files) == 1:
                    raise
                sys.stdout.flush()
                progress.clear()
                remark(str(error))
                code = code or error.exit_code
            progress.file_done()
    return code


def _print_file(name: str, options: argparse.Namespace, annotator: Annotator) -> None:
    """Print one file. Raises PcapkitError, where it is damaged after every frame before that."""
    several = len(options.files) > 1
    write = sys.stdout.write
    count = sys.maxsize if options.count is None else options.count
    runs = None if options.json else lines_of(annotator, verbose=options.verbose, left=count)
    frames = read_frames(name) if runs is None else read_with(name, runs)
    if several and not options.json:
        write(f"{printable(name)}:\n")
    if options.json:
        extra = {"file": name} if several else {}
        show: Callable[[CapturedFrame], str] = lambda frame: json_line(frame, annotator, extra)  # noqa: E731
    else:
        clock = Clock(options.time_style, utc=options.utc)
        show = lambda frame: text_lines(frame, annotator, clock, verbose=options.verbose)  # noqa: E731
    for frame in frames:
        if frame is not None:
            write(show(frame))
            count -= 1
        elif runs is not None:
            lines = [f"{number} {clock.text(time)}{text}\n" for number, time, text in runs.lines()]
            write("".join(lines))
            count -= len(lines)
        if count == 0:
            return  # and not a byte of the file further: what follows may not have come yet
        if runs is not None:
            runs.left = count


def text_lines(frame: CapturedFrame, annotator: Annotator, clock: Clock, *, verbose: bool = False) -> str:
    """The line of a frame, and a line for each line of each comment by others."""
    said = annotator.whole(frame) if verbose else annotator.brief(frame)
    text = numbered(frame, clock, said or annotator.unread(frame)) + "\n"
    for comment in frame.comments:
        if not is_own(comment):
            text += "".join(f"    {printable(line)}\n" for line in comment.splitlines())
    return text


def json_line(frame: CapturedFrame, annotator: Annotator, extra: dict[str, Any]) -> str:
    """The object of a frame, as it is described in `pcapkit read --help`."""
    from pcapkit.cli.jsontext import json_text

    reading = annotator.read(frame)
    text = reading.line() or annotator.unread(frame)
    moment = frame.time
    told = moment is not None and YEAR_1000 <= moment < YEAR_10000
    shown: dict[str, Any] = {
        **extra,
        "frame": frame.number,
        "time": iso_time(moment) if moment is not None and told else None,
        "time_ns": moment,
        "interface": frame.interface.name,
        "length": frame.wire_length,
        "captured": len(frame.data),
        "text": text,
        "comments": list(frame.comments),
    }
    for one in reading.said:
        shown[one.dissector.name] = labelled(one.dissector, one.values)
    return json_text(shown) + "\n"


def labelled(dissector: Dissector, values: Values) -> dict[str, Any]:
    """A dissector's fields for JSON: a label for a number that has a name, a list of them for a set."""
    shown: dict[str, Any] = {}
    for field in dissector.fields:
        value = values.get(field.name)
        if value is None:
            continue
        if field.names is None:
            shown[field.name] = value
        else:
            labels = {int(member): member.label for member in field.names}
            shown[field.name] = _label(value, labels)
    return shown


def _label(value: Value, labels: dict[int, str]) -> Any:
    if isinstance(value, tuple):
        return [labels.get(member, member) for member in value]
    return labels.get(value, value)
