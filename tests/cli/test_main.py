"""The command `pcapkit`: subcommands, exit codes, and quiet ends."""

import argparse
import os
import re
import subprocess
import sys
import types
from collections.abc import Callable
from importlib import import_module

import pytest

from pcapkit.cli import main as main_module
from pcapkit.cli.foreign import FOREIGN
from pcapkit.cli.main import SUBCOMMANDS, help_text, main
from pcapkit.cli.parser import parser_of
from pcapkit.errors import CaptureError, FileError, OptionError, PcapkitError, ReadError, WriteError
from pcapkit.native import state
from pcapkit.version import VERSION
from tests.needs import PROJECT


def pcapkit(*arguments: str, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    """A real process."""
    command = [sys.executable, "-m", "pcapkit", *arguments]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60, cwd=PROJECT)


@pytest.fixture
def subcommand(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int]], None]:
    """Puts a subcommand `fake` into the table that does what it is told."""

    def put(action: Callable[[], int]) -> None:
        module = types.ModuleType("fake_subcommand")

        def add_options(parser: argparse.ArgumentParser) -> None:
            parser.add_argument("--size", type=int)

        module.DESCRIPTION = module.EPILOG = ""  # type: ignore[attr-defined]
        module.add_options = add_options  # type: ignore[attr-defined]
        module.run = lambda options: action()  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "fake_subcommand", module)
        monkeypatch.setitem(main_module.SUBCOMMANDS, "fake", ("fake_subcommand", "does what it is told"))

    return put


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, which also tells whether the dissectors are compiled."""
    for option in ("--version", "-V"):
        assert main([option]) == 0
        assert capsys.readouterr().out == f"pcapkit {VERSION} ({state()})\n"


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Every subcommand with its purpose, and examples."""
    for option in ("--help", "-h", "help"):
        assert main([option]) == 0
        out = capsys.readouterr().out
        assert out.strip() == help_text()
        for name, (_, purpose) in SUBCOMMANDS.items():
            assert f"  {name}" in out
            assert purpose in out
        assert "examples:" in out


