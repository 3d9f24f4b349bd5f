"""What `pcapkit record` does: open the interfaces, give up privileges, capture, and say what came of it."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.capture import privileges
from pcapkit.capture.filter import image
from pcapkit.capture.interfaces import ANY, Choice, choose, list_interfaces
from pcapkit.capture.output import (
    STANDARD_ERROR,
    STANDARD_OUTPUT,
    Output,
    hold_standard_descriptors,
    open_output,
    refuse_terminal,
)
from pcapkit.capture.ring import MEBIBYTE
from pcapkit.capture.session import Ending, Session
from pcapkit.capture.signals import Signals
from pcapkit.capture.source import Source, open_sources, program_for
from pcapkit.capture.stops import Stops, parse_stops
from pcapkit.cli.linetext import LineFormat
from pcapkit.cli.recording import Labels, Lines, Recording, say
from pcapkit.errors import InterfaceError, OptionError, WriteError

if TYPE_CHECKING:
    from pcapkit.annotate import Level

LARGEST_SNAPLEN: Final = 262144
LARGEST_BUFFER: Final = 4096
PATIENCE: Final = 1.0  # seconds that a pipe's reader gets after a stop was asked for


def carry_out(options: argparse.Namespace) -> int:
    """Record as the options of pcapkit.cli.record say; returns the exit code. Raises PcapkitError."""
    if options.list_interfaces:
        return _list_interfaces()
    if options.filter is not None and options.words:
        raise OptionError("two capture filters: give it either with -f or as trailing words")
    filter_text = (options.filter if options.filter is not None else " ".join(options.words)).strip()
    snaplen = options.snaplen or LARGEST_SNAPLEN
    if not 1 <= snaplen <= LARGEST_SNAPLEN:
        raise OptionError(f"-s {options.snaplen}: use 1 to {LARGEST_SNAPLEN} bytes (0 for all)")
    if not 1 <= options.buffer <= LARGEST_BUFFER:
        raise OptionError(f"-B {options.buffer}: use 1 to {LARGEST_BUFFER} MiB")
    stops = parse_stops(options.count, options.conditions, writes_file=options.output is not None)
    if options.output is not None:
        refuse_terminal(options.output)
    to_stdout = options.output in (None, "-") or options.print
    hold_standard_descriptors(STANDARD_OUTPUT if to_stdout else None)
    choices = choose(options.interfaces, promiscuous=options.promiscuous)
    if options.list_link_types:
        return _list_link_types(choices)
    if options.show_filter:
        return _show_filter(choices, filter_text, snaplen)
    account = privileges.account_to_become(options.user)
    with Signals() as signals:
        sources = open_sources(choices, filter_text, snaplen, options.buffer * MEBIBYTE)
        try:
            return _record(options, filter_text, snaplen, stops, account, signals, sources)
        except WriteError as error:
            if isinstance(error.__cause__, BrokenPipeError):
                return 0  # the reader has had enough, as after `| head`
            raise
        finally:
            for source in sources:
                source.ring.close()


def _record(
    options: argparse.Namespace,
    filter_text: str,
    snaplen: int,
    stops: Stops,
    account: privileges.Account | None,
    signals: Signals,
    sources: Sequence[Source],
) -> int:
    """Capture on open sources: the files first, then the drop of privileges, then the first frame."""

    def give_up() -> bool:
        return signals.stopped_at is not None and time.monotonic() - signals.stopped_at > PATIENCE

    interfaces = [_describe(source, filter_text, snaplen) for source in sources]
    outputs = []
    writer = lines = None
    form = _line_format(options, sources)
    labels = _start_labels(options.annotate, form)
    if options.output is not None:
        output = open_output(options.output, account, give_up, lambda: signals.stop)
        if output is None:
            say(f"Stopped before anything read from {options.output}; nothing was captured")
            return 0
        outputs.append(output)
        writer = _start_file(output, interfaces)
    if options.output is None or options.print:
        to_stderr = options.output == "-"
        descriptor, name = (STANDARD_ERROR, "standard error") if to_stderr else (STANDARD_OUTPUT, "standard output")
        outputs.append(Output(descriptor, name, give_up))
        steps_only = options.annotate == "steps"
        lines = Lines(outputs[-1], form, labelled_only=steps_only)
    account = privileges.drop(account)
    if options.user is not None and os.geteuid() == 0:
        say(f"-Z {options.user}: without capabilities, but what reads the frames still owns all files of root")

    say("Capturing on " + ", ".join(f"'{source.interface.name}'" for source in sources))
    if options.verbose:
        _say_setup(options, sources, account)
    show_count = not options.quiet and lines is None and sys.stderr.isatty()
    recording = Recording(sources, interfaces, labels, writer, lines, show_count=show_count)

    def say_counts() -> None:
        for line in recording.counts():
            say(line)

    pipes = [output.fileno() for output in outputs if output.pipe]
    session = Session(sources, recording, stops, signals, say, say_counts, pipes)
    ending, failure = None, None
    try:
        ending = session.run()
        recording.finish()
        for output in outputs:
            _close(output)
    except WriteError as error:
        recording.settle_failed()
        failure = error
    if show_count:
        say("\r", end="")
    say_counts()
    if failure is not None:
        raise failure
    if ending is Ending.NO_INTERFACE:
        raise InterfaceError("capturing ended because no interface is up any more; what was captured is complete")
    return 0


def _describe(source: Source, filter_text: str, snaplen: int) -> Interface:
    one = source.interface
    return Interface(
        link_type=one.link.number,
        snaplen=snaplen,
        name=one.name,
        description=one.description,
        filter=filter_text,
        os=_system(),
        hardware=one.hardware,
        speed=one.speed,
    )


def _start_file(output: Output, interfaces: Sequence[Interface]) -> PcapngWriter:
    """Write the header and the interfaces, at once: whoever reads along can begin."""
    from pcapkit.version import VERSION

    writer = PcapngWriter(output, hardware=_processor(), os=_system(), application=f"pcapkit {VERSION}")
    for interface in interfaces:
        writer.add_interface(interface)
    writer.flush()
    return writer


def _line_format(options: argparse.Namespace, sources: Sequence[Source]) -> LineFormat:
    return LineFormat(
        time_style=options.time_style, utc=options.utc, json=options.json, with_interface=len(sources) > 1
    )


def _start_labels(level: "Level", form: LineFormat) -> Labels | None:
    """What labels frames, all of it imported; and how a line shows a label."""
    if level == "none":
        return None
    # Imported before the drop of privileges: the folders may be closed to us afterwards.
    from pcapkit.annotate import Annotator, parse_comment
    from pcapkit.annotate.comment import PREFIX
    from pcapkit.dissector import find

    dissectors = find()
    form.prefix = PREFIX
    if form.json:
        from pcapkit.cli.read import labelled

        def fields(label: str) -> dict[str, Any]:
            said = ((one, parse_comment(label, one)) for one in dissectors)  # a label is read back exactly
            return {one.name: labelled(one, values) for one, values in said if values}

        form.fields = fields
    return Annotator(level, dissectors)


def _close(output: Output) -> None:
    try:
        output.close()
    except OSError as error:
        raise WriteError(f"{output.name}: {error.strerror}") from error


def _say_setup(options: argparse.Namespace, sources: Sequence[Source], account: privileges.Account | None) -> None:
    for source in sources:
        one = source.interface
        megabytes = source.ring.size // MEBIBYTE
        say(f"{one.name}: {one.link.name}, ring of {megabytes} MiB" + ("" if one.up else ", down"))
    user = account.name if account is not None else str(os.geteuid())
    say(f"running as user {user}, without capabilities")
    if options.output is not None:
        say(f"File: {options.output}")


def _system() -> str:
    names = os.uname()
    return f"{names.sysname} {names.release}"


def _processor() -> str:
    """The processor's name, as Wireshark shows it under the capture's hardware; else its architecture."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                key, _, value = line.partition(":")
                if key.strip() == "model name":
                    return value.strip()
    except OSError:
        pass
    return os.uname().machine


def _list_interfaces() -> int:
    interfaces = list_interfaces()
    for number, one in enumerate(interfaces, start=1):
        states = [name for name, on in (("up", one.up), ("running", one.running)) if on] or ["down"]
        print(f"{number}. {one.name} ({one.description}) [{', '.join(states)}]")
    print(f"{len(interfaces) + 1}. {ANY} (all of them)")
    return 0


def _list_link_types(choices: Sequence[Choice]) -> int:
    for choice in choices:
        print(f"Data link types of interface {choice.interface.name}:")
        print(f"  {choice.interface.link.name} ({choice.interface.link.description})")
    return 0


def _show_filter(choices: Sequence[Choice], filter_text: str, snaplen: int) -> int:
    for choice in choices:
        if len(choices) > 1:
            print(f"# {choice.interface.name}")
        for line in image(program_for(choice, filter_text, snaplen)):
            print(line)
    return 0
