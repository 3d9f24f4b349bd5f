"""Completion for bash."""

from collections.abc import Iterator

from pcapkit.cli.shell.commands import Command


def bash(commands: list[Command]) -> Iterator[str]:
    """The lines of a script for /usr/share/bash-completion/completions/pcapkit."""
    yield "# bash completion for pcapkit; load it with: source <(pcapkit completion bash)"
    yield "_pcapkit() {"
    yield "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= place"
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
                if option.choices:
                    yield f"        {path}:{flag}) {_words(' '.join(option.choices))}; return ;;"
                elif not option.takes_file:
                    yield f"        {path}:{flag}) return ;;"
    yield "    esac"
    yield "    case $path in"
    names = " ".join(command.name for command in commands)
    yield f"        '') {_words(names + ' --help --version')}; return ;;"
    for path, command in _all(commands):
        flags = " ".join(flag for option in command.options for flag in option.flags)
        own = " ".join(inner.name for inner in command.commands)
        own += "".join(f" {choice}" for option in command.options if not option.flags for choice in option.choices)
        yield f"        {path})"
        if own:
            yield f"            if [[ $word != -* ]]; then {_words(own.strip())}; fi"
        yield f"            if [[ $word == -* ]]; then {_words(flags)}; return; fi ;;"
    yield "    esac"
    yield '    if [[ ${#COMPREPLY[@]} -eq 0 ]]; then compopt -o filenames; COMPREPLY=($(compgen -f -- "$word")); fi'
    yield "}"
    yield "complete -F _pcapkit pcapkit"


def _words(words: str) -> str:
    return f"COMPREPLY=($(compgen -W '{words}' -- \"$word\"))"


def _all(commands: list[Command], above: str = "") -> Iterator[tuple[str, Command]]:
    for command in commands:
        path = f"{above}/{command.name}"
        yield path, command
        yield from _all(command.commands, path)
