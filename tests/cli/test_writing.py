"""A file that a command writes has its name once it is whole."""

import io
import os
import stat
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.cli.writing import remark_on, written
from pcapkit.errors import FileError, WriteError
from tests.needs import PROJECT

TEN = str(PROJECT / "samples" / "ten_frames.pcapng")


@pytest.mark.parametrize("buffered", [True, False])
def test_the_name_comes_at_the_end(tmp_path: Path, *, buffered: bool) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with written(str(path), buffered=buffered) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
        assert (tmp_path / "out.partial").read_bytes() == b"new"
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out"]


def test_where_folders_cannot_be_held_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Linux, but for what a name leads to meanwhile."""
    monkeypatch.setattr("sys.platform", "darwin")
    path = tmp_path / "out"
    path.write_bytes(b"old")
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(WriteError):
        fail_in(path, OSError(28, "No space left on device"))
    assert (path.read_bytes(), sorted(os.listdir(tmp_path))) == (b"old", ["link", "out"])
    with written(str(tmp_path / "link"), private=True) as stream:
        stream.write(b"new")
        assert (tmp_path / "out.partial").stat().st_mode & 0o777 == 0o600
        assert path.read_bytes() == b"old"
    assert (path.read_bytes(), sorted(os.listdir(tmp_path))) == (b"new", ["link", "out"])
    (tmp_path / "out.partial").touch()
    with pytest.raises(FileError, match=r"link: cannot be written: File exists"), written(str(tmp_path / "link")):
        pass
    assert sorted(os.listdir(tmp_path)) == ["link", "out", "out.partial"]


def fail_in(path: Path, error: BaseException) -> None:
    with written(str(path)) as stream:
        stream.write(b"new")
        raise error


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    descriptors = len(os.listdir("/proc/self/fd"))
    for error in (ValueError(), KeyboardInterrupt(), OSError(28, "No space left on device")):
        with pytest.raises((ValueError, KeyboardInterrupt, WriteError)):
            fail_in(path, error)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_who_may_read_it(tmp_path: Path) -> None:
    """A file keeps its mode, a new one has that of the umask; a capture is for its owner alone."""
    before = os.umask(0o027)
    try:
        (tmp_path / "old").touch()
        (tmp_path / "old").chmod(0o664)
        modes = []
        for name, private in (("old", False), ("new", False), ("capture", True)):
            with written(str(tmp_path / name), private=private):
                pass
            modes.append(stat.S_IMODE((tmp_path / name).stat().st_mode))
        assert modes == [0o664, 0o640, 0o600]
    finally:
        os.umask(before)


def test_a_device_is_written_where_it_is() -> None:
    with written("/dev/null") as stream:
        stream.write(b"gone")
    with pytest.raises(WriteError, match="/dev/full: cannot be written: No space"), written("/dev/full") as stream:
        stream.write(b"too much")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_pipe_is_written_where_it_is_but_root_follows_no_link_of_others_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "link").symlink_to(tmp_path / "pipe")
    try:
        with written(str(tmp_path / "pipe")) as stream:
            stream.write(b"through")
        assert os.read(reader, 10) == b"through"
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        with (
            pytest.raises(FileError, match="is a symbolic link in a folder that others can change"),
            written(str(folder / "link")),
        ):
            pass
    finally:
        os.close(reader)


def test_what_is_open_already_is_emptied(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb+") as file:
        file.write(b"older and longer")
        file.flush()
        with written(f"/dev/fd/{file.fileno()}") as stream:
            stream.write(b"new")
    assert (tmp_path / "out").read_bytes() == b"new"


def test_what_cannot_be_begun(tmp_path: Path) -> None:
    with (
        pytest.raises(FileError, match=r"cannot write .*/no/file: No such file"),
        written(str(tmp_path / "no" / "file")),
    ):
        pass


def test_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdout", pipe)
    with written("-") as stream:
        stream.write(b"text")
    assert pipe.buffer.getvalue() == b"text"


def test_a_report_that_fails_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    assert main(["report", TEN, "-o", str(out)]) == 0
    whole = out.read_bytes()
    assert whole.rstrip().endswith(b"</html>")

    def fail(self: object, number: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pcapkit.capture.folder.Folder.finish", fail)
    assert main(["report", TEN, "-o", str(out)]) == 15
    assert capsys.readouterr().err == f"pcapkit: {out}: cannot be written: Input/output error\n"
    assert out.read_bytes() == whole
    assert os.listdir(tmp_path) == ["report.html"]


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("run.pcap", "run.pcap is written as pcapng"),
        ("RUN.CAP", "RUN.CAP is written as pcapng"),
        ("run.pcapng.gz", "run.pcapng.gz is written as pcapng, not compressed"),
        ("run.pcapng", None),
        ("run", None),
        ("-", None),
    ],
)
def test_a_name_that_promises_something_else(name: str, remark: str | None) -> None:
    assert remark_on(name) == remark


def test_annotate_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.pcap"
    assert main(["annotate", TEN, "-o", str(out)]) == 0
    assert capsys.readouterr().err == f"10 of 10 frames commented\n{out} is written as pcapng\n"
    assert main(["annotate", "-q", TEN, "-o", str(out)]) == 0
    assert capsys.readouterr().err == ""
