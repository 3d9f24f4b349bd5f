"""What is left after the worst: killed at any moment, a reader that stops, a file that cannot be begun."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pcapkit.capfile.reader import read_frames
from tests.capture.lab import Recorder, Wire, number_of, numbered, numbers_in
from tests.needs import PROJECT, need

RATE = 800  # frames a second: not the load is the matter here
LATEST = 0.25  # seconds that a kill may cost


def test_a_kill_at_any_moment_leaves_files_that_everybody_reads(pair: Wire, tmp_path: Path) -> None:
    need(shutil.which("tshark") is not None and shutil.which("capinfos") is not None, "tshark and capinfos")
    random_moment = random.Random(20)
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        ring = ["-b", "packets:50"] if attempt % 2 else []
        with (
            pair.right.raw("right") as sender,
            Recorder(pair.left, "-i", "left", "-o", str(folder / "run"), *ring) as recorder,
        ):
            sent_at: list[float] = []
            begun = time.monotonic()
            until = begun + random_moment.uniform(0.01, 0.8)
            while (now := time.monotonic()) < until:
                if len(sent_at) < RATE * (now - begun):
                    sender.send(numbered(len(sent_at), 60 + len(sent_at) % 900))
                    sent_at.append(now)
            killed = time.monotonic()
            recorder.send(signal.SIGKILL)
            recorder.wait()
        paths = sorted(folder.iterdir())
        if ring and paths[-1].suffix == ".partial" and paths[-1].stat().st_size == 0:
            paths.pop().unlink()  # the kill came between its creation and its header: nothing was in it
        *finished, last = paths
        assert ring or last.suffix == ".partial"  # between two files of a ring there is none
        assert ring or not finished
        assert all(len(list(read_frames(path))) == 50 for path in finished)
        kept = [number_of(frame.data) for path in (*finished, last) for frame in read_frames(path)]
        assert kept == list(range(len(kept)))
        surely = sum(moment < killed - LATEST for moment in sent_at)
        assert len(kept) >= surely
        assert not ring or len(finished) >= (surely - 1) // 50
        check(["tshark", "-r", str(last)])
    check(["capinfos", *map(str, tmp_path.glob("*/*"))])


def check(command: list[str]) -> None:
    """That a tool of Wireshark's has nothing to say against its files."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "cut short" in done.stderr) == (0, False)


