"""Completion, in the shells themselves; and the manual page, by a checker."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pcapkit.cli.main import SUBCOMMANDS, main
from tests.needs import need


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", shell]) == 0
    path = folder / shell
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("pcapkit lad", "ladder"),
        ("pcapkit annotate --annotate ''", "all steps"),
        ("pcapkit wireshark inst", "install"),
        ("pcapkit lab ru", "run"),
        ("pcapkit ladder --mer", "--mermaid"),
        ("pcapkit -c", ""),
    ],
)
def test_bash(words: str, found: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What bash would offer."""
    need(shutil.which("bash") is not None, "bash")
    path = script("bash", tmp_path, capsys)
    ask = f"source {path}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); _pcapkit 2>/dev/null; "
    assert run("bash", "-c", ask + 'echo "${COMPREPLY[*]}"').strip() == found


def test_fish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What fish would offer."""
    need(shutil.which("fish") is not None, "fish")
    path = script("fish", tmp_path, capsys)
    asked = {"pcapkit lad": "ladder", "pcapkit annotate --annotate s": "steps", "pcapkit lab ru": "run"}
    for words, found in asked.items():
        told = run("fish", "-c", f"source {path}; complete -C '{words}'")
        assert [line.split("\t")[0] for line in told.splitlines()] == [found]


def test_zsh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """zsh takes the script."""
    need(shutil.which("zsh") is not None, "zsh")
    path = script("zsh", tmp_path, capsys)
    known = f"autoload -Uz compinit; compinit -D -d {tmp_path}/dump; source {path}; whence -w _pcapkit_ladder"
    assert run("zsh", "-f", "-c", known).strip() == "_pcapkit_ladder: function"


def test_the_manual(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every subcommand has its section, and the page is sound."""
    path = script("man", tmp_path, capsys)
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith(".SS ") and line.count(" ") == 1] == [
        f".SS {name}" for name in SUBCOMMANDS
    ]
    need(shutil.which("mandoc") is not None, "the Debian package mandoc")
    told = subprocess.run(["mandoc", "-T", "lint", "-W", "error", path], capture_output=True, text=True, timeout=30)
    assert told.stdout == ""
