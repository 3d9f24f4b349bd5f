"""Capturing with the right that Wireshark has: its dumpcap captures, and pcapkit puts the comments on.

Whoever may capture in Wireshark mostly may not in Python, and should not have to give every script that right.
"""

import contextlib
import io
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.errors import CaptureError, FileError, ReadError, WriteError
from pcapkit.version import VERSION

_STANDARD_INPUT: Final = 0
_COUNTED: Final = re.compile(r"received/dropped on interface '(.*)': (\d+)/(\d+)")
_NUMBERED: Final = re.compile(r"^\d+\. (\S+)(?: \((.*)\))?", re.M)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to capture. snaplen in bytes; buffer in MiB, for all interfaces together; level: which get a comment."""

    interfaces: Sequence[str]
    filter: str
    snaplen: int
    buffer: int
    promiscuous: bool
    level: str


def machine(dumpcap: str) -> list[tuple[str, str]]:
    """Names and descriptions of the interfaces that dumpcap lists. Raises CaptureError."""
    try:
        listed = subprocess.run([dumpcap, "-D"], capture_output=True, text=True, errors="replace", timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise CaptureError(f"{dumpcap}: cannot be run: {error}") from None
    return _NUMBERED.findall(listed.stdout)


def capture(dumpcap: str, wanted: Wanted, target: io.FileIO) -> None:
    """Capture into the pipe until its reader goes, or SIGTERM or SIGINT. Raises CaptureError, WriteError."""
    with tempfile.TemporaryFile() as errors, _running(_command(dumpcap, wanted), errors) as process:
        frames = 0
        try:
            frames = _relay(target, wanted, errors, process)
        except WriteError as error:
            if not isinstance(error.__cause__, BrokenPipeError):
                raise
            return  # Wireshark has enough
        except (FileError, ReadError):
            pass  # it has not begun, or was ended in the middle of a block: its own words say why
        if process.wait() != 0 and frames == 0:
            raise CaptureError(_refusal(errors))


def _command(dumpcap: str, wanted: Wanted) -> list[str]:
    share = max(1, wanted.buffer // max(1, len(wanted.interfaces)))
    # Before the interfaces, where it holds for all of them.
    command = [dumpcap, "-q", "-w", "-", "-s", str(wanted.snaplen), "-B", str(share)]
    if not wanted.promiscuous:
        command.append("-p")
    if wanted.filter:
        command += ["-f", wanted.filter]
    return command + [word for name in wanted.interfaces for word in ("-i", name)]


@contextlib.contextmanager
def _running(command: Sequence[str], errors: IO[bytes]) -> "Iterator[subprocess.Popen[bytes]]":
    """dumpcap, its output as our standard input; a signal to us ends it, so that all it has still comes through."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        # A session of its own: Ctrl-C in a terminal reaches it through us, once.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    except OSError as error:
        raise CaptureError(f"{command[0]}: cannot be run: {error.strerror}") from None
    try:
        for number in before:
            signal.signal(number, lambda *_: process.terminate())
        assert process.stdout is not None
        os.dup2(process.stdout.fileno(), _STANDARD_INPUT)
        process.stdout.close()
        yield process
    finally:
        os.close(_STANDARD_INPUT)
        os.open(os.devnull, os.O_RDONLY)  # takes the lowest free number: this one
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        for number, handler in before.items():
            signal.signal(number, handler)


def _relay(target: io.FileIO, wanted: Wanted, errors: IO[bytes], process: "subprocess.Popen[bytes]") -> int:
    """Copy frames with their comments, at once where no others wait; returns how many."""
    from pcapkit.annotate import Annotator

    annotator = Annotator(wanted.level)  # type: ignore[arg-type]  # one of its levels, as argparse has seen to
    system = f"{os.uname().sysname} {os.uname().release}" if hasattr(os, "uname") else sys.platform
    writer = PcapngWriter(target, hardware="", os=system, application=f"pcapkit {VERSION}, frames from dumpcap")
    numbers: dict[str, int] = {}
    kept: dict[str, int] = {}
    begun = time.time_ns()
    writer.flush()
    for frame in read_frames("-"):
        name = frame.interface.name
        if name not in numbers:
            numbers[name] = writer.add_interface(frame.interface._replace(filter=wanted.filter))
            kept[name] = 0
        comment = annotator.line(frame)
        writer.write(
            numbers[name],
            frame.time,
            frame.data,
            frame.wire_length,
            comments=(comment,) if comment else (),
            flags=frame.flags,
            drop_count=frame.drop_count,
        )
        kept[name] += 1
        if not _more_waits():
            writer.flush()
    process.wait()
    for name, received, dropped in _counted(errors):
        if name in numbers:
            writer.statistics(
                numbers[name],
                start=begun,
                end=time.time_ns(),
                received=received + dropped,
                dropped=dropped,
                filter_accepted=received + dropped,
                os_dropped=dropped,
                delivered=kept[name],
            )
    writer.flush()
    return sum(kept.values())


def _more_waits() -> bool:
    """Whether the next frame comes without waiting, as far as can be told; a pipe of Windows does not tell."""
    return sys.platform != "win32" and bool(select.select([_STANDARD_INPUT], [], [], 0)[0])


def _counted(errors: IO[bytes]) -> list[tuple[str, int, int]]:
    errors.seek(0)
    said = errors.read().decode(errors="replace")
    # It calls an interface "lo", or "Loopback: lo".
    return [(name.rpartition(": ")[2], int(taken), int(lost)) for name, taken, lost in _COUNTED.findall(said)]


def _refusal(errors: IO[bytes]) -> str:
    """What dumpcap says is wrong, and what to do where that is the right to capture."""
    errors.seek(0)
    lines = [line.strip().removeprefix("dumpcap: ") for line in errors.read().decode(errors="replace").splitlines()]
    told = [line for line in lines if line and not line.startswith(("Capturing on", "Running as", "File:"))]
    first = told[0] if told else "dumpcap ended, and gives no reason"
    return f"{first} 'pcapkit wireshark doctor' tells how to get it." if "permission" in first else first
