"""`pcapkit wireshark`: what it prints, and its exit codes."""

import os

import pytest

from pcapkit.cli.main import main
from pcapkit.errors import FileError
from tests.needs import need
from tests.wireshark.conftest import Home, entitled, home

__all__ = ["entitled", "home"]


def test_from_nothing_to_nothing(entitled: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Ill, installed, current, well, gone."""
    assert main(["wireshark", "doctor"]) == 1
    assert "1. the plugin tcp_handshake is not installed\n   why: " in capsys.readouterr().out
    assert main(["wireshark", "install"]) == 0
    out, errors = capsys.readouterr()
    assert f"installed  {entitled.plugin}\n" in out
    assert errors == ""
    assert main(["wireshark", "status"]) == 0
    out = capsys.readouterr().out
    assert f", current: {entitled.plugin}\n" in out
    assert out.count("current") == 6
    assert "profile pcapkit, recent, there, and kept by Wireshark: " in out
    assert f"extcap, current: {entitled.extcap}\n" in out
    assert main(["wireshark", "doctor"]) == 0  # notes are no faults
    assert capsys.readouterr().out.startswith("all is well")
    assert main(["wireshark", "uninstall"]) == 0
    assert f"removed    {entitled.plugin}\n" in capsys.readouterr().out


def test_in_the_way(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, with the remedy; status tells that it is another one; what is not ours is not removed."""
    assert main(["wireshark", "uninstall"]) == 0
    assert capsys.readouterr().out == "nothing is installed\n"
    home.put(home.plugins, "tcp_handshake.lua", 'Proto("tcp_handshake", "T")\n')
    assert main(["wireshark", "install"]) == 1
    assert "kept       " in (out := capsys.readouterr().out)
    assert "--force replaces it" in out
    assert main(["wireshark", "status"]) == 0
    assert "plugin tcp_handshake (no version), not the current one" in capsys.readouterr().out


def test_both_ways(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Personal and for everyone: said at once."""
    assert main(["wireshark", "install"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["wireshark", "install", "--global"]) == 0
    assert "tcp_handshake is there 2 times, keep one only" in capsys.readouterr().err


def test_as_root(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Root without sudo has a Wireshark of its own, which will not load it."""
    need(os.geteuid() == 0, "needs root")
    monkeypatch.delenv("SUDO_USER")
    assert main(["wireshark", "install"]) == 0
    assert home.plugin.stat().st_uid == 0
    assert "ignores personal plugins as root" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["install", "uninstall", "status"])
def test_without_wireshark(
    action: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence."""
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
    assert main(["wireshark", action]) == FileError.exit_code
    assert "no Wireshark found" in capsys.readouterr().err


def test_no_action(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for, with the options' exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["wireshark"])
    assert ended.value.code == 1
    assert "ACTION" in capsys.readouterr().err
