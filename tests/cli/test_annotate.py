"""`pcapkit annotate`: comments into a file that is there already."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pcapkit.annotate import is_own
from pcapkit.capfile.reader import read_frames
from pcapkit.cli.main import main
from tests.cli.capture import LLDP, OPEN, write_pcap, write_pcapng
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.talk import tell
from tests.needs import PROJECT

TEN = [frame.data for frame in tell(SCENARIOS["server closes at once (ten frames)"])]


def comments(path: Path) -> list[tuple[str, ...]]:
    return [frame.comments for frame in read_frames(path)]


def annotate(source: Path, target: Path | str, *options: str) -> int:
    return main(["annotate", str(source), "-o", str(target), *options])


def only(folder: Path, *names: str) -> None:
    """Nothing else lies in the folder: no temporary file was left behind."""
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


@pytest.mark.parametrize("write", [write_pcap, write_pcapng], ids=["pcap", "pcapng"])
def test_every_frame(tmp_path: Path, capsys: pytest.CaptureFixture[str], write: "object") -> None:
    """A comment on each frame that can be read; frames and times stay."""
    source = write(tmp_path / "in", [*OPEN, LLDP])  # type: ignore[operator]
    target = tmp_path / "out.pcapng"
    assert annotate(source, target) == 0
    assert capsys.readouterr().err == "3 of 4 frames commented\n"
    before, after = list(read_frames(source)), list(read_frames(target))
    assert [(one.time, one.data, one.wire_length) for one in before] == [
        (one.time, one.data, one.wire_length) for one in after
    ]
    assert [len(one.comments) for one in after] == [1, 1, 1, 0]
    assert after[0].comments[0].startswith("pcapkit: TCP 10.0.0.1:40000 > 10.0.0.2:10000 [SYN]")
    assert all(is_own(one.comments[0]) for one in after[:3])
    only(tmp_path, "in", "out.pcapng")


def test_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Opening and closing, not the data between."""
    source = write_pcap(tmp_path / "in", TEN)
    target = tmp_path / "out"
    assert annotate(source, target, "--annotate", "steps") == 0
    assert [number for number, one in enumerate(comments(target), 1) if one] == [1, 2, 3, 7, 9, 10]
    assert capsys.readouterr().err == "6 of 10 frames commented\n"


def test_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other people's comments stay, ours are replaced: a second time changes nothing."""
    source = write_pcapng(tmp_path / "in", OPEN, [("theirs",), ("pcapkit: old",), ()])
    once, twice = tmp_path / "once", tmp_path / "twice"
    assert annotate(source, once, "-q") == 0
    assert annotate(once, twice, "-q") == 0
    assert capsys.readouterr().err == ""
    assert once.read_bytes() == twice.read_bytes()
    found = comments(once)
    assert found[0][0] == "theirs"
    assert [len(one) for one in found] == [2, 1, 1]
    assert "pcapkit: old" not in found[1]


def test_onto_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused, under whatever name; the file is as it was."""
    source = write_pcapng(tmp_path / "in", OPEN)
    before = source.read_bytes()
    link, other = tmp_path / "link", tmp_path / "other"
    link.symlink_to(source)
    os.link(source, other)
    for target in (source, link, other, tmp_path / ".." / tmp_path.name / "in"):
        assert annotate(source, target) == 3
        assert "name another file to write" in capsys.readouterr().err
    assert source.read_bytes() == before
    only(tmp_path, "in", "link", "other")


def test_in_place_of_an_older_file(tmp_path: Path) -> None:
    """It is replaced at once, when the new one is complete; a symbolic link stays one."""
    source = write_pcapng(tmp_path / "in", OPEN)
    target, link = tmp_path / "out", tmp_path / "link"
    target.write_bytes(b"what was there")
    link.symlink_to(target)
    assert annotate(source, link, "-q") == 0
    assert link.is_symlink()
    assert len(comments(target)) == 3
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    only(tmp_path, "in", "out", "link")


def test_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What precedes the damage is kept, and the exit code tells."""
    source = write_pcapng(tmp_path / "in", OPEN)
    source.write_bytes(source.read_bytes()[:-5])
    target = tmp_path / "out"
    assert annotate(source, target) == 14
    assert [len(one) for one in comments(target)] == [1, 1]
    summary, error = capsys.readouterr().err.splitlines()
    assert summary == "2 of 2 frames commented"
    assert error.startswith(f"pcapkit: {source}: ")
    only(tmp_path, "in", "out")


