"""The samples: the stored ones against what is expected of them, and fresh ones where hosts can be made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import PROJECT, need

SAMPLES = PROJECT / "samples"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.expected"))

sys.path.insert(0, str(SAMPLES))
from expected import compare, read_expected  # noqa: E402


def test_every_sample_has_its_expectation_and_every_expectation_its_sample() -> None:
    """Nothing in the folder goes unchecked."""
    assert NAMES == sorted(path.stem for path in SAMPLES.glob("*.pcapng"))
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_sample_is_as_expected(name: str) -> None:
    """Also that the comments which were recorded are those that are made today."""
    assert compare(SAMPLES / f"{name}.pcapng", read_expected(SAMPLES / f"{name}.expected")) == []


def test_a_wrong_expectation_is_found() -> None:
    """The comparison itself can fail: another step, another text, a frame too many."""
    expected = read_expected(SAMPLES / "refused.expected")
    capture = SAMPLES / "refused.pcapng"
    assert compare(capture, [expected[0], "server: reset RST"]) == [
        "frame 2 is 'server: refused RST', expected 'server: reset RST'"
    ]
    assert compare(capture, [*expected, "client: ack"]) == ["2 frames, expected 3"]
    assert compare(SAMPLES / "arp_udp.pcapng", ["UDP"] * 4)[0].startswith("frame 1 is 'ARP")


def test_fresh_samples_are_as_expected(tmp_path: Path) -> None:
    """The real kernel, the real recorder: all samples made again."""
    need(os.geteuid() == 0, "root, to make network namespaces")
    need(shutil.which("ip") is not None, "ip (Debian package iproute2)")
    done = subprocess.run(
        [sys.executable, str(SAMPLES / "make.py"), "-o", str(tmp_path)], capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr or done.stdout
    assert sorted(path.stem for path in tmp_path.glob("*.pcapng")) == NAMES
