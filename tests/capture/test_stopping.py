"""How a capture ends: at the right frame, without losing one, with a file that is whole."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.capture.lab import Recorded, Recorder, Wire, numbered, numbers_in
from tests.needs import need

# Sends numbered frames until it is told to stop, then says how many.
STEADY = """
import select, socket, sys, time
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("right", 0))
head, tail = b"\\xff" * 6 + b"\\x02" + bytes(5) + b"\\x88\\xb5", bytes(46)
begun, sent = time.monotonic(), 0
while sent < 60000 and not (sent % 64 == 0 and select.select([0], [], [], 0)[0]):
    sock.send(head + sent.to_bytes(4, "big") + tail)
    sent += 1
    while sent > 20000 * (time.monotonic() - begun):
        pass
print(sent)
"""


def steady_sender(pair: Wire) -> "subprocess.Popen[str]":
    command = ["ip", "netns", "exec", pair.right.name, sys.executable, "-c", STEADY]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_under_load_loses_nothing_sent_before_it(pair: Wire, tmp_path: Path, number: int) -> None:
    path = tmp_path / "out.pcapng"
    with Recorder(pair.left, "-i", "left", "-o", str(path), "--annotate", "none") as recorder:
        sender = steady_sender(pair)
        time.sleep(0.6)
        told, _ = sender.communicate("stop\n", timeout=20)
        assert recorder.stop(number) == 0
    sent = int(told)
    assert sent > 1000
    assert numbers_in(path) == list(range(sent))
    assert f"'left': {sent}/0" in recorder.stderr


def test_a_stop_in_the_middle_keeps_an_unbroken_run(pair: Wire, tmp_path: Path) -> None:
    """The sender goes on while the recorder stops: what was received is received without a gap to its end."""
    path = tmp_path / "out.pcapng"
    with Recorder(pair.left, "-i", "left", "-o", str(path), "--annotate", "none") as recorder:
        sender = steady_sender(pair)
        time.sleep(0.6)
        assert recorder.stop() == 0
        sender.communicate("stop\n", timeout=20)
    numbers = numbers_in(path)
    assert len(numbers) > 500
    assert numbers == list(range(len(numbers)))
    assert f"'left': {len(numbers)}/0" in recorder.stderr


def test_twenty_thousand_frames_at_full_speed(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    arguments = ["-i", "left", "-B", "64", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        for number in range(20_000):
            sender.send(numbered(number))
        assert recorder.stop() == 0
    assert numbers_in(path) == list(range(20_000))


@pytest.mark.parametrize("arguments", [["-c", "7"], ["-a", "packets:7"], ["-c", "9", "-a", "packets:7"]])
def test_a_count_ends_at_exactly_that_frame(pair: Wire, tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "out.pcapng"
    with (
        pair.right.raw("right") as sender,
        Recorder(pair.left, "-i", "left", *arguments, "-o", str(path), "--annotate", "none") as recorder,
    ):
        for number in range(30):
            sender.send(numbered(number))
        assert recorder.wait() == 0
    assert Recorded(path).numbers == list(range(7))
    assert "Packets captured: 7\n" in recorder.stderr


def test_a_duration_ends_without_traffic(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    arguments = ["-i", "left", "-a", "duration:0.4", "-o", str(path), "--annotate", "none"]
    with Recorder(pair.left, *arguments) as recorder:
        begun = time.monotonic()
        assert recorder.wait() == 0
        assert 0.3 < time.monotonic() - begun < 2
    assert len(Recorded(path).statistics) == 1


def test_a_file_size_ends_before_the_frame_that_does_not_fit(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    arguments = ["-i", "left", "-a", "filesize:20", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        for number in range(100):
            sender.send(numbered(number, 1000))
        assert recorder.wait() == 0
    recorded = Recorded(path)
    assert recorded.numbers == list(range(18))
    assert len(recorded.statistics) == 1
    block = 32 + 1000 + 8 + 4  # with epb_flags and the end of the options
    assert 20_000 - block < path.stat().st_size <= 20_000
    assert "'left': 18/0" in recorder.stderr


def test_a_first_frame_larger_than_the_file_is_still_one_frame(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    arguments = ["-i", "left", "-a", "filesize:1", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        for number in range(3):
            sender.send(numbered(number, 1400))
        assert recorder.wait() == 0
    assert Recorded(path).numbers == [0]


def test_counts_and_flush_on_demand(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    with (
        pair.right.raw("right") as sender,
        Recorder(pair.left, "-i", "left", "-o", str(path), "--annotate", "none") as recorder,
    ):
        for number in range(5):
            sender.send(numbered(number))
        time.sleep(0.3)
        recorder.send(signal.SIGUSR2)
        recorder.send(signal.SIGUSR1)
        recorder.wait_for("Packets captured: 5")
        recorder.wait_for("'left': 5/0")
        assert recorder.stop() == 0
    assert recorder.stderr.count("Packets captured: 5") == 2


def test_a_frame_is_in_the_file_a_quarter_second_later_and_survives_a_kill(pair: Wire, tmp_path: Path) -> None:
    need(shutil.which("tshark") is not None, "tshark")
    path = tmp_path / "out.pcapng"
    with (
        pair.right.raw("right") as sender,
        Recorder(pair.left, "-i", "left", "-o", str(path), "--annotate", "none") as recorder,
    ):
        for number in range(25):
            sender.send(numbered(number))
        time.sleep(0.25)
        recorder.send(signal.SIGKILL)
        recorder.wait()
    assert not path.exists()
    partial = f"{path}.partial"
    read = subprocess.run(["tshark", "-r", partial, "-T", "fields", "-e", "frame.number"], capture_output=True)
    assert (read.returncode, read.stdout.split()[-1:]) == (0, [b"25"])


def test_a_full_disk_leaves_whole_frames_and_says_how_many(pair: Wire, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True)
    need(mounted.returncode == 0, "the right to mount a tmpfs")
    try:
        path = disk / "out.pcapng"
        with (
            pair.right.raw("right") as sender,
            Recorder(pair.left, "-i", "left", "-o", str(path), "--annotate", "none") as recorder,
        ):
            for number in range(1500):
                sender.send(numbered(number, 1000))
            assert recorder.wait() == 15
        recorded = Recorded(path)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    kept = len(recorded.packets)
    assert 900 < kept < 1048
    assert recorded.numbers == list(range(kept))
    assert f"Packets captured: {kept}\n" in recorder.stderr
    assert f"'left': {kept}/" in recorder.stderr
    assert "No space left on device" in recorder.stderr


def test_the_first_frame_is_kept_soon_after_the_start(pair: Wire, tmp_path: Path) -> None:
    """Measured from the start of the program to a frame that is surely kept; allows for a busy machine."""
    path = tmp_path / "out.pcapng"
    recorder = Recorder(pair.left, "-i", "left", "-c", "1", "-o", str(path), "--annotate", "none")
    begun = time.time_ns()
    with pair.right.raw("right") as sender:
        while recorder.process.poll() is None and time.time_ns() - begun < 10_000_000_000:
            sender.send(numbered(0))
            time.sleep(0.002)
    assert recorder.wait() == 0
    [packet] = Recorded(path).packets
    delay = (packet.timestamp_high << 32 | packet.timestamp_low) - begun
    print(f"first frame kept {delay / 1e6:.0f} ms after the start")
    assert delay < 1_500_000_000


def test_a_stop_is_heard_although_the_reader_is_stuck(pair: Wire) -> None:
    reader, writer = os.pipe()
    arguments = ["-i", "left", "-o", "-", "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments, stdout=writer) as recorder:
        os.close(writer)
        for number in range(200):
            sender.send(numbered(number, 1000))  # more than a pipe holds
        time.sleep(0.3)
        assert recorder.stop() == 15
    os.close(reader)
    assert "takes nothing" in recorder.stderr


def test_a_backlog_is_read_to_its_end(pair: Wire, tmp_path: Path) -> None:
    """The recorder sleeps while 30,000 frames arrive and the stop is asked for."""
    path = tmp_path / "out.pcapng"
    arguments = ["-i", "left", "-B", "64", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        recorder.send(signal.SIGSTOP)
        for number in range(30_000):
            sender.send(numbered(number))
        recorder.send(signal.SIGINT)
        recorder.send(signal.SIGCONT)
        assert recorder.wait() == 0
    assert numbers_in(path) == list(range(30_000))
    assert "'left': 30000/0 (ring full: 0/interface: 0/disk: 0/unread: 0)" in recorder.stderr
