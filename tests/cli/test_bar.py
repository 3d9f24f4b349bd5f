"""The line that tells how far a job has come, on a pseudo terminal: there while it runs, gone at the end."""

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import Final

import pytest

from pcapkit.cli.bar import _line
from tests.report.captures import refused_connections

_AT_ONCE: Final = (
    "import sys; from pcapkit.cli import bar; bar._SILENT = bar._INTERVAL = 0.0; "
    "from pcapkit.cli.main import main; sys.exit(main(sys.argv[1:]))"
)
_ERASE: Final = "\r\x1b[K"


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of several pieces."""
    return refused_connections(tmp_path_factory.mktemp("bar") / "many.pcapng", 2_500)


def run(*arguments: str, columns: int = 80, **environment: str) -> tuple[str, bytes]:
    """What pcapkit writes to a terminal as standard error, and to a file as standard output."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with tempfile.TemporaryFile() as out, os.fdopen(ours, "rb", buffering=0) as terminal:
        command = [sys.executable, "-c", _AT_ONCE, *arguments]
        started = subprocess.Popen(
            command, stdout=out, stderr=theirs, env={**os.environ, "TERM": "xterm", **environment}
        )
        os.close(theirs)
        told = b"".join(iter(lambda: _piece(terminal), b""))
        assert started.wait(60) == 0, told
        out.seek(0)
        return told.decode(), out.read()


def _piece(terminal: io.FileIO) -> bytes:
    try:
        return terminal.read(65536)
    except OSError:  # the other side is closed
        return b""


@pytest.mark.parametrize("columns", [80, 40, 20])
def test_it_shows_and_disappears(capture: Path, tmp_path: Path, columns: int) -> None:
    """One line, never wider than the terminal, erased at the end."""
    told, _ = run("report", str(capture), "-o", str(tmp_path / "page.html"), columns=columns)
    lines = told.split(_ERASE)
    assert lines[0] == lines[-1] == ""
    assert any(line.lstrip().startswith("100 %") for line in lines)
    assert max(map(len, lines)) < columns
    assert "\n" not in told


@pytest.mark.parametrize(
    "arguments",
    [["connections", "FILE"], ["read", "FILE"], ["annotate", "-q", "FILE", "-o", "-"],
     ["explain", "--connection", "1", "FILE"], ["crosscheck", "--runtimes", "python", "-q", "FILE"]],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_every_long_job_has_it(capture: Path, arguments: list[str]) -> None:
    """And its output is what it is without."""
    told, out = run(*(str(capture) if argument == "FILE" else argument for argument in arguments))
    assert " %" in told
    assert told.endswith(_ERASE)
    silent, same = run(*(str(capture) if argument == "FILE" else argument for argument in arguments), TERM="dumb")
    assert silent == ""
    assert same == out


def test_nothing_where_standard_error_is_no_terminal(capture: Path) -> None:
    """A pipe, a log file."""
    done = subprocess.run(
        [sys.executable, "-c", _AT_ONCE, "connections", str(capture)], capture_output=True, check=True, timeout=60
    )
    assert done.stderr == b""


@pytest.mark.parametrize("room", range(-1, 100))
def test_it_fits(room: int) -> None:
    """As much as there is room for."""
    line = _line(212_000_000, 493_000_000, 9.0, room)
    assert len(line) <= max(room, 0)
    if room >= 40:
        assert "212 MB of 493 MB" in line
        assert "12 s left" in line
        assert "[=" in line or room < 50
