"""Writing when the other side does not go along: short writes, full disks, closed pipes, kill -9."""

import contextlib
import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.capfile.blocks import ByteOrder
from pcapkit.capfile.output import BlockOutput
from pcapkit.capfile.reader import read_frames
from pcapkit.errors import ReadError, WriteError
from tests.capfile import forge
from tests.needs import PROJECT, need


class Fails(io.FileIO):
    """A file that takes `room` bytes, `step` at most in one call, and then fails with `code`."""

    def __init__(self, path: Path, *, room: int, step: int = 1 << 30, code: int = errno.ENOSPC) -> None:
        super().__init__(path, "wb")
        self.room = room
        self.step = step
        self.code = code
        self.calls: list[int] = []

    def write(self, data: object, /) -> int:
        assert isinstance(data, bytes | memoryview)
        self.calls.append(len(data))
        if self.room == 0:
            raise OSError(self.code, os.strerror(self.code))
        taken = super().write(data[: min(self.step, self.room)])
        self.room -= taken
        return taken


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=30), st.booleans()), min_size=1), st.data())
def test_what_is_left_are_whole_blocks(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[tuple[bytes, bool]], data: st.DataObject
) -> None:
    whole = b"".join(block for block, _ in blocks)
    room = data.draw(st.integers(0, len(whole) - 1))
    path = tmp_path_factory.mktemp("torn") / "x"
    with Fails(path, room=room, step=data.draw(st.integers(1, 40))) as stream:
        output = BlockOutput(stream)
        for block, frame in blocks:
            output.add(block, frame=frame)
        with pytest.raises(WriteError) as caught:
            output.flush()
        ends = [sum(len(block) for block, _ in blocks[:count]) for count in range(len(blocks) + 1)]
        complete = sum(end <= room for end in ends) - 1
        assert path.read_bytes() == whole[: ends[complete]]
        assert output.frames == sum(frame for _, frame in blocks[:complete])
        assert output.size == ends[complete]
        assert str(caught.value).startswith(f"{path}: writing failed after {output.frames} frames: No space left")
        # The failure lasts, even if there is room again: what follows would not fit to what is missing.
        stream.room = 1 << 30
        with pytest.raises(WriteError) as again:
            output.flush()
        assert again.value is caught.value
    assert path.read_bytes() == whole[: ends[complete]]


def test_short_writes_are_completed(tmp_path: Path) -> None:
    with Fails(tmp_path / "x", room=1 << 30, step=7) as stream:
        output = BlockOutput(stream)
        output.add(b"x" * 20, frame=True)
        output.flush()
        assert stream.calls == [20, 13, 6]
        assert (output.frames, output.size, output.gathered) == (1, 20, 0)
    assert (tmp_path / "x").read_bytes() == b"x" * 20


def test_blocks_are_gathered_and_written_by_one_call(tmp_path: Path) -> None:
    with Fails(tmp_path / "x", room=1 << 30) as stream:
        output = BlockOutput(stream)
        for _ in range(200):
            output.add(bytes(2000), frame=True)
        assert stream.calls == [132 * 2000]  # the first multiple of 2000 that reaches 256 KiB
        assert (output.frames, output.gathered) == (132, 68 * 2000)
        output.flush()
        output.flush()
        assert len(stream.calls) == 2
        assert output.frames == 200


def test_nothing_torn_stays_in_a_buffered_writer(tmp_path: Path) -> None:
    raw = Fails(tmp_path / "x", room=30)
    with io.BufferedWriter(raw, 4096) as stream:
        stream.write(b"before-")
        output = BlockOutput(stream)
        output.add(b"a" * 20, frame=True)
        output.add(b"b" * 20, frame=True)
        with pytest.raises(WriteError):
            output.flush()
        raw.room = 1 << 30
    assert (tmp_path / "x").read_bytes() == b"before-" + b"a" * 20


def test_a_stream_that_is_no_file() -> None:
    stream = io.BytesIO()
    output = BlockOutput(stream)
    output.add(b"block", frame=False)
    output.flush()
    assert stream.getvalue() == b"block"


def test_closed_pipe() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as stream:
        output = BlockOutput(stream)
        output.add(b"block", frame=True)
        with pytest.raises(WriteError, match="after 0 frames: Broken pipe; the reader has closed the pipe") as caught:
            output.flush()
    assert caught.value.exit_code == 15


