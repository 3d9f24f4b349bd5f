"""pcapkit's recorder as Wireshark starts it: `python -m pcapkit.cli.extcap`, run by the launcher in Wireshark's folder.

Wireshark runs it many times at its start, so that only what is asked for is imported; and it takes what is on standard
error for an error, so that nothing is said there while all is well.
"""

import argparse
import contextlib
import errno
import io
import os
import sys
import time
from collections.abc import Sequence

from pcapkit.errors import CaptureError, FileError, FilterError, OptionError, PcapkitError
from pcapkit.version import VERSION
from pcapkit.wireshark import extcap

SNAPLEN = 262144
BUFFER = 4096
READER_WAIT = 10.0  # seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one of Wireshark's questions, or capture until it has enough; returns the exit code."""
    try:
        return _answer(_parse(sys.argv[1:] if arguments is None else arguments))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing to complain of when Python closes it
        return 0
    except PcapkitError as error:
        return _complain(error)


def _complain(error: PcapkitError) -> int:
    print(f"pcapkit: {error}", file=sys.stderr, flush=True)
    return error.exit_code


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="pcapkit's extcap",
        description="Wireshark starts this. What a person wants is `pcapkit record`.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--extcap-interfaces", dest="interfaces", action="store_true")
    add("--extcap-version", dest="version")
    add("--extcap-interface", dest="name", default=extcap.NAME)
    add("--extcap-dlts", dest="link_types", action="store_true")
    add("--extcap-config", dest="config", action="store_true")
    add("--extcap-reload-option", dest="reload")
    add("--extcap-capture-filter", dest="capture_filter")
    add("--capture", action="store_true")
    add("--fifo")
    add("--interface", default="")
    add("--filter", default="")
    add("--annotate", choices=("all", "steps", "none"), default="all")
    add("--snaplen", type=int, default=SNAPLEN)
    add("--promiscuous", default="true")
    add("--buffer", type=int, default=16)
    # Later versions of Wireshark ask for more, and want no complaint where that is not known.
    return parser.parse_known_args(arguments)[0]


def _answer(options: argparse.Namespace) -> int:
    if options.interfaces:
        return _say(extcap.interfaces(VERSION))
    if options.name != extcap.NAME:
        raise OptionError(f"--extcap-interface {options.name}: the only one is {extcap.NAME}")
    if options.link_types:
        return _say(extcap.link_types())
    if options.config:
        everything, machine = _machine()
        if options.reload == extcap.RELOADED:
            return _say(extcap.values(machine, everything=everything))
        return _say(extcap.configuration(machine, everything=everything, snaplen=SNAPLEN, buffer=BUFFER))
    if options.capture:
        return _capture(options)
    if options.capture_filter is not None:
        return _say(_refusal(options.capture_filter))
    return 0


def _say(lines: Sequence[str]) -> int:
    for line in lines:
        print(line)
    sys.stdout.flush()
    return 0


def _machine() -> tuple[bool, list[tuple[str, str]]]:
    """Whether `any` can be chosen, and the machine's interfaces that are up."""
    if sys.platform == "linux":
        from pcapkit.capture.interfaces import list_interfaces

        return True, [(one.name, one.description) for one in list_interfaces() if one.up]
    from pcapkit.wireshark import lent

    return False, lent.machine(_dumpcap())


def _refusal(text: str) -> list[str]:
    """Why libpcap does not take that filter; nothing where it does, which is how Wireshark wants to be told."""
    from pcapkit.capture.filter import compile_filter
    from pcapkit.capture.linktypes import ETHERNET

    try:
        if text.strip():
            compile_filter(text, ETHERNET, SNAPLEN, interface="lo")
    except FilterError as error:
        return [str(error)]
    return []


def _capture(options: argparse.Namespace) -> int:
    if not options.fifo:
        raise OptionError("--capture: needs --fifo, the pipe that Wireshark reads")
    try:
        filter_text = extcap.both([options.capture_filter or "", options.filter])
        for sentence in _refusal(filter_text):
            raise FilterError(sentence)
        from pcapkit.wireshark import rights

        if not rights.own():
            return _borrow(options, filter_text)
        _record(options, filter_text)
    except PcapkitError as error:
        code = _complain(error)  # first: once the pipe has ended, Wireshark listens no longer
        _release_the_reader(options.fifo)
        return code
    return 0


def _release_the_reader(fifo: str) -> None:
    """Open the pipe for a moment: its reader, who may be yet to come, waits for that, and Wireshark for the reader."""
    deadline = time.monotonic() + READER_WAIT
    while time.monotonic() < deadline:
        try:
            os.close(os.open(fifo, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0)))
        except OSError as error:
            if error.errno == errno.ENXIO:  # nobody reads yet
                time.sleep(0.05)
                continue
        return


def _record(options: argparse.Namespace, filter_text: str) -> None:
    """`pcapkit record`, and what it says kept for the case that it fails."""
    from pcapkit.cli.main import main as pcapkit

    words = ["record", "-q", "-o", options.fifo, "-i", options.interface or "any", "--annotate", options.annotate]
    # A person watches: frames are to be seen at once, and the last ones too when the capture is stopped.
    words += ["-s", str(options.snaplen), "-B", str(options.buffer), "--immediate-mode"]
    if options.promiscuous == "false":
        words.append("-p")
    if filter_text:
        words.append(f"-f{filter_text}")  # in one word, whatever it begins with
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = pcapkit(words)
    if code != 0:
        lines = said.getvalue().splitlines()
        told = [line.removeprefix("pcapkit: ") for line in lines if line.startswith("pcapkit: ")]
        raise CaptureError("; ".join(told or lines or [f"it ended with {code}"]))


def _borrow(options: argparse.Namespace, filter_text: str) -> int:
    """Through Wireshark's dumpcap, which may capture where this process may not."""
    from pcapkit.wireshark import lent

    everything, machine = _machine()
    names = [name for name, _ in machine]
    chosen = options.interface or ("any" if everything else "")
    if chosen == "any" and everything:
        interfaces = names
    else:
        interfaces = [chosen] if chosen else names[:1]
    wanted = lent.Wanted(
        interfaces, filter_text, options.snaplen, options.buffer, options.promiscuous != "false", options.annotate
    )
    dumpcap = _dumpcap()
    try:
        target = io.FileIO(options.fifo, "wb")  # waits for the reader; until now a signal ends the process at once
    except OSError as error:
        raise FileError(f"{options.fifo}: cannot be written: {error.strerror}") from None
    with target:
        try:
            lent.capture(dumpcap, wanted, target)
        except PcapkitError as error:
            return _complain(error)
    return 0


def _dumpcap() -> str:
    from pcapkit.wireshark import rights

    found = rights.find_dumpcap()
    if found is None:
        raise CaptureError("no right to capture, and no dumpcap that has it; 'pcapkit wireshark doctor' tells more")
    return found


if __name__ == "__main__":
    sys.exit(main())
