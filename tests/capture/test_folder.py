"""Files that have their names only when they are whole."""

import os
import re
import stat
import time
from pathlib import Path

import pytest

from pcapkit.capture.folder import Folder, is_plain
from pcapkit.capture.privileges import Account
from pcapkit.errors import FileError
from tests.needs import need


def made(folder: Folder, content: bytes = b"new", number: int = 1) -> tuple[Path, Path]:
    """Make a file and fill it; its names now and later."""
    descriptor, partial, final = folder.create(number)
    os.write(descriptor, content)
    os.close(descriptor)
    return Path(partial), Path(final)


def test_the_name_comes_at_the_end_and_takes_the_place_of_an_old_file(tmp_path: Path) -> None:
    path = tmp_path / "run.pcapng"
    path.write_bytes(b"old")
    folder = Folder(str(path), None, numbered=False)
    partial, final = made(folder)
    assert (partial.name, final) == ("run.pcapng.partial", path)
    assert path.read_bytes() == b"old"
    folder.finish(1)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["run.pcapng"]


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_file_that_is_being_written_is_no_other_s_too(tmp_path: Path, left: int) -> None:
    path = tmp_path / "run"
    for number in range(1, 1 + left):  # of recorders that were killed
        (tmp_path / f"run.partial{number if number > 1 else ''}").write_bytes(b"left")
    one, two = (Folder(str(path), None, numbered=False) for _ in range(2))
    descriptor, partial, _ = one.create(1)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(OSError, match=f"another process is writing it, as {partial}: name another"):
        two.create(1)
    assert sorted(os.listdir(tmp_path)) == before
    os.close(descriptor)  # as at the end of its process, however that came
    assert made(two)[0].name == f"run.partial{left + 2}"


def test_what_two_rings_are_called_is_never_the_same(tmp_path: Path) -> None:
    one, two = (Folder(str(tmp_path / "run"), None, numbered=True) for _ in range(2))
    descriptors = [folder.create(1)[0] for folder in (one, two)]
    assert len(os.listdir(tmp_path)) == 2
    for descriptor in descriptors:
        os.close(descriptor)


def test_a_partial_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "run.partial").write_bytes(b"of a recorder that was killed")
    folder = Folder(str(tmp_path / "run"), None, numbered=False)
    partial, _ = made(folder)
    assert partial.name == "run.partial2"
    folder.finish(1)
    assert sorted(os.listdir(tmp_path)) == ["run", "run.partial"]
    assert (tmp_path / "run.partial").read_bytes() == b"of a recorder that was killed"


def test_the_files_of_a_ring_are_named_as_by_dumpcap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Folder("run.a.pcapng", None, numbered=True)
    before = time.localtime()
    _, final = made(folder)
    _, second = made(folder, number=123_456)
    named = re.fullmatch(r"run\.a_00001_(\d{14})\.pcapng", str(final))
    assert named is not None
    assert time.strftime("%Y%m%d%H%M%S", before) <= named[1]
    assert second.name.startswith("run.a_123456_")


def test_a_ring_never_takes_the_name_of_a_file_that_is_there(tmp_path: Path) -> None:
    names = set()
    for _ in range(3):  # three rings within a second
        folder = Folder(str(tmp_path / "run.pcapng"), None, numbered=True)
        _, final = made(folder)
        names.add(final)
        folder.finish(1)
    assert len(names) == 3
    assert {path.read_bytes() for path in names} == {b"new"}


def test_a_file_belongs_to_the_person_who_wanted_it(tmp_path: Path) -> None:
    need(os.geteuid() == 0, "root, to give files away")
    owners = []
    for name, account in (
        ("me", Account("me", 12345, 12346, True)),
        ("service", Account("nobody", 65534, 65534, False)),
    ):
        partial, _ = made(Folder(str(tmp_path / name), account, numbered=False))
        owners.append((partial.stat().st_uid, partial.stat().st_gid))
    assert owners == [(12345, 12346), (0, 0)]


def test_a_new_file_that_cannot_be_given_away_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def refuse(descriptor: int, uid: int, gid: int) -> None:
        asked.append(descriptor)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    folder = Folder(str(tmp_path / "new"), Account("somebody", 12345, 12345, True), numbered=False)
    with pytest.raises(PermissionError):
        folder.create(1)
    assert os.listdir(tmp_path) == []
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(asked[0])


def test_only_our_own_files_are_removed_and_named(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "run"), None, numbered=True, removes=True)
    _, first = made(folder)
    folder.finish(1)
    partial, second = made(folder, number=2)
    for path in (first, partial):  # kept as something that will not be removed
        path.rename(path.with_suffix(".moved"))
        path.write_bytes(b"somebody else's")
    folder.remove(1)
    assert first.read_bytes() == b"somebody else's"
    with pytest.raises(FileNotFoundError, match="moved or removed"):
        folder.finish(2)
    assert not second.exists()
    folder.remove(1)  # it is forgotten
    folder.remove(2)
    assert partial.read_bytes() == b"somebody else's"


def test_a_ring_removes_what_it_made(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "run"), None, numbered=True, removes=True)
    for number in (1, 2):
        made(folder, number=number)
        folder.finish(number)
    folder.remove(1)
    [left] = os.listdir(tmp_path)
    assert left.startswith("run_00002_")


@pytest.mark.parametrize("name", ["missing/file", "", "a\0b", "there/", "file/below"])
def test_what_cannot_be_made_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    path = f"{tmp_path}/{name}" if name else str(tmp_path)
    with pytest.raises(FileError, match="cannot write"):
        Folder(path, None, numbered=False)


@pytest.mark.parametrize("target", ["there", "missing"])
@pytest.mark.parametrize("mode", [0o1777, 0o777])
def test_root_follows_no_link_that_anybody_could_have_laid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, target: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    (tmp_path / "there").write_bytes(b"precious")
    (folder / "link").symlink_to(tmp_path / target)
    with pytest.raises(FileError, match="it is a symbolic link in a folder that others can change"):
        Folder(str(folder / "link"), None, numbered=False)
    monkeypatch.chdir(folder)
    with pytest.raises(FileError, match="symbolic link"):
        Folder("link", None, numbered=False)
    assert (tmp_path / "there").read_bytes() == b"precious"
    assert not (tmp_path / "missing").exists()


def test_a_link_in_a_folder_of_ones_own_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "there").write_bytes(b"old")
    (tmp_path / "link").symlink_to("far/there")
    folder = Folder(str(tmp_path / "link"), None, numbered=False)
    partial, _ = made(folder)
    assert partial == tmp_path / "far" / "there.partial"
    folder.finish(1)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_bytes() == b"new"


def test_a_link_laid_for_the_partial_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "run.partial").symlink_to("precious")
    made(Folder(str(tmp_path / "run"), None, numbered=False))
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_what_is_a_plain_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("fifo")
    plain = [tmp_path / "file", tmp_path / "new", tmp_path / "no" / "folder", tmp_path, "/dev/shm/new"]
    assert all(is_plain(str(path)) for path in plain)
    other = ["-", tmp_path / "fifo", tmp_path / "link", "/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
    assert not any(is_plain(str(path)) for path in other)
