"""Blocks out of a native buffer: the same file whatever way it is written, whole blocks whatever fails."""

import io
import math
import os
import resource
import signal
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcapkit.capfile import buffered
from pcapkit.capfile.buffered import DIRECT, FAST, HOLD, LARGE, SMALL, BufferedOutput
from pcapkit.errors import WriteError
from tests.fast.compiled import engine


def frame_block(size: int, content: int = 1) -> bytes:
    """An enhanced packet block of that many bytes."""
    return struct.pack("<II", 6, size) + bytes([content % 256]) * (size - 12) + struct.pack("<I", size)


class Clock:
    """Stands in for the module time."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(buffered, "time", made)
    return made


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[io.FileIO]:
    with io.FileIO(tmp_path / "out", "wb") as made:
        yield made


def content(stream: io.FileIO) -> bytes:
    return Path(str(stream.name)).read_bytes()


def make_fast(output: BufferedOutput, clock: Clock) -> bytes:
    """Let so much come that blocks are gathered; returns what was written."""
    block = frame_block(SMALL)
    count = int(FAST * 0.25 / SMALL) + 1
    for _ in range(count):
        output.add(block, frame=True)
        output.settle()
    clock.now += 0.25
    output.add(block, frame=True)
    output.settle()
    assert output.buffer.limit == LARGE
    return block * (count + 1)


def test_a_little_is_written_at_once(stream: io.FileIO) -> None:
    output = BufferedOutput(stream, engine().FrameBuffer())
    output.add(frame_block(40), frame=True)
    output.add(frame_block(44), frame=False)
    assert (output.frames, output.size, output.gathered, content(stream)) == (0, 0, 84, b"")
    output.settle()
    assert (output.frames, output.size, output.gathered, output.due) == (1, 84, 0, math.inf)
    assert content(stream) == frame_block(40) + frame_block(44)


def test_much_is_held_back_but_not_for_long(stream: io.FileIO, clock: Clock) -> None:
    output = BufferedOutput(stream, engine().FrameBuffer())
    expected = make_fast(output, clock)
    output.add(frame_block(1000), frame=True)
    output.settle()
    assert output.due == clock.now + HOLD
    assert content(stream) == expected
    clock.now += HOLD / 2
    output.settle()
    assert content(stream) == expected
    clock.now = output.due + 0.1
    output.settle()
    assert content(stream) == expected + frame_block(1000)
    assert output.due == math.inf
    assert output.buffer.limit == SMALL  # little came meanwhile


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([12, 300, 4096, 70_000, DIRECT + 8, LARGE // 2]), max_size=12), st.data())
def test_the_file_is_the_same_however_it_is_written(sizes: list[int], data: st.DataObject) -> None:
    """In pieces that fill pages or not, past the page cache or not, on a disk and in memory."""
    for folder in (Path(os.environ.get("TMPDIR", "/tmp")), Path("/dev/shm")):
        descriptor = os.open(folder, os.O_RDWR | os.O_TMPFILE, 0o600)
        with io.FileIO(descriptor, "r+b") as stream:
            output = BufferedOutput(stream, engine().FrameBuffer())
            expected = b""
            for place, size in enumerate(sizes):
                output.buffer.limit = LARGE
                output.add(frame_block(size, place), frame=True)
                expected += frame_block(size, place)
                if data.draw(st.booleans()):
                    output.flush()
                    assert os.fstat(descriptor).st_size == len(expected)
            output.flush()
            assert os.pread(descriptor, len(expected) + 1, 0) == expected
            assert (output.frames, output.size) == (len(sizes), len(expected))
            assert os.lseek(descriptor, 0, os.SEEK_CUR) == len(expected)


@pytest.mark.parametrize("limit", [5_000, DIRECT + 5_000])
def test_a_full_disk_cuts_at_a_whole_block(stream: io.FileIO, limit: int) -> None:
    """The limit on the size of files stands in for the disk; one block of the second write fits."""
    output = BufferedOutput(stream, engine().FrameBuffer())
    blocks = [frame_block(limit - 2_000), frame_block(1_500, 2), frame_block(DIRECT, 3), frame_block(80, 4)]
    output.buffer.limit = LARGE
    output.add(blocks[0], frame=True)
    output.flush()
    for block in blocks[1:]:
        output.add(block, frame=True)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(WriteError, match=r"writing failed after 2 frames: File too large"):
            output.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert content(stream) == blocks[0] + blocks[1]
    assert (output.frames, output.size) == (2, limit - 500)
    with pytest.raises(WriteError, match="after 2 frames"):
        output.settle()


def test_a_closed_pipe(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    with io.FileIO(writer, "wb") as stream:
        output = BufferedOutput(stream, engine().FrameBuffer())
        output.add(frame_block(40), frame=True)
        output.settle()
        assert os.read(reader, 100) == frame_block(40)
        os.close(reader)
        output.add(frame_block(40), frame=True)
        with pytest.raises(WriteError, match="after 1 frames: Broken pipe") as caught:
            output.settle()
        assert isinstance(caught.value.__cause__, BrokenPipeError)


def test_one_buffer_serves_file_after_file(tmp_path: Path) -> None:
    buffer = engine().FrameBuffer()
    for name in ("one", "two"):
        with io.FileIO(tmp_path / name, "wb") as stream:
            output = BufferedOutput(stream, buffer)
            output.add(frame_block(60), frame=True)
            output.flush()
            output.add(frame_block(5000), frame=True)
            output.flush()
        assert (tmp_path / name).read_bytes() == frame_block(60) + frame_block(5000)