def test_nothing_is_left_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No capture, no file: neither under its name nor under another; what was there before stays."""
    notes = tmp_path / "notes"
    notes.write_text("no capture at all")
    target = tmp_path / "out"
    target.write_bytes(b"what was there")
    for source in (notes, tmp_path / "nothing"):
        assert annotate(source, target) == 3
        assert capsys.readouterr().err.startswith(f"pcapkit: {source}: ")
    assert target.read_bytes() == b"what was there"
    only(tmp_path, "notes", "out")


@pytest.mark.parametrize(
    ("target", "complaint"),
    [("no/folder/out", "no/folder/out: No such file or directory"), (".", "is a folder: name a file in it")],
)
def test_where_nothing_can_be_written(
    tmp_path: Path, target: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, and why."""
    source = write_pcapng(tmp_path / "in", OPEN)
    assert annotate(source, tmp_path / target) == 3
    assert complaint in capsys.readouterr().err
    only(tmp_path, "in")


def test_full_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A device is written where it is, and its error is told by name: exit code 15."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    source = write_pcapng(tmp_path / "in", OPEN)
    assert annotate(source, "/dev/full") == 15
    assert "/dev/full" in capsys.readouterr().err
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_named_pipe(tmp_path: Path) -> None:
    """It stays a pipe."""
    source = write_pcapng(tmp_path / "in", OPEN)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "pcapkit", "annotate", str(source), "-o", str(pipe), "-q"]
    with subprocess.Popen(command, cwd=PROJECT) as process:
        data = pipe.read_bytes()
        assert process.wait(timeout=60) == 0
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    (tmp_path / "out").write_bytes(data)
    assert len(comments(tmp_path / "out")) == 3


def test_pipes(tmp_path: Path) -> None:
    """From standard input to standard output; what is said goes to standard error."""
    source = write_pcap(tmp_path / "in", OPEN)
    command = [sys.executable, "-m", "pcapkit", "annotate", "-", "-o", "-"]
    done = subprocess.run(command, input=source.read_bytes(), capture_output=True, timeout=60, cwd=PROJECT, check=True)
    assert done.stderr == b"3 of 3 frames commented\n"
    target = tmp_path / "out"
    target.write_bytes(done.stdout)
    assert [len(one) for one in comments(target)] == [1, 1, 1]


def test_reader_gone(tmp_path: Path) -> None:
    """`... -o - | head` ends without an error."""
    source = write_pcap(tmp_path / "in", OPEN * 3000)
    command = [sys.executable, "-m", "pcapkit", "annotate", str(source), "-o", "-", "-q"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


def test_terminal(tmp_path: Path) -> None:
    """A capture file on a terminal is nobody's wish."""
    source = write_pcapng(tmp_path / "in", OPEN)
    leader, follower = os.openpty()
    try:
        command = [sys.executable, "-m", "pcapkit", "annotate", str(source), "-o", "-"]
        done = subprocess.run(command, stdout=follower, stderr=subprocess.PIPE, timeout=60, cwd=PROJECT)
    finally:
        os.close(follower)
        os.close(leader)
    assert done.returncode == 1
    assert b"would garble the terminal" in done.stderr


def test_output_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """There is no default."""
    with pytest.raises(SystemExit) as ended:
        main(["annotate", "in"])
    assert ended.value.code == 1
    assert "-o" in capsys.readouterr().err
