"""What a file says that is one of several."""

from pathlib import Path

import pytest

from pcapkit.capfile.continuation import frames_before, statement
from pcapkit.capfile.writer import PcapngWriter
from tests.cli.capture import OPEN, write_pcap, write_pcapng


def write(path: Path, comment: str) -> Path:
    with path.open("wb") as stream:
        PcapngWriter(stream, hardware="x", os="", application="", comment=comment).flush()
    return path


@pytest.mark.parametrize(("file", "before"), [(1, 0), (2, 0), (2, 1), (7, 123_456_789)])
def test_it_is_read_back(tmp_path: Path, file: int, before: int) -> None:
    assert frames_before(write(tmp_path / "file", statement(file, before))) == before


def test_it_is_read_where_mergecap_has_joined_such_files(tmp_path: Path) -> None:
    joined = f"{statement(5, 240)}  \nFile created by merging: \nFile1: run_00005.pcapng \nFile2: run_00006.pcapng \n"
    assert frames_before(write(tmp_path / "file", joined)) == 240


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "the first frame here is frame 7.",
        statement(2, 7).replace("8", "eight"),
        statement(2, 7).replace("8", "²"),
        statement(2, 7).replace("8", ""),
        "7",
    ],
)
def test_other_comments_say_nothing(tmp_path: Path, comment: str) -> None:
    assert frames_before(write(tmp_path / "file", comment)) == 0


def test_an_absurd_number_is_a_number(tmp_path: Path) -> None:
    assert frames_before(write(tmp_path / "file", statement(2, 7).replace("8", "9" * 6000))) == 10**18 - 2


def test_other_files(tmp_path: Path) -> None:
    assert frames_before(write_pcapng(tmp_path / "a", OPEN)) == 0
    assert frames_before(write_pcap(tmp_path / "b", OPEN)) == 0
    assert frames_before(tmp_path / "missing") == 0
    (tmp_path / "cut").write_bytes((tmp_path / "a").read_bytes()[:14])
    assert frames_before(tmp_path / "cut") == 0
    (tmp_path / "empty").touch()
    assert frames_before(tmp_path / "empty") == 0
