"""Completion for fish."""

from collections.abc import Iterator
from typing import Final

from pcapkit.cli.shell.commands import Command, Option
from pcapkit.cli.shell.offers import SUFFIXES, Offer

_CAPTURE: Final = rf"[.](?:{'|'.join(SUFFIXES)})(?:[.]gz)?"
_HELPERS: Final = r"""
function __pcapkit_files
    set -l all (__fish_complete_path (commandline -ct))
    set -l kept (string match -r '.*(?:/|'$argv[1]')(?:\t.*)?$' -- $all)
    test (count $kept) -gt 0; and printf '%s\n' $kept; or printf '%s\n' $all
end
function __pcapkit_list
    set -l head (commandline -ct | string match -r '^.*,')
    printf '%s\n' "$head"$argv
end
function __pcapkit_inside
    set -l head (commandline -ct | string unescape | string match -r '^.* ')
    printf '%s\n' "$head"$argv
end"""


def fish(commands: list[Command]) -> Iterator[str]:
    """The lines of a file for ~/.config/fish/completions/pcapkit.fish."""
    yield "# fish completion for pcapkit: pcapkit completion fish > ~/.config/fish/completions/pcapkit.fish"
    yield _HELPERS
    yield "complete -c pcapkit -n __fish_use_subcommand -f -l help -d 'show this help'"
    yield "complete -c pcapkit -n __fish_use_subcommand -f -l version -d 'show the version'"
    for command in commands:
        yield f"complete -c pcapkit -n __fish_use_subcommand -f -a {command.name} -d {_quoted(command.purpose)}"
    for command in commands:
        yield from _command(command, f"__fish_seen_subcommand_from {command.name}")


def _command(command: Command, condition: str) -> Iterator[str]:
    for option in command.options:
        yield from _option(option, condition)
    others = " ".join(inner.name for inner in command.commands)
    for inner in command.commands:
        alone = f"{condition}; and not __fish_seen_subcommand_from {others}"
        yield f"complete -c pcapkit -n {_quoted(alone)} -f -a {inner.name} -d {_quoted(inner.purpose)}"
    for inner in command.commands:
        for option in inner.options:
            yield from _option(option, f"{condition}; and __fish_seen_subcommand_from {inner.name}")


def _option(option: Option, condition: str) -> Iterator[str]:
    head = f"complete -c pcapkit -n {_quoted(condition)}"
    values = _values(option.offer())
    if not option.flags:
        if values:
            yield f"{head} -f{values}"
        return
    flags = ""
    for flag in option.flags:
        if flag.startswith("--"):
            flags += f" -l {flag[2:]}"
        else:
            flags += f" -s {flag[1:]}" if len(flag) == 2 else f" -o {flag[1:]}"
    yield f"{head}{flags}{f' -x{values}' if option.value else ''} -d {_quoted(option.help)}"


def _values(offer: Offer) -> str:
    """What finds the values."""
    words = " ".join(offer.words)
    if offer.interfaces:
        return " -a '(ls /sys/class/net 2>/dev/null; echo any)'"
    if offer.several:
        return f" -a {_quoted(f'(__pcapkit_list {words})')}"
    if offer.inside:
        return f" -a {_quoted(f'(__pcapkit_inside {words})')}"
    found = [words] if words else []
    if offer.files:
        pattern = "" if offer.files == "any" else _CAPTURE if offer.files == "captures" else rf"[.]{offer.files}"
        found.append(f'(__pcapkit_files "{pattern}")')
    return f" -a {_quoted(' '.join(found))}" if found else ""


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("\\", "\\\\").replace("'", "\\'") + "'"
