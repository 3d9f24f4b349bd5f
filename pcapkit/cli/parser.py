"""The parser of one subcommand: argparse, with pcapkit's exit code, and advice where an option is unknown."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn, Protocol

from pcapkit.errors import OptionError

_USUAL: Final = 80


class Subcommand(Protocol):
    """What the module of a subcommand has."""

    DESCRIPTION: str
    EPILOG: str

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""

    def run(self, options: argparse.Namespace) -> int:
        """Carry it out; returns the exit code. Raises PcapkitError."""


class Help(argparse.RawDescriptionHelpFormatter):
    """argparse's, but prose is wrapped and tables are not.

    It asks shutil how wide the terminal is, for each option, and that loads every compression there is; so we tell it.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Prose as wide as the terminal; indented lines, which are examples and tables, as they are."""
        from itertools import groupby
        from textwrap import fill

        lines: list[str] = []
        for is_prose, group in groupby(text.splitlines(), lambda line: line[:1].strip() != ""):
            run = list(group)
            if is_prose and max(map(len, run)) > width:
                run = [fill(" ".join(run), width, break_long_words=False, break_on_hyphens=False)]
            lines += run
        return "\n".join(lines)


class Parser(argparse.ArgumentParser):
    """Ends with our exit code for options: argparse's own, 2, is a missing interface here.

    What is unknown is told by the parser whose option it would have been, with its usage.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": Help, **settings})

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong, and end."""
        self.print_usage(sys.stderr)
        self.exit(OptionError.exit_code, f"{self.prog}: {message}\n")

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse's; but nothing unknown is passed over."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown))
        return found, unknown

    def _unknown(self, words: list[str]) -> str:
        option = next((word for word in words if word.startswith("-")), None)
        if option is None:
            return f"one word too many: {words[0]!r}"
        name = option.partition("=")[0] if option.startswith("--") else option[:2]
        from pcapkit.cli.foreign import FOREIGN

        instead = FOREIGN.get(self.prog, {}).get(name)
        if instead is None:
            from difflib import get_close_matches

            known = [word for word in self._option_string_actions if word.startswith("--")]
            close = get_close_matches(name, known, n=1)
            instead = f"did you mean {close[0]}?" if close else "--help tells which there are"
        return f"unknown option {name}: {instead}"


def parser_of(name: str, module: Subcommand) -> Parser:
    """The parser of the subcommand of that name."""
    parser = Parser(prog=f"pcapkit {name}", description=module.DESCRIPTION, epilog=module.EPILOG)
    module.add_options(parser)
    return parser


def _columns() -> int:
    """The width of the terminal, as shutil.get_terminal_size tells it."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return _USUAL