class Socket(io.RawIOBase):
    """Something that cannot be cut back: it takes 12 bytes, then the connection is lost."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: Any, /) -> int:
        if len(self.taken) == 12:
            raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
        self.taken = bytes(data[:12])
        return 12


def test_what_cannot_be_cut_back_is_told() -> None:
    output = BlockOutput(Socket())
    output.add(b"frame", frame=True)
    output.add(b"another frame", frame=True)
    with pytest.raises(WriteError, match="after 1 frames and 7 bytes of the next block: Connection reset by peer"):
        output.flush()
    assert (output.frames, output.size) == (1, 5)


def test_a_pipe_that_does_not_block_is_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    content = bytes(range(256)) * 4096
    with subprocess.Popen(
        [sys.executable, "-c", "import sys, time; time.sleep(0.2); print(hash(sys.stdin.buffer.read()))"],
        stdin=reading,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    ) as process:
        os.close(reading)
        with open(writing, "wb", buffering=0) as stream:
            output = BlockOutput(stream)
            output.add(content, frame=True)
            assert output.size == len(content)
        assert process.stdout is not None
        seen = process.stdout.read()
    command = [sys.executable, "-c", "print(hash(bytes(range(256)) * 4096))"]
    wanted = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "0"}, check=True)
    assert seen == wanted.stdout


WRITE_UNTIL_IT_FAILS = """
import resource, sys
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.capfile.model import Interface
from pcapkit.errors import WriteError
path, limit = sys.argv[1], int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
with open(path, "wb") as stream:
    writer = PcapngWriter(stream, hardware="", os="", application="test")
    writer.add_interface(Interface(1))
    print("started", flush=True)
    number = 0
    try:
        while True:
            writer.write(0, number, number.to_bytes(4, "big") * 25, 100, comments=(f"frame {number}",))
            number += 1
    except WriteError as error:
        print(writer.frames, error)
"""


def check_prefix(path: Path) -> int:
    """The file's frames are those written, from the first on; returns how many there are."""
    count = 0
    for count, frame in enumerate(read_frames(path), start=1):
        assert frame.data == (count - 1).to_bytes(4, "big") * 25
        assert frame.comments == (f"frame {count - 1}",)
    return count


def test_file_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "limited.pcapng"
    command = [sys.executable, "-c", WRITE_UNTIL_IT_FAILS, str(path), "1000001"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=True)
    _, last = result.stdout.splitlines()
    count = check_prefix(path)
    assert last.startswith(f"{count} {path}: writing failed after {count} frames: File too large; raise the")
    assert 999_800 < path.stat().st_size <= 1_000_001


def test_full_disk(tmp_path: Path) -> None:
    need(os.geteuid() == 0 and shutil.which("unshare") is not None, "root and unshare, to mount a small disk")
    script = (
        'mount -t tmpfs -o size=1m none "$1" && "$2" -c "$3" "$1/x.pcapng" 0 && stat -c %s "$1/x.pcapng" && '
        'cp "$1/x.pcapng" "$4"'
    )
    (tmp_path / "disk").mkdir()
    path = tmp_path / "copy.pcapng"
    result = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", tmp_path / "disk", sys.executable, WRITE_UNTIL_IT_FAILS, path],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=False,
    )
    need(result.returncode == 0, f"a mount namespace with a small disk: {result.stderr}")
    _, last, size = result.stdout.splitlines()
    count = check_prefix(path)
    assert last.startswith(f"{count} ")
    assert f"writing failed after {count} frames: No space left on device; free some space" in last
    assert 2**20 - 200 < int(size) <= 2**20


def test_killed_without_warning(tmp_path: Path) -> None:
    path = tmp_path / "killed.pcapng"
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_UNTIL_IT_FAILS, str(path), "20000000"], stdout=subprocess.PIPE, cwd=PROJECT
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        deadline = time.monotonic() + 20
        while path.stat().st_size < 600_000 and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    frames = 0
    try:
        for frame in read_frames(path):
            assert frame.data == frames.to_bytes(4, "big") * 25
            frames += 1
    except ReadError as error:
        # The kernel may stop in the middle of the one write that was under way.
        assert "cut short" in str(error)  # noqa: PT017
    assert frames > 3000


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("times", [1, 60])
def test_runs_of_blocks_are_counted_one_by_one_when_writing_fails(tmp_path: Path, order: ByteOrder, times: int) -> None:
    blocks = [forge.enhanced(bytes(size * times), order) for size in (1, 20, 333, 7, 1000)]
    run = b"".join(blocks)
    ends = [sum(map(len, blocks[:count])) for count in range(6)]
    for room in (0, 7, *ends, *(end + 5 for end in ends[:-1])):
        path = tmp_path / "x"
        with Fails(path, room=10 + room) as stream:
            output = BlockOutput(stream)
            output.add(b"ten bytes.", frame=False)
            complete = sum(end <= room for end in ends) - 1
            fails = (
                contextlib.nullcontext() if complete == 5 else pytest.raises(WriteError, match=f"after {complete} fr")
            )
            with fails:
                output.add_run(memoryview(run), 5, order)
                output.flush()
            assert (output.frames, output.size) == (complete, 10 + ends[complete])
        assert path.read_bytes() == b"ten bytes." + run[: ends[complete]]


def test_a_run_may_be_used_again_at_once(tmp_path: Path) -> None:
    run = bytearray(forge.enhanced(b"one"))
    large = bytearray(forge.enhanced(bytes(100_000)))
    wanted = bytes(run + run + large + run)
    with open(tmp_path / "x", "wb", buffering=0) as stream:
        output = BlockOutput(stream)
        for blocks in (run, run, large, run):
            again = bytearray(blocks)
            output.add_run(memoryview(again), 1, "<")
            again[:] = bytes(len(again))
        output.flush()
        assert output.frames == 4
    assert (tmp_path / "x").read_bytes() == wanted
