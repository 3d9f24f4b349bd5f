"""-b for real: root records, becomes nobody, and goes on making, naming and removing files."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from tests.capture.lab import Recorded, Recorder, Wire, numbered, numbers_in
from tests.capture.test_stopping import steady_sender
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import PROJECT, need

NAME = re.compile(r"run_(\d{5})_\d{14}\.pcapng")


def arguments(folder: Path, *conditions: str) -> list[str]:
    options = [part for condition in conditions for part in ("-b", condition)]
    return ["-i", "left", "-o", str(folder / "run.pcapng"), "--annotate", "none", *options]


def files(folder: Path) -> list[Path]:
    """All of the folder, each a finished file of a ring, in their order."""
    names = sorted(os.listdir(folder))
    assert all(NAME.fullmatch(name) for name in names)
    return [folder / name for name in names]


def test_many_files_under_load_lose_no_frame(pair: Wire, tmp_path: Path) -> None:
    with Recorder(pair.left, *arguments(tmp_path, "filesize:50", "packets:400", "duration:0.2")) as recorder:
        status = Path(f"/proc/{recorder.process.pid}/status").read_text()
        sender = steady_sender(pair)
        time.sleep(1)
        told, _ = sender.communicate("stop\n", timeout=20)
        assert recorder.stop() == 0
    assert "CapEff:\t0000000000000000\n" in status
    paths = files(tmp_path)
    sent = int(told)
    assert len(paths) >= sent / 400
    assert [number for path in paths for number in numbers_in(path)] == list(range(sent))
    assert max(path.stat().st_size for path in paths) <= 50_000
    assert f"'left': {sent}/0" in recorder.stderr
    assert [line.removeprefix("File: ") for line in recorder.stderr.splitlines() if line.startswith("File: ")] == [
        str(path) for path in paths
    ]
    whole = Recorded(paths[1])
    assert len(whole.sections) == len(whole.interfaces) == len(whole.statistics) == 1
    assert "the first frame here is frame " in whole.sections[0].options["opt_comment"]


def test_a_hangup_begins_the_next_file_and_old_ones_go(pair: Wire, tmp_path: Path) -> None:
    with (
        pair.right.raw("right") as sender,
        Recorder(pair.left, *arguments(tmp_path, "packets:1000", "files:2")) as recorder,
    ):
        for number in range(4):
            sender.send(numbered(number))
            time.sleep(0.15)
            recorder.send(signal.SIGHUP)
            recorder.wait_for("File: ")
        assert recorder.stop() == 0
    kept = files(tmp_path)
    assert [numbers_in(path) for path in kept] == [[3], []]
    assert [int(path.name[4:9]) for path in kept] == [4, 5]


def test_a_terminal_that_closes_ends_the_recording(pair: Wire, tmp_path: Path) -> None:
    need(shutil.which("setsid") is not None, "setsid (package util-linux)")
    (tmp_path / "files").mkdir()
    master, slave = os.openpty()
    inside = ["setsid", "--ctty", "ip", "netns", "exec", pair.left.name, sys.executable, "-m", "pcapkit", "record"]
    with (tmp_path / "told").open("wb") as told:
        process = subprocess.Popen(
            [*inside, *arguments(tmp_path / "files", "packets:5")],
            stdin=slave,
            stderr=told,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
    os.close(slave)
    try:
        deadline = time.monotonic() + 15
        while b"Capturing on" not in (tmp_path / "told").read_bytes() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.close(master)
        assert process.wait(15) == 0
    finally:
        process.kill()
    assert [numbers_in(path) for path in files(tmp_path / "files")] == [[]]


def test_time_passes_without_traffic(pair: Wire, tmp_path: Path) -> None:
    with Recorder(pair.left, *arguments(tmp_path, "duration:0.15"), "-a", "files:3") as recorder:
        begun = time.monotonic()
        assert recorder.wait() == 0
        assert 0.4 < time.monotonic() - begun < 3
    assert [numbers_in(path) for path in files(tmp_path)] == [[], [], []]


def test_a_count_goes_through_all_files(pair: Wire, tmp_path: Path) -> None:
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments(tmp_path, "packets:3"), "-c", "7") as one:
        for number in range(20):
            sender.send(numbered(number))
        assert one.wait() == 0
    assert [numbers_in(path) for path in files(tmp_path)] == [[0, 1, 2], [3, 4, 5], [6]]


def test_labels_go_on_from_file_to_file(pair: Wire, tmp_path: Path) -> None:
    """What a frame answers may be in the file before; frames are counted through all of them."""
    import socket

    options = ["-i", "lo", "-o", str(tmp_path / "run.pcapng"), "-b", "packets:2", "tcp"]
    with Recorder(pair.left, *options) as recorder:
        with (
            pair.left.open_socket(socket.AF_INET, socket.SOCK_STREAM) as server,
            pair.left.open_socket(socket.AF_INET, socket.SOCK_STREAM) as client,
        ):
            server.bind(("127.0.0.1", 0))
            server.listen()
            client.connect(server.getsockname())
        assert recorder.stop() == 0
    second = Recorded(files(tmp_path)[1])
    comment = second.packets[0].options["opt_comment"]
    assert "open 3/3 ACK" in comment
    assert "answers frame 2" in comment
    assert second.sections[0].options["opt_comment"].endswith("the first frame here is frame 3.")


def test_files_are_joined_by_mergecap(pair: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And are one capture then, which agrees with the comments, but for those that name lost files of the ring.

    As they are, each is a capture of its own, in which connections begin in the middle.
    """
    need(shutil.which("mergecap") is not None, "mergecap")
    ring = tmp_path / "ring"
    ring.mkdir()
    names = [
        "client closes after a pause (eleven frames)",
        "closed port",
        "server closes at once (ten frames)",
        "open",
    ]
    frames = [frame.data for name in names for frame in tell(SCENARIOS[name])]
    options = ["-i", "left", "-o", str(ring / "run.pcapng"), "-b", "packets:7"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *options) as recorder:
        for data in frames:
            sender.send(data)
        time.sleep(0.3)
        assert recorder.stop() == 0
    paths = files(ring)
    assert len(paths) == 4
    told = [packet.options["opt_comment"] for path in paths for packet in Recorded(path).packets]
    joined = tmp_path / "all.pcapng"
    for some in (paths, paths[1:]):
        subprocess.run(["mergecap", "-a", "-w", joined, *some], check=True, timeout=20)
        whole = Recorded(joined)
        assert (len(whole.sections), len(whole.interfaces)) == (1, 1)
        assert whole.data == frames[-len(whole.packets) :]
        assert [packet.options["opt_comment"] for packet in whole.packets] == told[-len(whole.packets) :]
        assert main(["crosscheck", "-q", "--runtimes", "python,recorded", str(joined)]) == 0
    subprocess.run(["mergecap", "-a", "-w", joined, *paths], check=True, timeout=20)
    capsys.readouterr()
    found = []
    for arguments in ([str(joined)], [*map(str, paths)]):
        assert main(["connections", "--json", *arguments]) == 0
        found.append(sorted(json.loads(line)["opened"] for line in capsys.readouterr().out.splitlines()))
    assert found[0] == ["complete", "complete", "complete", "refused"]
    assert "midstream" in found[1]


def test_a_disk_that_fills_while_files_follow_each_other(pair: Wire, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True)
    need(mounted.returncode == 0, "the right to mount a tmpfs")
    try:
        with (
            pair.right.raw("right") as sender,
            Recorder(pair.left, *arguments(disk, "filesize:150")) as recorder,
        ):
            for number in range(1500):
                sender.send(numbered(number, 1000))
            assert recorder.wait() == 15
        numbers = [number for path in files(disk) for number in numbers_in(path)]
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert 850 < len(numbers) < 1048
    assert numbers == list(range(len(numbers)))
    assert f"Packets captured: {len(numbers)}\n" in recorder.stderr
    lost = re.search(r"disk: ([0-9]+)", recorder.stderr)
    assert lost is not None
    # Those that were sent when the recorder had ended are nobody's.
    assert 0 < int(lost[1]) <= 1500 - len(numbers)
    assert "No space left on device" in recorder.stderr
