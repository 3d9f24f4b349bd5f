"""The command `pcapkit`: which subcommand, its options, and how everything ends.

Only the module of the subcommand that was named is imported, and argparse only with it.
"""

import errno
import os
import sys
from collections.abc import Sequence
from typing import Final

from pcapkit.cli.remark import remark
from pcapkit.errors import OptionError, PcapkitError, WriteError

_UNWRITABLE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
INTERRUPTED: Final = 130  # as a shell reports SIGINT

# Module (pcapkit.cli.parser.Subcommand), and what it does.
SUBCOMMANDS: Final = {
    "record": ("pcapkit.cli.record", "capture on interfaces, label every frame, write pcapng"),
    "read": ("pcapkit.cli.read", "print the frames of a capture file with their meaning"),
    "annotate": ("pcapkit.cli.annotate", "put the meaning of every frame into a capture file as its comment"),
    "translate": ("pcapkit.cli.translate", "make a Wireshark plugin in Lua out of a dissector in Python"),
    "crosscheck": ("pcapkit.cli.crosscheck", "prove that all runtimes and Wireshark agree on a capture file"),
    "connections": (
        "pcapkit.cli.connections",
        "list the connections: how each opened and closed, and how long it took",
    ),
    "ladder": ("pcapkit.cli.ladder", "draw a connection: who sent what to whom, and the states at both ends"),
    "explain": ("pcapkit.cli.explain", "tell a connection in sentences: what each step means, and what is odd"),
    "report": ("pcapkit.cli.report", "make an HTML page of a capture, with the ladder of each connection"),
    "wireshark": (
        "pcapkit.cli.wireshark",
        "install plugins, profile, recorder into Wireshark, and see what is wrong",
    ),
    "completion": ("pcapkit.cli.completion", "print a completion script for a shell, or the manual page"),
    "lab": ("pcapkit.cli.lab", "build small networks, run experiments on them, and see what the kernel says"),
}

USAGE: Final = "usage: pcapkit [--version] [--help] SUBCOMMAND ..."

EXAMPLES: Final = """\
examples:
  pcapkit record -i eth0 -o run.pcapng tcp port 80   record, with the meaning of every frame as its comment
  pcapkit read run.pcapng                            print it
  pcapkit read --json run.pcapng                     the same for programs, one object a line
  pcapkit annotate theirs.pcap -o ours.pcapng        comments for a file that others captured
  pcapkit crosscheck run.pcapng                      compare with what Wireshark says
  pcapkit connections run.pcapng                     who opened and closed what, how, and how long it took
  pcapkit ladder --connection 3 run.pcapng           one of them as a picture; 'explain' tells it in sentences
  pcapkit report run.pcapng -o report.html           all of it as one page

'pcapkit SUBCOMMAND --help' tells the options of each."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (those of pcapkit.errors; 0 also where a reader closed the pipe)."""
    if sys.stderr is None:  # it is closed: nobody hears us, which is no reason to do nothing
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        if null != 2:
            os.close(null)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _end_quietly()
    except KeyboardInterrupt:
        return INTERRUPTED
    except WriteError as error:
        return _end_quietly() if isinstance(error.__cause__, BrokenPipeError) else _complain(error)
    except PcapkitError as error:
        return _complain(error)
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        _end_quietly()
        return _complain(WriteError(f"standard output: cannot be written: {error.strerror}"))


def _run(arguments: list[str]) -> int:
    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help", "help"):
        print(help_text())
        return 0 if arguments else OptionError.exit_code
    if first in ("-V", "--version"):
        from pcapkit.native import state
        from pcapkit.version import VERSION

        print(f"pcapkit {VERSION} ({state()})")
        return 0
    if first not in SUBCOMMANDS:
        raise OptionError(_unknown(first))
    from importlib import import_module

    from pcapkit.cli.parser import parser_of

    module = import_module(SUBCOMMANDS[first][0])
    code: int = module.run(parser_of(first, module).parse_args(arguments[1:]))
    return code


def help_text() -> str:
    """What `pcapkit --help` prints."""
    width = max(map(len, SUBCOMMANDS))
    lines = [f"  {name:<{width}}  {purpose}" for name, (_, purpose) in SUBCOMMANDS.items()]
    return "\n".join(
        [
            USAGE,
            "",
            "Shows what every TCP frame means: records it, labels it, and proves that Wireshark agrees.",
            "",
            "subcommands:",
            *lines,
            "",
            EXAMPLES,
        ]
    )


def _unknown(word: str) -> str:
    if word.startswith("-"):
        return f"unknown option {word}: the subcommand comes first, one of {', '.join(SUBCOMMANDS)}"
    from difflib import get_close_matches

    close = get_close_matches(word, SUBCOMMANDS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(SUBCOMMANDS)}"
    return f"unknown subcommand {word!r}: {hint}"


def _complain(error: PcapkitError) -> int:
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _end_quietly()
    remark(str(error))
    return error.exit_code


def _end_quietly() -> int:
    """Whoever read our output has enough: no error, and none either when Python flushes it at exit."""
    from contextlib import suppress

    with suppress(OSError, ValueError, AttributeError):  # where standard output is closed, or no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
