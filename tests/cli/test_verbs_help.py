"""What `--help` says of verbs that a subcommand has: each of the laboratory's has examples that are taken."""

import pytest

from pcapkit.cli.shell.commands import Command, commands
from tests.cli.test_help import examples_of, parse

LAB = next(command for command in commands() if command.name == "lab")


@pytest.mark.parametrize("verb", LAB.commands, ids=lambda verb: verb.name)
def test_every_verb_has_examples_that_work(verb: Command) -> None:
    """They are parsed, by the parser that would parse them; experiments in them exist."""
    from pcapkit.lab.experiments import all_experiments

    found = examples_of(verb.epilog.removeprefix("examples:\n"))
    assert found
    for words in found:
        assert words[:2] == ["lab", verb.name]
        parse(words)
        if verb.name in ("run", "samples"):
            named = [word for word in words[2:] if "_" in word and "." not in word]
            assert set(named) <= set(all_experiments())
