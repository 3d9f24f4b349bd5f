"""What a shell can offer as the value of an option or argument, where argparse knows only that it takes one."""

from collections.abc import Iterable
from typing import Final, NamedTuple

_CAPTURES: Final = ("FILE", "IN")
_FILES: Final = ("FILE", "OUT", "IN", "FOLDER", "PATH")
SUFFIXES: Final = ("pcap", "pcapng", "cap")
"""Of capture files; each may have .gz behind it."""


class Offer(NamedTuple):
    """Values. words: those that are known when the script is made."""

    words: tuple[str, ...] = ()
    several: bool = False  # of them, with commas between
    inside: bool = False  # they are words of a text that goes on
    begun: bool = False  # a number is to follow each of them, with no blank between
    files: str = ""  # names of files too: "any", "captures", or a suffix
    interfaces: bool = False


def offer(path: str, flags: tuple[str, ...], value: str, choices: tuple[str, ...]) -> Offer:
    """What there is to offer. path: `/lab/run`; flags: () of a positional argument; value: what its value is called."""
    if choices:
        return Offer(choices)
    match path, flags[-1] if flags else value:
        case "/record", "-i":
            return Offer(interfaces=True)
        case "/record", "-a":
            from pcapkit.capture.stops import KINDS as STOPS

            return Offer(_conditions(STOPS), begun=True)
        case "/record", "-b":
            from pcapkit.capture.rotation import KINDS as TURNS

            return Offer(_conditions(TURNS), begun=True)
        case "/crosscheck", "--runtimes" | "--require":
            from pcapkit.crosscheck.check import WORDS

            return Offer(WORDS, several=True)
        case "/connections", "--sort":
            return Offer(_fields())
        case "/connections", "--columns":
            return Offer(_fields(), several=True)
        case "/connections", "--where":
            return Offer(_fields(), inside=True)
        case "/connections", "--fail-on":
            from pcapkit.report.failing import failures

            return Offer(tuple(failures()), several=True)
        case "/explain", "--lang":
            from pcapkit.report.catalogue import languages

            return Offer(tuple(languages()))
        case _, "--dissector":
            from pcapkit.dissector import find

            return Offer(tuple(one.name for one in find()), files="py")
        case "/lab/run" | "/lab/samples", "NAME":
            from pcapkit.lab.experiments import all_experiments

            return Offer(tuple(all_experiments()))
        case "/translate", "FILE":
            return Offer(files="py")
        case _, "--plugin":
            return Offer(files="lua")
    if not flags and value in _CAPTURES:
        return Offer(files="captures")
    return Offer(files="any" if any(word in value for word in _FILES) else "")


def _conditions(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:" for kind in kinds)


def _fields() -> tuple[str, ...]:
    from pcapkit.report.connection import NAMES

    return NAMES
