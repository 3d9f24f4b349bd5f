"""Opening: what a file is taken for, gzip, pipes, memory."""

import gzip
import os
import random
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.errors import FileError, ReadError
from tests.capfile import forge
from tests.capfile.test_blocks import until_damage
from tests.needs import PROJECT

PCAP = forge.pcap_header() + forge.pcap_record(b"one") + forge.pcap_record(b"two")
PCAPNG = forge.section() + forge.interface() + forge.enhanced(b"one") + forge.enhanced(b"two")
BOTH = pytest.mark.parametrize("content", [PCAP, PCAPNG], ids=["pcap", "pcapng"])


@BOTH
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_kind_is_told_by_content_not_name(tmp_path: Path, content: bytes, packed: bool) -> None:
    path = tmp_path / "capture.txt"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert [frame.data for frame in read_frames(path)] == [b"one", b"two"]
    assert [frame.data for frame in read_frames(str(path))] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n", "text"),
        (b"a", "text, beginning with 'a'"),
        (b"\xd4", "only 1 bytes"),
        (b"\xd4\xc3\xb2", "only 3 bytes"),
        (b"From: somebody\r\nTo: somebody else\r\n", "text, beginning with 'From: somebody"),
        (b"\x7fELF" + bytes(60), "a program"),
        (b"PK\x03\x04" + bytes(60), "zip archive: unpack it first"),
        (b"\x28\xb5\x2f\xfd" + bytes(60), "zstd"),
        (b"\xff\xfe\xfd\xfc\xfb" * 9, "data that begins with ff fe fd fc"),
        (b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x0a", "byte-order magic 0x4d3c2b0a: damaged"),
        (gzip.compress(b"hello, hello"), "(inside gzip), but text"),
        (gzip.compress(b""), "(inside gzip), but empty"),
    ],
)
def test_what_is_no_capture_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(FileError) as caught:
        read_frames(path)
    assert str(caught.value).startswith(f"{path}: no pcap or pcapng file")
    assert words in str(caught.value)
    assert caught.value.exit_code == 3


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path, tmp_path / "a\0b", tmp_path / "missing" / "x"):
        with pytest.raises(FileError, match="cannot be opened"):
            read_frames(path)


@BOTH
def test_gzip_cut_short_anywhere(tmp_path: Path, content: bytes) -> None:
    random_tail = random.Random(1).randbytes(3000)
    record = forge.pcap_record if content is PCAP else forge.enhanced
    packed = gzip.compress(content + record(random_tail))
    path = tmp_path / "x.gz"
    delivered = []
    for length in range(2, len(packed), 7):
        path.write_bytes(packed[:length])
        try:
            frames, error = until_damage(path)
        except FileError as refused:  # not even the file header can be unpacked
            pytest.fail(str(refused))
        assert "gzip data is cut short" in str(error)
        assert str(path) in str(error)
        delivered.append(len(frames))
    assert delivered == sorted(delivered)
    # All but the checksum is there: every frame is.
    path.write_bytes(packed[:-8])
    frames, error = until_damage(path)
    assert len(frames) == 3


@BOTH
def test_gzip_with_a_wrong_checksum_delivers_all_frames_first(tmp_path: Path, content: bytes) -> None:
    packed = bytearray(gzip.compress(content))
    packed[-8] ^= 1
    path = tmp_path / "x.gz"
    path.write_bytes(packed)
    frames, error = until_damage(path)
    assert [frame.data for frame in frames] == [b"one", b"two"]
    assert "CRC" in str(error)
    assert f"offset {len(content)} of the uncompressed data" in str(error)


def test_gzip_of_several_members_and_damage_in_the_middle(tmp_path: Path) -> None:
    noise = random.Random(2)
    contents = [bytes(noise.choices(b"abcdefgh", k=1000)) for _ in range(600)]
    records = [forge.pcap_record(content) for content in contents]
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(forge.pcap_header()) + gzip.compress(b"".join(records)))
    assert [frame.data for frame in read_frames(path)] == contents
    packed = bytearray(path.read_bytes())
    middle = len(packed) // 2
    packed[middle : middle + 100] = bytes(100)
    path.write_bytes(packed)
    frames, error = until_damage(path)
    # Unpacking goes wrong somewhere behind the damage, at the latest at the checksum.
    assert [frame.data for frame in frames[:200]] == contents[:200]
    assert "gzip data is damaged" in str(error)