def memory_of(process: int) -> int:
    """Bytes of its own, in use."""
    status = Path(f"/proc/{process}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(line.split()[1]) * 1024


def test_a_reader_that_stops_reading_costs_frames_and_no_memory(pair: Wire) -> None:
    reader, writer = os.pipe()
    arguments = ["-i", "left", "-B", "1", "-o", "-", "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments, stdout=writer) as recorder:
        os.close(writer)
        for number in range(3000):
            sender.send(numbered(number, 1000))
        time.sleep(0.3)
        before = memory_of(recorder.process.pid)
        for number in range(3000, 20_000):
            sender.send(numbered(number, 1000))
        time.sleep(0.3)
        assert memory_of(recorder.process.pid) - before < 1_000_000
        # The reader goes on: what comes is whole, and tells how much is missing.
        received = bytearray()
        os.set_blocking(reader, False)
        recorder.send(signal.SIGINT)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                piece = os.read(reader, 65536)
            except BlockingIOError:
                time.sleep(0.002)
                continue
            if not piece:
                break
            received += piece
        assert recorder.wait() == 0
    os.close(reader)
    kept = received.count(numbered(0)[:14])
    assert 500 < kept < 3000
    assert f"'left': {kept}/{20_000 - kept} (ring full: {20_000 - kept}/" in recorder.stderr


def test_how_it_goes_is_told_while_a_reader_takes_nothing(pair: Wire) -> None:
    """SIGUSR1, and the clean end that was asked for."""
    reader, writer = os.pipe()
    arguments = ["-i", "left", "-B", "1", "-o", "-", "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments, stdout=writer) as recorder:
        os.close(writer)
        for number in range(5000):
            sender.send(numbered(number, 1000))
        time.sleep(0.5)
        recorder.send(signal.SIGUSR1)
        recorder.wait_for("Packets captured: ")
        recorder.wait_for("(ring full: ")
        assert recorder.stop() == 15
        assert "its reader takes nothing more" in recorder.stderr
    os.close(reader)


def test_nobody_has_to_hear_what_it_says(pair: Wire, tmp_path: Path) -> None:
    """Standard streams that are closed: a file is written all the same, and lines of text have no place to go to."""
    python = f"exec {sys.executable} -m pcapkit record -i left -a duration:0.5"
    codes = []
    for number, closed in enumerate(("2>&-", ">&- 2>&-", "<&- >&- 2>&-")):
        for output in (f"-o {tmp_path}/{number}", ""):
            inside = ["ip", "netns", "exec", pair.left.name, "sh", "-c", f"{python} {output} {closed}"]
            done = subprocess.run(
                inside, timeout=20, capture_output=True, env={**os.environ, "PYTHONPATH": str(PROJECT)}
            )
            codes.append(done.returncode)
    assert codes == [0, 0, 0, 3, 0, 3]
    assert sorted(os.listdir(tmp_path)) == ["0", "1", "2"]


def test_an_old_file_stays_where_the_capture_does_not_begin(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "run.pcapng"
    path.write_bytes(b"precious")
    need(shutil.which("setpriv") is not None, "setpriv (package util-linux)")
    # Root that may not become anybody else fails after the file was begun.
    prefix = ["setpriv", "--bounding-set", "-setuid", "--inh-caps", "-setuid"]
    recorder = Recorder(pair.left, "-i", "left", "-o", str(path), prefix=prefix)
    assert recorder.wait() == 17
    assert os.listdir(tmp_path) == ["run.pcapng"]
    assert path.read_bytes() == b"precious"


def test_a_name_that_is_taken_meanwhile_costs_no_frame(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "run.pcapng"
    arguments = ["-i", "left", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        path.mkdir()
        sender.send(numbered(0))
        assert recorder.stop() == 15
    assert numbers_in(tmp_path / "run.pcapng.partial") == [0]
    assert f"cannot rename {path}.partial to {path}" in recorder.stderr
    assert "Packets captured: 1\n" in recorder.stderr
    assert "'left': 1/0" in recorder.stderr


@pytest.mark.parametrize("killed", [True, False])
def test_a_second_recorder_of_the_same_name_refuses_while_the_first_lives(
    pair: Wire, tmp_path: Path, killed: bool
) -> None:
    path = tmp_path / "run.pcapng"
    path.write_bytes(b"of last week")
    arguments = ["-i", "left", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender:
        with Recorder(pair.left, *arguments) as first:
            sender.send(numbered(0))
            second = Recorder(pair.left, *arguments)
            assert second.wait() == 3
            assert second.stderr == (
                f"pcapkit: cannot write {path}: another process is writing it, as {path}.partial: "
                "name another file, or end that one\n"
            )
            if killed:
                first.process.kill()
                first.wait()
                assert path.read_bytes() == b"of last week"
            else:
                assert first.stop() == 0
                assert numbers_in(path) == [0]
        with Recorder(pair.left, *arguments) as third:
            sender.send(numbered(1))
            assert third.stop() == 0
    assert numbers_in(path) == [1]
    assert sorted(os.listdir(tmp_path)) == ["run.pcapng", "run.pcapng.partial"][: 1 + killed]


def test_what_was_captured_is_in_the_file_when_asked_for(pair: Wire, tmp_path: Path) -> None:
    """SIGUSR2."""
    path = tmp_path / "run.pcapng"
    arguments = ["-i", "left", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        for number in range(10):
            sender.send(numbered(number))
        time.sleep(0.1)
        recorder.send(signal.SIGUSR2)
        time.sleep(0.1)
        assert numbers_in(tmp_path / "run.pcapng.partial") == list(range(10))
        assert recorder.stop() == 0
