"""The recorder's answers to Wireshark, without one."""

import os
import re
import threading
from pathlib import Path

import pytest

from pcapkit.cli import extcap
from pcapkit.errors import FilterError, OptionError
from pcapkit.wireshark import extcap as sentences
from pcapkit.wireshark import rights
from tests.needs import need

SENTENCE = re.compile(r"(extcap|interface|dlt|arg|value) (\{\w+=[^{}\n]*\})+")


def answers(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The sentences, each of them as Wireshark can read it."""
    assert extcap.main(words) == 0
    out, errors = capsys.readouterr()
    assert errors == ""
    assert all(SENTENCE.fullmatch(line) for line in out.splitlines()), out
    return out.splitlines()


def test_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """One interface, one link type; what a later Wireshark asks for besides is passed over."""
    first, second = answers(capsys, "--extcap-interfaces", "--extcap-version=9.9", "--extcap-of-the-future", "x")
    assert first.startswith("extcap {version=")
    assert second.startswith("interface {value=pcapkit}{display=")
    assert len(answers(capsys, "--extcap-interface", "pcapkit", "--extcap-dlts")) == 1
    assert answers(capsys, "--extcap-cleanup-postkill") == []


def test_what_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """The machine's interfaces, once in the dialog and once when looked for again; the first value is set."""
    whole = answers(capsys, "--extcap-interface", "pcapkit", "--extcap-config")
    calls = [re.search(r"\{call=(--\w+)\}", line) for line in whole if line.startswith("arg")]
    assert [found and found[1] for found in calls] == [
        "--interface",
        "--filter",
        "--annotate",
        "--snaplen",
        "--promiscuous",
        "--buffer",
    ]
    again = answers(capsys, "--extcap-interface", "pcapkit", "--extcap-config", "--extcap-reload-option", "interface")
    assert again == [line for line in whole if line.startswith("value {arg=0}")]
    assert again[0] == "value {arg=0}{value=any}{display=any: all of them}{default=true}"
    assert any(line.startswith("value {arg=0}{value=lo}") for line in again)


def test_names_that_would_end_a_value() -> None:
    """Whatever an interface is called, a sentence stays one."""
    lines = sentences.values([("a}{default=true}\nvalue {arg=0", "x{y}\x1b[1m")], everything=False)
    assert lines == [
        "value {arg=0}{value=adefault=truevalue arg=0}{display=adefault=truevalue arg=0: xy[1m}{default=true}"
    ]


def test_filters(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said of a good one; of a bad one, why, and still with exit code 0: so Wireshark wants it."""
    for text, refused in (("tcp port 80", False), ("", False), ("no such thing", True), ("tcp\0", True)):
        assert extcap.main(["--extcap-interface", "pcapkit", "--extcap-capture-filter", text]) == 0
        assert (capsys.readouterr().out != "") is refused


def test_two_filters() -> None:
    """Of the dialog and of the list of interfaces: both hold."""
    assert sentences.both(["", "  "]) == ""
    assert sentences.both([" tcp ", ""]) == "tcp"
    assert sentences.both(["tcp or udp", "port 53"]) == "(tcp or udp) and (port 53)"


def test_wrong_calls(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence each."""
    assert extcap.main(["--extcap-interface", "eth0", "--extcap-dlts"]) == OptionError.exit_code
    assert "the only one is pcapkit" in capsys.readouterr().err
    assert extcap.main(["--extcap-interface", "pcapkit", "--capture"]) == OptionError.exit_code
    assert "--fifo" in capsys.readouterr().err


def test_a_failure_lets_go_of_the_reader(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who waits for the pipe to begin, comes it early or late, sees it end."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[bytes] = []
    reader = threading.Timer(0.2, lambda: read.append(fifo.read_bytes()))
    reader.start()
    words = ["--capture", "--extcap-interface", "pcapkit", "--fifo", str(fifo), "--filter", "no such thing"]
    assert extcap.main(words) == FilterError.exit_code
    reader.join(10)
    assert read == [b""]
    assert "filter 'no such thing'" in capsys.readouterr().err


def test_nobody_who_may(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither this process nor a dumpcap; or a dumpcap that does not start."""
    need(os.path.exists("/proc/self"), "Linux")
    monkeypatch.setattr(rights, "own", lambda: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    target = tmp_path / "file"
    target.touch()
    words = ["--capture", "--extcap-interface", "pcapkit", "--fifo", str(target)]
    assert extcap.main(words) == 17
    assert "no right to capture" in capsys.readouterr().err
    (tmp_path / "dumpcap").write_text("no program")
    (tmp_path / "dumpcap").chmod(0o755)
    assert extcap.main(words) == 17
    assert "cannot be run" in capsys.readouterr().err
