"""`pcapkit crosscheck` from the outside: exit codes and what is printed."""

import json
import tempfile
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.crosscheck.tshark import find_tshark
from tests.crosscheck.captures import FRAMES, TOY, conversation, toy_plugin
from tests.needs import need

FAST = ["--runtimes", "lua54,luajit21,recorded"]


def crosscheck(*arguments: str | Path) -> int:
    """Run the command on the toy dissector."""
    return main(["crosscheck", "--dissector", str(TOY), *map(str, arguments)])


def test_all_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crosscheck(conversation(tmp_path), *FAST) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:5]] == ["runtime", "python", "lua54", "luajit21", "recorded"]
    assert lines[5:] == [f"recorded: not reached: {FRAMES} x no comment of pcapkit's"]


def test_a_difference_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin = tmp_path / "wrong.lua"
    plugin.write_text(toy_plugin().replace("LARGE = 60", "LARGE = 50"))
    path = conversation(tmp_path)
    assert crosscheck(path, "--plugin", plugin, "--runtimes", "lua54", "--max", "2") == 1
    out = capsys.readouterr().out
    assert f"{path}: frame 1: size: reference small (0), lua54 large (1)" in out
    assert f"{path}: lua54: {FRAMES - 3} more differences" in out


def test_quiet_says_only_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crosscheck(conversation(tmp_path), *FAST, "-q") == 0
    assert capsys.readouterr().out == ""


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crosscheck(conversation(tmp_path), *FAST, "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["agrees"] is True
    assert made["totals"][1]["labelled"] == FRAMES


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    need(find_tshark(None) is not None, "tshark")
    work = tmp_path / "work"
    work.mkdir()
    tmp_path.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    path = conversation(tmp_path)
    assert crosscheck(path, path, "--runtimes", "lua54,tshark", "--jobs", jobs) in (0, 1)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_damaged_file_does_not_hide_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    whole = conversation(tmp_path)
    torn = tmp_path / "torn.pcap"
    torn.write_bytes(whole.read_bytes()[:-3])
    text = tmp_path / "text.pcap"
    text.write_text("no capture, but a text of some length")
    assert crosscheck(torn, whole, *FAST, "--jobs", jobs) == 14
    assert f"compared up to there: {FRAMES - 1} frames" in capsys.readouterr().out
    assert crosscheck(text, whole, *FAST, "--jobs", jobs) == 3
    out = capsys.readouterr().out
    assert str(text) in out
    assert f"  {FRAMES}  " in out
    assert crosscheck(tmp_path / "nothing", *FAST, "--jobs", jobs) == 3


def test_a_required_runtime_that_is_not_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = conversation(tmp_path)
    options = ["--runtimes", "lua54,tshark", "--tshark", str(tmp_path / "none")]
    assert crosscheck(path, *options) == 0
    assert "tshark: not here: no tshark" in capsys.readouterr().out
    assert crosscheck(path, *options, "--require", "lua54") == 0
    assert crosscheck(path, *options, "--require", "lua54,tshark") == 1
    assert "tshark is required and not here: no tshark" in capsys.readouterr().out
    assert crosscheck(path, *options, "--require", "sharkd") == 1
    assert "sharkd is required and not here: --runtimes leaves it out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--runtimes", "lua99"], "no runtime 'lua99'"),
        (["--require", "perl"], "no runtime 'perl'"),
        (["--max", "-1"], "--max"),
        (["--timeout", "0"], "--timeout"),
        (["--timeout", "nan"], "--timeout"),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_options_that_make_no_sense(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    assert crosscheck(conversation(tmp_path), *arguments) == 1
    assert complaint in capsys.readouterr().err


def test_a_plugin_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crosscheck(conversation(tmp_path), "--plugin", tmp_path / "none.lua") == 3
    assert "none.lua" in capsys.readouterr().err


def test_a_stale_plugin_beside_the_source_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "toy.py"
    source.write_text(TOY.read_text())
    path = conversation(tmp_path)
    beside = tmp_path / "toy.lua"
    options = ["--dissector", str(source), "--runtimes", "lua54"]
    assert main(["crosscheck", str(path), *options]) == 0
    assert main(["translate", str(source), "-o", str(beside)]) == 0
    assert main(["crosscheck", str(path), *options]) == 0
    beside.write_text(beside.read_text() + "\n")
    capsys.readouterr()
    assert main(["crosscheck", str(path), *options]) == 1
    assert f"{beside} is not what {source} translates to" in capsys.readouterr().out
