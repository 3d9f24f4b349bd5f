"""What `pcapkit record` does on open interfaces: give up privileges, capture, and say what came of it."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from pcapkit.capfile.continuation import statement
from pcapkit.capfile.writer import STATISTICS_SIZE, PcapngWriter
from pcapkit.capture import privileges
from pcapkit.capture.blockwise import BlockByBlock
from pcapkit.capture.files import Files, Opener, PlainFiles, Stream
from pcapkit.capture.keeper import FileMaker
from pcapkit.capture.memory import MEBIBYTE
from pcapkit.capture.output import STANDARD_ERROR, STANDARD_OUTPUT, Output, open_stream
from pcapkit.capture.passing import FrameByFrame, Passing
from pcapkit.capture.ring import BLOCK_TIMEOUT_MS, IMMEDIATE_TIMEOUT_MS
from pcapkit.capture.rotation import Rotation
from pcapkit.capture.session import Ending, Session
from pcapkit.capture.signals import Signals
from pcapkit.capture.source import Source
from pcapkit.capture.stops import Stops
from pcapkit.capture.tally import Tally
from pcapkit.cli import terminal
from pcapkit.cli.header import Header
from pcapkit.cli.linetext import LineFormat
from pcapkit.cli.outcomes import begin_outcomes
from pcapkit.cli.progress import Progress
from pcapkit.cli.recording import Lines, Recording
from pcapkit.cli.status import Status, say
from pcapkit.cli.writing import remark_on
from pcapkit.dissector.forgetting import sentence
from pcapkit.errors import InterfaceError, WriteError

if TYPE_CHECKING:
    from pcapkit.annotate import Annotator, Level
    from pcapkit.dissector import Dissector
    from pcapkit.fast.live import Live

PATIENCE: Final = 1.0  # seconds that a pipe's reader gets after a stop was asked for


class Recorder:
    """One recording on open sources: the files first, then the drop of privileges, then the first frame."""

    def __init__(
        self,
        options: argparse.Namespace,
        stops: Stops,
        rotation: Rotation | None,
        signals: Signals,
        sources: Sequence[Source],
    ) -> None:
        self._options = options
        self._stops = stops
        self._rotation = rotation
        self._signals = signals
        self._sources = sources
        self._tally = Tally(sources)
        self._outputs: list[Output] = []
        self._status: Status | None = None
        self._live: Live | None = None
        self._say_counts: Callable[[], None] = lambda: None

    def run(self, filter_text: str, snaplen: int, account: privileges.Account | None, maker: FileMaker | None) -> int:
        """Record until something ends it; returns the exit code. Raises PcapkitError."""
        options = self._options
        header = Header(self._sources, filter_text, snaplen)
        form = LineFormat(
            time_style=options.time_style, utc=options.utc, json=options.json, with_interface=len(self._sources) > 1
        )
        dissectors, labels = _start_labels(options.annotate, form)
        if options.output is not None and not options.print:
            from pcapkit.fast import live

            self._live = live.begin(self._sources, labels)
        outcomes = begin_outcomes(dissectors, self._live)
        files = None
        if options.output is not None:
            files = self._open_files(header, maker, account)
            if files is None:
                say(f"Stopped before anything read from {options.output}; nothing was captured")
                return 0
        try:
            lines = self._lines(form)
            account = privileges.drop(account)
            self._say_beginning(account)
            to_pipe = options.output is not None and maker is None
            updates = not options.quiet and lines is None and terminal.can_update(sys.stderr)
            progress = Progress(self._sources, self._tally, files, to_pipe=to_pipe, outcomes=outcomes)
            if updates:
                self._status = Status(progress.parts)
        except BaseException:
            if files is not None:
                files.discard()
            raise
        try:
            recording = Recording(
                self._tally, header.interfaces, labels, files, lines, self._status, outcomes, self._announce
            )
            return self._capture(recording, lambda: [*progress.counts(), *_forgotten(labels)])
        finally:
            if files is not None:
                files.close()  # also where something went wrong that nobody thought of

    def _capture(self, recording: Recording, counts: Callable[[], list[str]]) -> int:
        def say_counts() -> None:
            for line in counts():
                self._notice(line)

        self._say_counts = say_counts
        pipes = [output.fileno() for output in self._outputs if output.pipe]
        timeout = IMMEDIATE_TIMEOUT_MS if self._options.immediate else BLOCK_TIMEOUT_MS
        session = Session(
            self._sources,
            self._passing(recording, timeout),
            recording,
            self._stops.seconds,
            self._signals,
            self._notice,
            say_counts,
            pipes,
            timeout,
        )
        ending, failure = None, None
        try:
            ending = session.run()
            recording.finish()
        except WriteError as error:
            broken = isinstance(error.__cause__, BrokenPipeError)
            recording.fail(capturing=ending is None and not broken)
            failure = error
        if self._status is not None:
            self._status.end()
        say_counts()
        if failure is not None:
            raise failure
        if self._signals.hung_up and self._rotation is None and not self._options.quiet:
            say("Stopped by SIGHUP; with -b it begins the next file instead")
        if ending is Ending.NO_INTERFACE:
            raise InterfaceError("capturing ended because no interface is up any more; what was captured is complete")
        return 0

    def _passing(self, recording: Recording, timeout: int) -> Passing:
        """Natively where that is possible: the same files come of both."""
        if self._live is None:
            return FrameByFrame(self._sources, recording, self._stops.frames, timeout)
        return BlockByBlock(self._sources, recording, self._stops.frames, timeout, *self._live)

    def _open_files(self, header: Header, maker: FileMaker | None, account: privileges.Account | None) -> Files | None:
        """The first file, open; None if a stop was asked for while a FIFO had no reader."""
        opener: Opener
        if maker is not None:
            opener = PlainFiles(maker, self._options.output, self._give_up, rotating=self._rotation is not None)
        else:
            output = open_stream(self._options.output, account, self._give_up, lambda: self._signals.stop)
            if output is None:
                return None
            self._outputs.append(output)
            opener = Stream(output)

        def begin(output: Output, number: int) -> PcapngWriter:
            several = self._rotation is not None
            buffer = None if self._live is None else self._live.buffer
            return header.begin(output, statement(number, self._tally.frames) if several else "", buffer)

        reserve = STATISTICS_SIZE * len(self._sources)
        files = Files(opener, begin, self._stops, self._rotation, reserve, self._notice)
        files.open_next()
        return files

    def _lines(self, form: LineFormat) -> Lines | None:
        options = self._options
        if options.output is not None and not options.print:
            return None
        to_stderr = options.output == "-"
        descriptor, name = (STANDARD_ERROR, "standard error") if to_stderr else (STANDARD_OUTPUT, "standard output")
        self._outputs.append(Output(descriptor, name, self._give_up))
        return Lines(self._outputs[-1], form, labelled_only=options.annotate == "steps")

    def _say_beginning(self, account: privileges.Account | None) -> None:
        options = self._options
        if options.user is not None and os.geteuid() == 0:
            say(f"-Z {options.user}: without capabilities, but what reads the frames still owns all files of root")
        say("Capturing on " + ", ".join(f"'{source.interface.name}'" for source in self._sources))
        remark = remark_on(options.output) if options.output is not None and not options.quiet else None
        if remark is not None:
            say(remark)
        if not options.verbose:
            return
        for source in self._sources:
            one = source.interface
            say(
                f"{one.name}: {one.link.name}, ring of {source.ring.size // MEBIBYTE} MiB"
                + ("" if one.up else ", down")
            )
        user = account.name if account is not None else str(os.geteuid())
        say(f"running as user {user}, without capabilities")

    def _give_up(self) -> bool:
        """Asked while a reader takes nothing: whether to wait no longer. What one sees of the recording goes on."""
        if self._status is not None:
            self._status.update(time.monotonic())
        if self._signals.counts:
            self._signals.counts = False
            self._tally.read()
            self._say_counts()
        stopped = self._signals.stopped_at
        return stopped is not None and time.monotonic() - stopped > PATIENCE

    def _notice(self, text: str) -> None:
        if self._status is not None:
            self._status.say(text)
        else:
            say(text)

    def _announce(self, text: str) -> None:
        """What is worth knowing, unless one wants to know nothing."""
        if not self._options.quiet:
            self._notice(text)


def _forgotten(labels: "Annotator | None") -> list[str]:
    """A line for people: what the labels had to do without, so that memory stays bounded."""
    text = sentence(labels.forgotten()) if labels is not None else ""
    return [text[0].upper() + text[1:]] if text else []


def _start_labels(level: "Level", form: LineFormat) -> "tuple[list[Dissector], Annotator | None]":
    """The dissectors and what labels frames with them, all of it imported; and how a line shows a label."""
    if level == "none":
        return [], None
    # Imported before the drop of privileges: the folders may be closed to us afterwards.
    from pcapkit.annotate import parse_comment
    from pcapkit.annotate.comment import PREFIX
    from pcapkit.dissector import find
    from pcapkit.fast.annotator import begin_annotator

    dissectors = find()
    form.prefix = PREFIX
    if form.json:
        from pcapkit.cli.read import labelled

        def fields(label: str) -> dict[str, Any]:
            said = ((one, parse_comment(label, one)) for one in dissectors)  # a label is read back exactly
            return {one.name: labelled(one, values) for one, values in said if values}

        form.fields = fields
    annotator = begin_annotator(level, dissectors)
    annotator.prepare()
    return dissectors, annotator
