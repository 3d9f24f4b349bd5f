"""The subcommands with their options, as data: read off the parsers, so that nothing is written down twice."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

from pcapkit.cli.main import SUBCOMMANDS
from pcapkit.cli.parser import parser_of
from pcapkit.cli.shell.offers import Offer, offer


@dataclass(frozen=True, slots=True)
class Option:
    """An option or, without flags, a positional argument. value: what its value is called, "" if it takes none."""

    flags: tuple[str, ...]
    value: str
    help: str
    several: bool
    offer: Callable[[], Offer]  # what a shell can offer; asked for by completion alone, which needs all to be installed


@dataclass(slots=True)
class Command:
    """A subcommand, or one of its own subcommands."""

    name: str
    purpose: str
    description: str
    epilog: str
    options: list[Option] = field(default_factory=list)
    commands: list["Command"] = field(default_factory=list)


def commands() -> list[Command]:
    """All subcommands, in the order of `pcapkit --help`."""
    return [_command(name) for name in SUBCOMMANDS]


def _command(name: str) -> Command:
    module, purpose = SUBCOMMANDS[name]
    return _read(f"/{name}", purpose, parser_of(name, import_module(module)))


def _read(path: str, purpose: str, parser: argparse.ArgumentParser) -> Command:
    name = path.rpartition("/")[2]
    made = Command(name, purpose, parser.description or "", parser.epilog or "")
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            made.commands += [
                _read(f"{path}/{word}", helps.get(word, ""), inner) for word, inner in action.choices.items()
            ]
        elif action.help != argparse.SUPPRESS:
            made.options.append(_option(path, parser, action))
    return made


def _option(path: str, parser: argparse.ArgumentParser, action: argparse.Action) -> Option:
    choices = tuple(map(str, action.choices or ()))
    takes = action.nargs != 0
    if isinstance(action.metavar, tuple):
        value = " ".join(action.metavar)
    else:
        value = action.metavar or ("{" + ",".join(choices) + "}" if choices else action.dest.upper())
    text = parser._get_formatter()._expand_help(action) if action.help else ""
    flags = tuple(action.option_strings)
    offered = partial(offer, path, flags, value, choices) if takes else Offer
    return Option(flags, value if takes else "", text, action.nargs in ("*", "+"), offered)
