"""Completion for fish."""

from collections.abc import Iterator

from pcapkit.cli.shell.commands import Command, Option


def fish(commands: list[Command]) -> Iterator[str]:
    """The lines of a file for ~/.config/fish/completions/pcapkit.fish."""
    yield "# fish completion for pcapkit: pcapkit completion fish > ~/.config/fish/completions/pcapkit.fish"
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
    values = f" -x -a {_quoted(' '.join(option.choices))}" if option.choices else " -r" if option.takes_file else " -x"
    if not option.flags:
        if option.choices:
            yield f"{head} -f -a {_quoted(' '.join(option.choices))}"
        return
    flags = ""
    for flag in option.flags:
        if flag.startswith("--"):
            flags += f" -l {flag[2:]}"
        else:
            flags += f" -s {flag[1:]}" if len(flag) == 2 else f" -o {flag[1:]}"
    yield f"{head}{flags}{values if option.value else ''} -d {_quoted(option.help)}"


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("\\", "\\\\").replace("'", "\\'") + "'"
