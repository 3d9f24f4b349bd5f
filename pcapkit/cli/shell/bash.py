"""Completion for bash."""

from collections.abc import Iterator
from typing import Final

from pcapkit.cli.shell.commands import Command
from pcapkit.cli.shell.offers import SUFFIXES, Offer

_HELPERS: Final = f"""\
_pcapkit_words() {{
    local words=$1  # which is expanded once, so that nothing in it is a command
    COMPREPLY+=($(compgen -W '$words' -- "$word"))
}}
_pcapkit_list() {{
    local head=
    [[ $word == *,* ]] && head=${{word%,*}},
    COMPREPLY=($(compgen -P "$head" -W "$1" -- "${{word##*,}}"))
    compopt -o nospace
}}
_pcapkit_begun() {{
    _pcapkit_words "$1"
    compopt -o nospace
}}
_pcapkit_inside() {{
    local head=
    [[ $word == *' '* ]] && head="${{word% *}} "
    local IFS=$'\\n'
    COMPREPLY=($(compgen -P "$head" -W "${{1// /$'\\n'}}" -- "${{word##* }}"))
    compopt -o nospace
}}
_pcapkit_files() {{
    local name all=() kept=()
    compopt -o filenames
    mapfile -t all < <(compgen -f -- "$word")
    for name in "${{all[@]}}"; do
        [[ -d $name || $name =~ $1 ]] && kept+=("$name")
    done
    [[ ${{#kept[@]}} -gt 0 ]] || kept=("${{all[@]}}")
    COMPREPLY+=("${{kept[@]}}")
}}
_pcapkit_captures() {{ _pcapkit_files '\\.({"|".join(SUFFIXES)})(\\.gz)?$'; }}"""


def bash(commands: list[Command]) -> Iterator[str]:
    """The lines of a script for /usr/share/bash-completion/completions/pcapkit."""
    yield "# bash completion for pcapkit; load it with: source <(pcapkit completion bash)"
    yield _HELPERS
    yield "_pcapkit() {"
    yield "    local word=${2-${COMP_WORDS[COMP_CWORD]}} before=${COMP_WORDS[COMP_CWORD-1]} path= place"
    yield "    for ((place = 1; place < COMP_CWORD; place++)); do"
    yield "        case $path/${COMP_WORDS[place]} in"
    for path, _ in _all(commands):
        yield f"            {path}) path={path} ;;"
    yield "        esac"
    yield "    done"
    yield "    COMPREPLY=()"
    yield "    case $path:$before in"
    for path, command in _all(commands):
        for option in command.options:
            for flag in option.flags if option.value else ():
                yield f"        {path}:{flag}) {_offered(option.offer())}return ;;"
    yield "    esac"
    yield "    case $path in"
    names = " ".join(command.name for command in commands)
    yield f"        '') _pcapkit_words '{names} --help --version' ;;"
    for path, command in _all(commands):
        flags = " ".join(flag for option in command.options for flag in option.flags)
        own = "".join(_offered(option.offer()) for option in command.options if not option.flags)
        if command.commands:
            own += f"_pcapkit_words '{' '.join(inner.name for inner in command.commands)}'; "
        yield f"        {path})"
        yield f"            if [[ $word == -* ]]; then _pcapkit_words '{flags}'; return; fi"
        yield f"            {own};;"
    yield "    esac"
    yield "}"
    yield "complete -F _pcapkit pcapkit"


def _offered(offer: Offer) -> str:
    """What finds the values."""
    words = " ".join(offer.words)
    found = ""
    if offer.interfaces:
        found += '_pcapkit_words "$(ls /sys/class/net 2>/dev/null) any"; '
    elif words:
        kind = "list" if offer.several else "inside" if offer.inside else "begun" if offer.begun else "words"
        found += f"_pcapkit_{kind} '{words}'; "
    if offer.files == "captures":
        found += "_pcapkit_captures; "
    elif offer.files:
        found += f"_pcapkit_files '{'' if offer.files == 'any' else f'[.]{offer.files}$'}'; "
    return found


def _all(commands: list[Command], above: str = "") -> Iterator[tuple[str, Command]]:
    for command in commands:
        path = f"{above}/{command.name}"
        yield path, command
        yield from _all(command.commands, path)
