"""What is installed, found without importlib.metadata, which is the witness."""

import subprocess
import sys
from pathlib import Path

import pytest

from pcapkit import entry_points as module
from pcapkit.entry_points import EntryPoint, entry_points

TEXT = """\
# a comment
[console_scripts]
other = elsewhere:main
[pcapkit.dissectors]
second = package.second [extra]
first=package.first:attribute

[pcapkit.dissectors.not]
third = no
"""


def install(folder: Path, name: str, text: str | None) -> None:
    place = folder / name
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.split('-')[0]}\nVersion: 1\n")
    (place / "PKG-INFO").write_text((place / "METADATA").read_text())
    if text is not None:
        (place / "entry_points.txt").write_text(text)


def test_the_group_is_read_and_what_comes_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "a", "one-1.dist-info", TEXT)
    install(tmp_path / "a", "Two.x-1.dist-info", None)
    install(tmp_path / "b", "one-2.dist-info", "[pcapkit.dissectors]\nolder = module\n")
    install(tmp_path / "b", "two_x-2.egg-info", "[pcapkit.dissectors]\nhidden = module\n")
    install(tmp_path / "b", "three.egg-info", "[pcapkit.dissectors]\nzeta = module.zeta\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "a"), str(tmp_path / "missing"), str(tmp_path / "b")])
    expected = [("first", "package.first"), ("second", "package.second"), ("zeta", "module.zeta")]
    assert entry_points("pcapkit.dissectors") == [EntryPoint(*one) for one in expected]
    assert module._by_metadata("pcapkit.dissectors") == entry_points("pcapkit.dissectors")
    monkeypatch.chdir(tmp_path / "b")
    monkeypatch.setattr(sys, "path", [""])
    assert [point.name for point in entry_points("pcapkit.dissectors")] == ["hidden", "older", "zeta"]


@pytest.mark.parametrize("group", ["console_scripts", "pcapkit.dissectors", "pytest11", "none such"])
def test_it_finds_what_importlib_finds_here(group: str) -> None:
    assert entry_points(group) == module._by_metadata(group)


def test_where_there_may_be_more_importlib_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_by_metadata", lambda group: [EntryPoint(group, "asked")])
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert entry_points("x") == []
    (tmp_path / "archive.zip").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path / "archive.zip")])
    assert entry_points("x") == [EntryPoint("x", "asked")]

    class Finder:
        def find_distributions(self) -> None: ...

    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [Finder()])
    assert entry_points("x") == [EntryPoint("x", "asked")]


def test_the_version_needs_none_of_what_is_slow_to_import() -> None:
    code = "import sys; from pcapkit.cli.main import main; main(['--version']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    said, modules = done.stdout.splitlines()
    assert said.startswith("pcapkit ")
    slow = {"importlib.metadata", "argparse", "dataclasses", "email", "zipfile", "inspect", "json", "ctypes"}
    assert not slow & set(modules.split())
