"""What `--help` says: every subcommand has examples, and every example is one that pcapkit takes."""

import shlex
from importlib import import_module

import pytest

from pcapkit.cli.main import EXAMPLES, SUBCOMMANDS
from pcapkit.cli.parser import parser_of
from pcapkit.cli.shell.commands import commands

_ENDS = ("|", "||", ">", "2>", "<(")


def examples_of(text: str) -> list[list[str]]:
    """The arguments of each call of pcapkit in a text, without what a shell does with it and what is said of it."""
    found = []
    for line in text.splitlines():
        for call in line.split("pcapkit ")[1:2]:
            words = shlex.split(call.split("   ")[0].rstrip(") "))
            end = next((place for place, word in enumerate(words) if word in _ENDS), len(words))
            found.append(words[:end])
    return found


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_has_examples_that_work(name: str) -> None:
    """They are parsed, by the parser that would parse them."""
    (command,) = [command for command in commands() if command.name == name]
    assert "examples:\n" in command.epilog
    text = command.epilog.partition("examples:\n")[2].partition("\n\n")[0]
    found = examples_of(text)
    assert len(found) > 1
    for words in found:
        parse(words)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_prose_is_as_wide_as_the_terminal_and_nothing_is_lost(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Indented lines, which are examples and tables, stay as they are."""
    shown = {}
    for columns in (60, 80, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown[columns] = parser_of(name, import_module(SUBCOMMANDS[name][0])).format_help()
        assert all(len(line) <= columns for line in shown[columns].splitlines() if not line.startswith("  "))
    module = import_module(SUBCOMMANDS[name][0])
    for text in (module.DESCRIPTION, module.EPILOG):
        assert text in shown[200]
        for columns in (60, 80):
            assert " ".join(text.split()) in " ".join(shown[columns].split())
            assert all(line in shown[columns] for line in text.splitlines() if line.startswith("  "))


def test_the_examples_of_pcapkit_itself() -> None:
    """Each of another subcommand."""
    found = examples_of(EXAMPLES.rpartition("\n\n")[0])
    assert len({words[0] for words in found}) > 4
    for words in found:
        parse(words)


def parse(words: list[str]) -> None:
    parser_of(words[0], import_module(SUBCOMMANDS[words[0]][0])).parse_args(words[1:])
