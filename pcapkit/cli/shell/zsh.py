"""Completion for zsh."""

from collections.abc import Iterator

from pcapkit.cli.shell.commands import Command, Option
from pcapkit.cli.shell.offers import SUFFIXES, Offer


def zsh(commands: list[Command]) -> Iterator[str]:
    """The lines of a file `_pcapkit` for a folder of $fpath."""
    yield "#compdef pcapkit"
    yield "# zsh completion for pcapkit: put it as _pcapkit into a folder of $fpath"
    for command in commands:
        yield from _function("_pcapkit", command)
    yield from _dispatch("_pcapkit", commands, ["'(- *)--help[show this help]'", "'(- *)--version[show the version]'"])
    # Where the file is read by `source`, its function has yet to be made known.
    yield 'if [[ $funcstack[1] = _pcapkit ]]; then _pcapkit "$@"; else compdef _pcapkit pcapkit; fi'


def _function(above: str, command: Command) -> Iterator[str]:
    name = f"{above}_{command.name.replace('-', '_')}"
    specs = [spec for option in command.options for spec in _specs(option)]
    if command.commands:
        for inner in command.commands:
            yield from _function(name, inner)
        yield from _dispatch(name, command.commands, specs)
        return
    yield f"{name}() {{"
    yield "    _arguments -s \\"
    yield " \\\n".join(f"        {spec}" for spec in specs)
    yield "}"


def _dispatch(name: str, commands: list[Command], specs: list[str]) -> Iterator[str]:
    yield f"{name}() {{"
    yield "    local line state"
    yield "    local -a words_here=("
    for command in commands:
        yield f"        {_quoted(command.name + ':' + _plain(command.purpose))}"
    yield "    )"
    yield "    _arguments -C \\"
    for spec in specs:
        yield f"        {spec} \\"
    yield "        '1: :->command' '*:: :->rest'"
    yield "    case $state in"
    yield f"        command) _describe 'subcommand' words_here ;;"  # noqa: F541
    yield "        rest)"
    yield "            case $line[1] in"
    for command in commands:
        yield f"                {command.name}) {name}_{command.name.replace('-', '_')} ;;"
    yield "            esac ;;"
    yield "    esac"
    yield "}"


def _specs(option: Option) -> Iterator[str]:
    action = _action(option.offer())
    title = _plain(option.value.lower()).replace("{", "").replace("}", "") or "value"
    if not option.flags:
        yield _quoted(f"{'*' if option.several else ''}:{title}:{action}")
        return
    for flag in option.flags:
        value = f":{title}:{action}" if option.value else ""
        yield _quoted(f"*{flag}[{_plain(option.help)}]{value}")


def _action(offer: Offer) -> str:
    """What finds the values, in the language of _arguments."""
    words = " ".join(offer.words)
    if offer.interfaces:
        return "{compadd - any $(ls /sys/class/net 2>/dev/null)}"
    if offer.several:
        return f"_sequence compadd - {words}"
    if offer.inside:
        return f'{{compset -P "* "; compadd -S " " - {words}}}'
    if offer.begun:
        return f'{{compadd -S "" - {_plain(words)}}}'
    if words and offer.files:
        return f'{{compadd - {words}; _files -g "*.{offer.files}(-.)"}}'
    if words:
        return f"({words})"
    match offer.files:
        case "captures":
            return f'_files -g "*.({"|".join(SUFFIXES)})(|.gz)(-.)"'
        case "any":
            return "_files"
        case "":
            return " "
    return f'_files -g "*.{offer.files}(-.)"'


def _plain(text: str) -> str:
    """Text without what _arguments reads as its own."""
    for character in "\\[]:":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
