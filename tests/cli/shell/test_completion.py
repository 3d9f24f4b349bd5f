"""Completion, in the shells themselves; and the manual page, by a checker."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pcapkit.cli.main import SUBCOMMANDS, main
from pcapkit.crosscheck.check import NAMES, WORDS, chosen
from tests.cli.shell.typist import typed
from tests.needs import need


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", shell]) == 0
    path = folder / shell
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout


ASKED = [  # what is typed, and what stands there after a Tab
    ("pcapkit lad", "pcapkit ladder"),
    ("pcapkit wireshark inst", "install"),
    ("pcapkit ladder --mer", "--mermaid"),
    ("pcapkit annotate --annotate s", "--annotate steps"),
    ("pcapkit connections --sort dura", "--sort duration"),
    ("pcapkit connections --columns client,closed_", "--columns client,closed_first"),
    ("pcapkit connections --fail-on refused,no-", "--fail-on refused,no-answer"),
    ("pcapkit connections --where dura", "--where duration"),
    ("pcapkit connections --where \"closed == 'merged' and dura", "and duration"),
    ("pcapkit explain --lang z", "--lang zh"),
    ("pcapkit record -i l", "-i lo"),
    ("pcapkit record -a dur", "-a duration:"),
    ("pcapkit record -b int", "-b interval:"),
    ("pcapkit crosscheck --runtimes nat", "--runtimes native"),
    ("pcapkit crosscheck --require lua54,tshark-", "--require lua54,tshark-2"),
    ("pcapkit read --dissector tcp", "--dissector tcp_handshake"),
    ("pcapkit lab run ten", "run ten_frames"),
    ("pcapkit read my", "read my.pcapng.gz"),
    ("pcapkit read fo", "read folder/"),
    ("pcapkit read note", "read notes.txt"),  # where no capture is so called
    ("pcapkit translate my", "translate my_dissector.py"),
    ("pcapkit connections --where 'x' my", "my.pcapng.gz"),
]


def files(folder: Path) -> Path:
    """Names of which most are no captures."""
    for name in ("my.pcapng.gz", "my_dissector.py", "mine.txt", "notes.txt"):
        (folder / name).touch()
    (folder / "folder").mkdir()
    return folder


def test_bash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In bash itself, on a terminal."""
    need(shutil.which("bash") is not None, "bash")
    path = script("bash", files(tmp_path), capsys)
    assert typed(["bash", "--norc", "--noprofile", "-i"], f"source {path}", ASKED, tmp_path) == []


def test_zsh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In zsh itself, on a terminal."""
    need(shutil.which("zsh") is not None, "zsh")
    path = script("zsh", files(tmp_path), capsys)
    ready = f"autoload -Uz compinit; compinit -D -u -d {tmp_path}/dump; source {path}"
    assert typed(["zsh", "-f", "-i"], ready, ASKED, tmp_path) == []


def test_fish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What fish would offer: it tells that to whoever asks."""
    need(shutil.which("fish") is not None, "fish")
    path = script("fish", files(tmp_path), capsys)
    asked = f"cd {tmp_path}; source {path}; for line in $argv; echo '>'; complete -C $line; end"
    told = run("fish", "-N", "-c", asked, *(line for line, _ in ASKED)).split(">\n")[1:]
    offered = [[word.split("\t")[0].rpartition(" ")[2] for word in one.splitlines()] for one in told]
    assert offered == [[found.rpartition(" ")[2]] for _, found in ASKED]


def test_every_runtime_that_is_offered_is_known() -> None:
    assert chosen(",".join(WORDS), sharkd=False) == NAMES


def test_what_is_no_capture_is_not_offered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the names that begin alike, only the capture's; nor a value after an option that wants a number."""
    need(shutil.which("bash") is not None, "bash")
    path = script("bash", files(tmp_path), capsys)
    for words, found in (("pcapkit read m", "my.pcapng.gz"), ("pcapkit read -c ''", "")):
        ask = f"cd {tmp_path}; source {path}; compopt() {{ :; }}; COMP_WORDS=({words}); "
        ask += 'COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _pcapkit; echo "${COMPREPLY[*]}"'
        assert run("bash", "-c", ask).strip() == found


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
