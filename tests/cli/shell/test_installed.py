"""What an installation brings along, besides Python modules."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from tests.needs import PROJECT


def test_a_wheel_has_manual_catalogue_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The manual page is the one that `pcapkit completion man` prints."""
    source = tmp_path / "source"
    for name in ("pcapkit", "dissectors"):
        shutil.copytree(PROJECT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w"]
    built = subprocess.run(
        [*command, str(tmp_path), str(source)],
        env={**os.environ, "PCAPKIT_NO_EXTENSIONS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (manual,) = [name for name in names if name.endswith("/data/share/man/man1/pcapkit.1")]
        text = archive.read(manual).decode()
    assert {
        "pcapkit/report/page.html",
        "pcapkit/report/page.js",
        "pcapkit/report/page.css",
        "pcapkit/report/locale/zh/LC_MESSAGES/pcapkit.mo",
    } <= names
    assert main(["completion", "man"]) == 0
    assert text == capsys.readouterr().out