def test_nothing_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    """The help, and the exit code of a command line that cannot be carried out."""
    assert main([]) == OptionError.exit_code == 1
    assert "subcommands:" in capsys.readouterr().out


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_is_there(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its module has both functions, and its own help."""
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: pcapkit {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("raed", "unknown subcommand 'raed': did you mean 'read'?"),
        ("xyzzy", "unknown subcommand 'xyzzy': use one of record, read, annotate"),
        ("--frobnicate", "unknown option --frobnicate: the subcommand comes first, one of record"),
    ],
)
def test_unknown(word: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and what to write instead."""
    assert main([word]) == 1
    assert f"pcapkit: {hint}" in capsys.readouterr().err


def test_bad_options_end_with_1(
    subcommand: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Not with argparse's 2, which says that an interface is missing."""
    subcommand(lambda: 0)
    for arguments in (["fake", "--size", "x"], ["fake", "--nothing"], ["fake", "word"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 1
        assert "pcapkit" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "usage", "said"),
    [
        ("record -G 60", "pcapkit record", "unknown option -G: a next file begins after -b duration:SECONDS"),
        ("record -W5 -o x", "pcapkit record", "unknown option -W: -b files:N keeps the latest N files"),
        ("record -C 100 -w x", "pcapkit record", "unknown option -C: a next file begins before"),
        ("record --snapshot-length=96", "pcapkit record", "unknown option --snapshot-length: it is -s"),
        ("record -r x", "pcapkit record", "unknown option -r: a file is printed by 'pcapkit read FILE'"),
        ("read -r x y", "pcapkit read", "unknown option -r: the name of the file alone is enough"),
        ("read --jason x", "pcapkit read", "unknown option --jason: did you mean --json?"),
        ("annotate x y -o z", "pcapkit annotate", "one word too many: 'y'"),
        ("connections -@ x", "pcapkit connections", "unknown option -@: --help tells which there are"),
        ("lab talk --ump host", "pcapkit lab talk", "unknown option --ump: did you mean --udp?"),
    ],
)
def test_unknown_options(line: str, usage: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The usage of the subcommand, and in one sentence what there is instead."""
    with pytest.raises(SystemExit) as ended:
        main(line.split())
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert shown.startswith(f"usage: {usage} [-h]")
    last = shown.splitlines()[-1]
    assert last.startswith(f"{usage}: {said}")


def test_options_of_other_programs() -> None:
    """No advice is given on an option that there is."""
    for name, advice in FOREIGN.items():
        subcommand = name.removeprefix("pcapkit ")
        known = parser_of(subcommand, import_module(SUBCOMMANDS[subcommand][0]))._option_string_actions
        assert advice.keys().isdisjoint(known)
        for option in re.findall(r"(?<!\S)--?[A-Za-z][a-z-]*", " ".join(advice.values())):
            assert option in known or option in ("-F", "-Y", "-r", "--version"), option


def test_exit_code_of_the_subcommand(subcommand: Callable[[Callable[[], int]], None]) -> None:
    """It goes through."""
    subcommand(lambda: 7)
    assert main(["fake"]) == 7


@pytest.mark.parametrize("kind", [PcapkitError, OptionError, FileError, ReadError, WriteError, CaptureError])
def test_errors(
    kind: type[PcapkitError], subcommand: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence on standard error, and the exit code that goes with it."""

    def fail() -> int:
        raise kind("eth9: no such thing")

    subcommand(fail)
    assert main(["fake"]) == kind.exit_code
    captured = capsys.readouterr()
    assert captured.err == "pcapkit: eth9: no such thing\n"
    assert captured.out == ""


def test_interrupted(subcommand: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is quiet."""

    def interrupt() -> int:
        raise KeyboardInterrupt

    subcommand(interrupt)
    assert main(["fake"]) == 130
    assert capsys.readouterr().err == ""


def test_mistakes_of_ours_are_not_hidden(subcommand: Callable[[Callable[[], int]], None]) -> None:
    """Whatever is no PcapkitError is a bug, and shows."""

    def fail() -> int:
        raise ZeroDivisionError

    subcommand(fail)
    with pytest.raises(ZeroDivisionError):
        main(["fake"])


def test_reader_gone() -> None:
    """`pcapkit ... | head` ends without a word."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = pcapkit("--help", stdout=write_end)
    finally:
        os.close(write_end)
    assert (done.returncode, done.stderr) == (0, "")


def test_standard_output_closed() -> None:
    """Nothing to write to is no traceback."""
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m pcapkit --version >&-"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=PROJECT,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_as_a_module() -> None:
    """`python -m pcapkit`, whose exit code is main's."""
    assert pcapkit("--version").stdout == f"pcapkit {VERSION} ({state()})\n"
    done = pcapkit("raed")
    assert (done.returncode, done.stdout) == (1, "")


def test_only_what_is_needed_is_imported() -> None:
    """The version costs no argparse, a subcommand not the others; nothing that is slow to import comes unasked."""
    code = (
        "import sys; before = set(sys.modules); from pcapkit.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    sample = str(PROJECT / "samples" / "ten_frames.pcapng")
    slow = {"dataclasses", "inspect", "json", "pathlib", "shutil", "tempfile"}
    if state() == "native code":
        slow |= {"pcapkit.layers.decode", "pcapkit.annotate.describe"}
    for arguments, absent in (
        (["--version"], {"argparse", "json", "lupa", "dataclasses", "pcapkit.annotate", "pcapkit.dissector"}),
        (["--help"], {"argparse", "json", "lupa", "pcapkit.annotate"}),
        (["read", "--help"], {"lupa", "pcapkit.cli.record", "pcapkit.cli.annotate", "pcapkit.translate"}),
        (["annotate", "--help"], {"lupa", "pcapkit.cli.record", "pcapkit.cli.read", "pcapkit.capture"}),
        (["read", "-c", "1", sample], slow | {"socket", "pcapkit.capture"}),
        (["annotate", "-q", sample, "-o", os.devnull], slow | {"socket", "pcapkit.capture.privileges"}),
        (["record", "-i", "no-such-interface"], slow | {"pcapkit.annotate", "pcapkit.capfile", "pcapkit.fast"}),
    ):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=PROJECT, check=True)
        loaded = set(done.stderr.split())
        assert "pcapkit.cli.main" in loaded
        assert loaded.isdisjoint(absent), loaded & absent
