"""What a recorder on a terminal shows of connections, natively and in Python, and what it says of them in the end."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.capture.lab import Recorder, Wire
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.fast.engine import need_engine
from tests.needs import PROJECT

TALKS = (
    "server closes at once (ten frames)",
    "server closes at once (ten frames)",
    "client closes after a pause (eleven frames)",
    "closed port",
)
SENTENCE = "Connections: 3 opened, 3 closed (1 four-step, 2 merged), 1 refused"


def send(pair: Wire) -> int:
    """The frames of the talks, by the far end; how many."""
    frames = [frame.data for name in TALKS for frame in tell(SCENARIOS[name])]
    with pair.right.raw("right") as sender:
        for data in frames:
            sender.send(data)
    return len(frames)


def shown(pair: Wire, path: Path, columns: int, **environment: str) -> str:
    """What a recorder of the talks writes to a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    inside = ["ip", "netns", "exec", pair.left.name, sys.executable, "-m", "pcapkit"]
    process = subprocess.Popen(
        [*inside, "record", "-i", "left", "-o", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "TERM": "xterm", "NO_COLOR": "", **environment},
    )
    os.close(theirs)
    told = b""
    stop_at = 0.0
    try:
        while piece := _read(ours):
            told += piece
            if b"Capturing on" in told and not stop_at:
                send(pair)
                stop_at = time.monotonic() + 1.8
                fcntl.fcntl(ours, fcntl.F_SETFL, os.O_NONBLOCK)
            if stop_at and time.monotonic() > stop_at:
                process.send_signal(signal.SIGINT)
                stop_at = float("inf")
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return told.decode()


def _read(terminal: int) -> bytes:
    """What was written meanwhile, at least a null that nobody sees; b"" at the end."""
    try:
        return os.read(terminal, 65536)
    except BlockingIOError:
        time.sleep(0.05)
        return b"\0"
    except OSError:  # the other side is closed
        return b""


@pytest.mark.parametrize("in_python", ["0", "1"])
def test_the_line_tells_of_connections(pair: Wire, tmp_path: Path, in_python: str) -> None:
    if in_python == "0":
        need_engine()
    told = shown(pair, tmp_path / "out", 120, PCAPKIT_NO_EXTENSIONS=in_python).replace("\0", "")
    lines = [line for line in told.split("\r\x1b[K") if "frames" in line]
    assert any("no loss  3 opened  3 closed (1 four-step, 2 merged)  1 refused" in line for line in lines)
    assert f"{SENTENCE}\r\n" in told


def test_a_narrow_terminal_and_one_that_cannot(pair: Wire, tmp_path: Path) -> None:
    told = shown(pair, tmp_path / "narrow", 80).replace("\0", "")
    lines = [line for line in told.split("\r\x1b[K") if re.match(r"00:00:0\d  ", line)]
    assert any(line.endswith("3 opened  3 closed  1 refused") for line in lines)
    assert max(len(line.splitlines()[0]) for line in lines) < 80
    told = shown(pair, tmp_path / "dumb", 80, TERM="dumb").replace("\0", "")
    assert "\x1b" not in told
    assert "00:00:0" not in told
    assert SENTENCE in told


def test_piped_there_is_only_the_end(pair: Wire, tmp_path: Path) -> None:
    with Recorder(pair.left, "-i", "left", "-o", str(tmp_path / "out")) as recorder:
        count = send(pair)
        time.sleep(0.3)
        recorder.send(signal.SIGUSR1)
        recorder.wait_for(SENTENCE)
        assert recorder.stop() == 0
    assert "\x1b" not in recorder.stderr
    assert "\r" not in recorder.stderr
    assert recorder.stderr.count(f"{SENTENCE}\n") == 2
    assert f"Packets captured: {count}\n" in recorder.stderr
