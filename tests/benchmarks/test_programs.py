"""The small programs: the walker that counts, and the one that measures."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from tests.benchmarks.inputs import Capture, Recipe
from tests.benchmarks.measuring import measure
from tests.benchmarks.programs import Programs
from tests.benchmarks.unavailable import Unavailable


@pytest.fixture
def capture(programs: Programs, tmp_path: Path) -> Capture:
    return Recipe(60, at_once=10).make(programs, tmp_path)


def walk(programs: Programs, *arguments: str | Path) -> dict[str, int]:
    """What the walker prints."""
    done = subprocess.run([programs.path("walk"), *arguments], capture_output=True, text=True, check=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_the_walker_counts_frames_and_comments(programs: Programs, capture: Capture, tmp_path: Path) -> None:
    """Of a file with a comment on every frame, and of one without."""
    whole = {"frames": capture.frames, "comments": 0, "bytes": capture.size, "rest": 0}
    assert walk(programs, capture.path) == walk(programs, capture.path, "comments") == whole
    commented = tmp_path / "commented.pcapng"
    assert main(["annotate", "-q", str(capture.path), "-o", str(commented)]) == 0
    found = walk(programs, commented, "comments")
    assert (found["frames"], found["comments"]) == (capture.frames, capture.frames)


def test_the_walker_counts_whole_blocks_only(programs: Programs, capture: Capture, tmp_path: Path) -> None:
    """Of a file that is cut."""
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(capture.path.read_bytes()[:-30])
    found = walk(programs, cut)
    assert found["frames"] == capture.frames - 1
    assert found["rest"] > 0


def test_the_walker_reads_pcap(programs: Programs, tmp_path: Path) -> None:
    """More of it than its buffer holds."""
    path = tmp_path / "some.pcap"
    record = struct.pack("<4I", 1, 2, 1000, 1000) + bytes(1000)
    path.write_bytes(struct.pack("<I2HiI2I", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + 700 * record)
    assert walk(programs, path) == {"frames": 700, "comments": 0, "bytes": 24 + 700 * 1016, "rest": 0}


@pytest.mark.parametrize("data", [b"x" * 5000, struct.pack("<3I", 0x0A0D0D0A, 1 << 30, 0) + bytes(1 << 19)])
def test_the_walker_refuses_what_is_no_capture(data: bytes, programs: Programs, tmp_path: Path) -> None:
    """Damage too."""
    path = tmp_path / "bad"
    path.write_bytes(data)
    assert subprocess.run([programs.path("walk"), path], capture_output=True).returncode == 1


def test_measuring_sees_the_command_alone(programs: Programs, tmp_path: Path) -> None:
    """Its memory, not that of this process; and what it prints."""
    burden = bytearray(200_000_000)
    output = tmp_path / "output"
    small = measure(programs, ["echo", "said"], output=output)
    assert output.read_text() == "said\n"
    assert 0 < small.peak < 20_000_000 < len(burden)
    large = measure(programs, [sys.executable, "-c", "len(bytearray(b'x') * 60_000_000)"])
    assert large.peak > 60_000_000
    assert large.wall >= 0 < large.cpu


@pytest.mark.parametrize(
    ("command", "why"),
    [("false", "exit code 1"), ("no-such-command", "exit code 127"), ("kill -9 $$", "exit code -9")],
)
def test_a_command_that_fails_is_not_measured(command: str, why: str, programs: Programs) -> None:
    """The code is said."""
    words = ["sh", "-c", command] if " " in command else [command]
    with pytest.raises(Unavailable, match=why):
        measure(programs, words)


def test_a_program_that_does_not_compile_is_named(tmp_path: Path) -> None:
    """As is its file."""
    with pytest.raises(Unavailable, match=r"c/absent\.c"):
        Programs(tmp_path).path("absent")
