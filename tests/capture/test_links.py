"""Following a path link by link, and which links root does not follow."""

import os
from pathlib import Path

import pytest

from pcapkit.capture.links import resolve
from pcapkit.capture.privileges import Account
from pcapkit.errors import FileError
from tests.needs import need

EVE = Account("eve", 12345, 12345, True)
SERVICE = Account("nobody", 12345, 12345, False)


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    need(os.geteuid() == 0, "root, to give folders away")
    monkeypatch.setattr(os, "getgrouplist", lambda name, gid: [gid])  # there need be no such user


def end_of(path: Path | str, account: Account | None = None, *, follow: bool = True) -> Path:
    """Where a path leads."""
    place = resolve(str(path), account, follow=follow)
    assert place is not None
    folder = os.readlink(f"/proc/self/fd/{place.folder}")
    os.close(place.folder)
    return Path(folder) / place.name


def folder_of(path: Path, owner: int = 0, mode: int = 0o755, group: int = 0) -> Path:
    path.mkdir()
    os.chown(path, owner, group)
    path.chmod(mode)
    return path


def test_where_a_path_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "file").touch()
    (tmp_path / "up").symlink_to("a/b/..")
    (tmp_path / "far").symlink_to(tmp_path / "up")
    (tmp_path / "a" / "out").symlink_to("../new")
    for path in (
        "a/file",
        "./a//file",
        "up/file",
        "far/file",
        "a/b/../file",
        str(tmp_path / "far" / "b" / ".." / "file"),
    ):
        assert end_of(path) == tmp_path / "a" / "file"
    assert end_of("far/out") == tmp_path / "new"
    assert end_of("far/out", follow=False) == tmp_path / "a" / "out"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("missing/file", FileNotFoundError),
        ("file/below", NotADirectoryError),
        ("loop", OSError),
        ("a/..", IsADirectoryError),
        ("/", IsADirectoryError),
    ],
)
def test_where_it_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, error: type[OSError]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(error):
        resolve(path, None)
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_is_open_already_has_no_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc/self/fd/1")
    before = len(os.listdir("/proc/self/fd"))
    assert resolve("/proc/self/fd/1", None) is None
    assert resolve(str(tmp_path / "link"), None) is None
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("mode", [0o1777, 0o777, 0o775])
@pytest.mark.parametrize("follow", [True, False])
def test_every_link_on_the_way_counts(as_root: None, tmp_path: Path, mode: int, follow: bool) -> None:
    """Of a chain of links, and of links to folders in the middle of the path."""
    safe = folder_of(tmp_path / "safe")
    target = folder_of(tmp_path / "target")
    anybodys = folder_of(tmp_path / "open", mode=mode, group=12345)
    (anybodys / "second").symlink_to(target / "file")
    (safe / "first").symlink_to(anybodys / "second")
    (anybodys / "folder").symlink_to(target)
    (safe / "folder").symlink_to("../open/folder")
    for path, link in (
        (safe / "folder" / "file", anybodys / "folder"),
        (anybodys / "folder" / "x", anybodys / "folder"),
    ):
        with pytest.raises(FileError, match=f"{link} is a symbolic link in a folder that others can change"):
            resolve(str(path), None, follow=follow)
    if follow:
        with pytest.raises(FileError, match=f"cannot write .*/first: {anybodys}/second is a symbolic link"):
            resolve(str(safe / "first"), None)
    assert end_of(anybodys / "file") == anybodys / "file"  # without a link, root writes where it is told to


def test_a_group_that_is_roots_may_change_a_folder(as_root: None, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "roots", mode=0o775)
    (folder / "link").symlink_to("../file")
    assert end_of(folder / "link") == tmp_path / "file"


def test_links_of_the_person_for_whom_we_capture(as_root: None, tmp_path: Path) -> None:
    """They are followed to where that person could write; those of anybody else are not."""
    tmp_path.chmod(0o755)
    home = folder_of(tmp_path / "home", EVE.uid, 0o700, EVE.gid)
    shared = folder_of(tmp_path / "shared", 0, 0o1777)
    team = folder_of(tmp_path / "team", 0, 0o770, EVE.gid)
    roots = folder_of(tmp_path / "roots")
    for name, folder in (("own", home), ("shared", shared), ("team", team), ("roots", roots)):
        (home / name).symlink_to(folder / "file")
    for name, folder in (("own", home), ("shared", shared), ("team", team)):
        assert end_of(home / name, EVE) == folder / "file"
    with pytest.raises(FileError, match="symbolic link of eve's to a folder in which eve may not write"):
        resolve(str(home / "roots"), EVE)
    for account in (None, SERVICE):
        with pytest.raises(FileError, match="it is a symbolic link in a folder of somebody else's"):
            resolve(str(home / "own"), account)


def test_what_is_the_persons_neither_ends_in_proc_nor_in_a_file_of_others(as_root: None, tmp_path: Path) -> None:
    """The first could lead elsewhere when it is opened; the second that person could not replace."""
    tmp_path.chmod(0o755)
    home = folder_of(tmp_path / "home", EVE.uid, 0o700, EVE.gid)
    shared = folder_of(tmp_path / "shared", 0, 0o1777)
    for name in ("own", "roots"):
        (shared / name).touch()
        (home / name).symlink_to(shared / name)
    os.chown(shared / "own", EVE.uid, EVE.gid)
    (home / "open").symlink_to("/proc/self/fd/1")
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(FileError, match="it is a symbolic link of eve's to a file of somebody else's"):
        resolve(str(home / "roots"), EVE)
    with pytest.raises(FileError, match="it is a symbolic link into /proc, which root does not follow"):
        resolve(str(home / "open"), EVE)
    assert len(os.listdir("/proc/self/fd")) == before
    assert end_of(home / "own", EVE) == shared / "own"


def test_others_follow_what_they_like(as_root: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    anybodys = folder_of(tmp_path / "open", mode=0o1777)
    (anybodys / "link").symlink_to("../file")
    assert end_of(anybodys / "link") == tmp_path / "file"
