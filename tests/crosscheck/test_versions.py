"""The plugin in a second, newer Wireshark (4.4, with Lua 5.4): the same labels, in one pass, two, and any order."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.wireshark import doctor, installing, program
from tests.needs import PROJECT, need
from tests.wireshark import screen, test_labels
from tests.wireshark.conftest import Home, entitled, home
from tests.wireshark.live import captured, compare, loopback
from tests.wireshark.test_labels import folder

__all__ = ["entitled", "folder", "home"]


@pytest.fixture(scope="module")
def newer() -> Iterator[Path]:
    """Its programs: those that PCAPKIT_SECOND_WIRESHARK names, or a Wireshark fetched for this run."""
    need(os.geteuid() == 0, "root, to put a second Wireshark into a folder")
    need(shutil.which("apt-get") is not None, "apt-get, to fetch a second Wireshark")
    # Not pytest's folder, which is its own user's alone: tshark runs as another one.
    with tempfile.TemporaryDirectory(prefix="pcapkit-wireshark-") as private:
        Path(private).chmod(0o755)
        folder = Path(os.environ.get("PCAPKIT_SECOND_WIRESHARK") or f"{private}/wireshark")
        command = ["bash", str(PROJECT / ".ci" / "second-wireshark"), str(folder), "trixie", "windows"]
        made = subprocess.run(command, capture_output=True, text=True, timeout=400)
        need(made.returncode == 0, f"a second Wireshark: {made.stderr.strip()}")
        yield folder / "run-outside"


def test_the_samples_come_out_the_same(newer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All samples, every field."""
    captures = [str(path) for path in sorted((PROJECT / "samples").glob("*.pcapng"))]
    command = ["crosscheck", "--tshark", str(newer / "tshark"), "--sharkd", "--require", "tshark,tshark-2"]
    code = main([*command, "--runtimes", "python,tshark,tshark-2,sharkd", *captures])
    said = capsys.readouterr().out
    assert code == 0, said
    rows = {line.split("  ", 1)[0]: line for line in said.splitlines()}
    for runtime in ("tshark", "tshark -2", "sharkd"):
        assert not rows[runtime].split()[-4].startswith("4.0"), said


def test_installed_and_recording(newer: Path, entitled: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """For an ordinary user: everything in the folders of that version, the doctor content, frames live and labelled."""
    tshark = str(newer / "tshark")
    about, folders = (program.run(entitled.user, [tshark, *words]).stdout for words in (["-v"], ["-G", "folders"]))
    entitled.wireshark = program.described(tshark, about, folders)
    assert entitled.wireshark.extcap == entitled.path / ".local/lib/wireshark/extcap"
    installing.install(entitled.user, entitled.wireshark, everyone=False, force=False)
    found = doctor.examine(entitled.user, entitled.wireshark)
    # Its own dumpcap has no right to capture; the recorder takes the one that has, first on the PATH.
    assert [finding.what.partition(":")[0] for finding in found if finding.fault] == ["no right to capture"]
    file = entitled.path / "out.pcapng"
    with loopback() as net:
        compare(captured(net, entitled, file, ["-f", "tcp or udp port 9"]))
    command = ["crosscheck", "--tshark", tshark, "--require", "recorded,tshark"]
    code = main([*command, "--runtimes", "python,recorded,tshark", str(file)])
    assert code == 0, capsys.readouterr().out


def test_its_windows_say_the_same(newer: Path, folder: Path) -> None:
    """The Wireshark with windows, too; and it takes the profile by itself for what pcapkit recorded."""
    need(not screen.missing(), f"packages that are missing: {' '.join(screen.missing())}")
    test_labels.check(folder, newer, options=())
