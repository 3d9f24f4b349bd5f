"""The plugin in a second, newer Wireshark (4.4, with Lua 5.4): the same labels, in one pass, two, and any order."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from tests.needs import PROJECT, need


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its programs: those that PCAPKIT_SECOND_WIRESHARK names, or a Wireshark fetched for this run."""
    given = os.environ.get("PCAPKIT_SECOND_WIRESHARK")
    folder = Path(given) if given else tmp_path_factory.mktemp("newer") / "wireshark"
    need(os.geteuid() == 0 or folder.is_dir(), "root, to put a second Wireshark into a folder")
    need(shutil.which("apt-get") is not None or folder.is_dir(), "apt-get, to fetch a second Wireshark")
    if not given:
        for path in (*folder.parents[:3],):  # pytest keeps its folders to itself; tshark runs as another user
            path.chmod(0o755)
    made = subprocess.run(
        ["bash", str(PROJECT / ".ci" / "second-wireshark"), str(folder)], capture_output=True, text=True, timeout=400
    )
    need(made.returncode == 0, f"a second Wireshark: {made.stderr.strip()}")
    return folder / "run-outside"


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