def feed(content: bytes, pause_after: int) -> tuple[int, threading.Event, threading.Thread]:
    """A pipe's reading end; the rest of `content` comes only once the event is set."""
    reading, writing = os.pipe()
    go_on = threading.Event()

    def write() -> None:
        os.write(writing, content[:pause_after])
        go_on.wait(20)
        os.write(writing, content[pause_after:])
        os.close(writing)

    thread = threading.Thread(target=write)
    thread.start()
    return reading, go_on, thread


@BOTH
def test_a_frame_in_a_pipe_does_not_wait_for_the_next(content: bytes) -> None:
    last = forge.enhanced(b"two") if content is PCAPNG else forge.pcap_record(b"two")
    reading, go_on, thread = feed(content, len(content) - len(last))
    try:
        frames = read_frames(f"/dev/fd/{reading}")
        assert next(frames).data == b"one"
        assert not go_on.is_set()
        go_on.set()
        assert [frame.data for frame in frames] == [b"two"]
    finally:
        go_on.set()
        thread.join()
        os.close(reading)


@BOTH
def test_bytes_that_come_one_by_one(content: bytes) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import os, sys, time\nfor byte in {content!r}:\n    os.write(1, bytes((byte,)))\n    time.sleep(0.0005)",
        ],
        stdout=writing,
    ):
        os.close(writing)
        assert [frame.data for frame in read_frames(f"/dev/fd/{reading}")] == [b"one", b"two"]
    os.close(reading)


READ_STANDARD_INPUT = """
import os, sys
from pcapkit.capfile.reader import read_frames
from pcapkit.errors import PcapkitError
try:
    for frame in read_frames("-"):
        print(frame.number, frame.data.decode(), flush=True)
except PcapkitError as error:
    print(error)
"""


def read_standard_input(content: bytes) -> str:
    result = subprocess.run(
        [sys.executable, "-c", READ_STANDARD_INPUT], input=content, capture_output=True, cwd=PROJECT, check=True
    )
    return result.stdout.decode()


@BOTH
def test_standard_input(content: bytes) -> None:
    assert read_standard_input(content) == "1 one\n2 two\n"
    assert read_standard_input(gzip.compress(content)) == "1 one\n2 two\n"
    assert read_standard_input(content[:-1]).startswith("1 one\nstandard input: cut short at offset ")
    assert read_standard_input(b"") == "standard input: no pcap or pcapng file, but empty\n"


def test_standard_input_that_does_not_block() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with subprocess.Popen(
        [sys.executable, "-c", READ_STANDARD_INPUT], stdin=reading, stdout=subprocess.PIPE, cwd=PROJECT
    ) as process:
        os.close(reading)
        assert process.stdout is not None
        os.write(writing, PCAP[:60])
        assert process.stdout.readline() == b"1 one\n"
        os.write(writing, PCAP[60:])
        os.close(writing)
        assert process.stdout.read() == b"2 two\n"


def test_failing_device_is_a_read_error() -> None:
    # The first page of a process's memory is never mapped: reading it fails with EIO.
    with pytest.raises(ReadError, match="cannot be read beyond offset 0: Input/output error"):
        read_frames("/proc/self/mem")


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_file_is_closed_after_the_last_frame_an_error_or_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "x"
    before = descriptors()
    path.write_bytes(PCAPNG)
    frames = read_frames(path)
    assert len(list(frames)) == 2
    assert descriptors() == before
    path.write_bytes(PCAPNG[:-1])
    until_damage(path)
    assert descriptors() == before
    path.write_bytes(b"text")
    with pytest.raises(FileError):
        read_frames(path)
    assert descriptors() == before


def big_frames(path: Path) -> Iterator[CapturedFrame]:
    record = forge.pcap_record(bytes(1000))
    with path.open("wb") as stream:
        stream.write(forge.pcap_header())
        for _ in range(100):
            stream.write(record * 640)
    return read_frames(path)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in big_frames(tmp_path / "big.pcap")) == 64_000  # 65 MB
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024  # KiB


def test_memory_is_bounded_by_what_is_there_not_by_what_is_claimed(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    path.write_bytes(PCAPNG + forge.block(0x77, b"", length=64 * 2**20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    frames, error = until_damage(path)
    assert len(frames) == 2
    assert "of which 12 are there" in str(error)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024
