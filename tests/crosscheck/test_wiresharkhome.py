"""The home of tshark: what the user that it is run as can do there, and what root does in spite of it."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.crosscheck.wiresharkhome import NOBODY, PLUGIN_FOLDER, WiresharkHome
from tests.needs import need


@pytest.fixture
def home() -> Iterator[WiresharkHome]:
    """A home that root made."""
    need(os.geteuid() == 0, "root")
    made = WiresharkHome("-- plugin", "toy.lua")
    yield made
    made.close()


def as_nobody(script: str, folder: Path) -> int:
    """Run a shell script as the other user; its exit code."""
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=folder, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True
    )
    return done.returncode


def private(folder: Path) -> Path:
    """A capture that only root may read."""
    capture = folder / "a.pcap"
    capture.write_bytes(b"packets")
    capture.chmod(0o600)
    return capture


def test_what_root_writes_stays_roots(home: WiresharkHome) -> None:
    root = home.plugin.parent
    for path, mode in ((root, 0o711), (home.plugin, 0o644)):
        found = path.stat()
        assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (0, mode)
    for name in ("home", "config", "data", "cache", "run", f"home/{PLUGIN_FOLDER}/toy.lua"):
        assert (root / name).stat().st_uid == NOBODY
        assert as_nobody(f"test -w '{name}'", root) == 0
    assert as_nobody("cat toy.lua", root) == 0
    for script in ("echo >> toy.lua", "rm -f toy.lua", "ln -s /etc capture", "mv home away", "ls ."):
        assert as_nobody(script, root) != 0, script


def test_a_copy_of_a_capture_is_for_the_other_user_to_read_only(home: WiresharkHome, tmp_path: Path) -> None:
    copy = home.readable(private(tmp_path))
    other = home.readable(private(tmp_path))
    assert copy.name == "a.pcap"
    assert copy.parent != other.parent
    assert (copy.stat().st_uid, stat.S_IMODE(copy.stat().st_mode)) == (NOBODY, 0o400)
    assert (copy.parent.stat().st_uid, stat.S_IMODE(copy.parent.stat().st_mode)) == (0, 0o711)
    assert as_nobody(f"test \"$(cat '{copy}')\" = packets", copy.parent) == 0
    for script in ("rm -f a.pcap", "ln -s /etc/passwd other", "mv a.pcap b.pcap"):
        assert as_nobody(script, copy.parent) != 0, script
    home.forget_capture()
    assert not copy.parent.exists()
    assert not other.parent.exists()


def test_links_that_the_other_user_plants_lead_root_nowhere(home: WiresharkHome, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "a.pcap").write_bytes(b"precious")
    root = home.plugin.parent
    as_nobody(f"ln -s '{victim}' capture", root)
    for name in ("home", "config", "run"):
        assert as_nobody(f"ln -s '{victim}' capture; ln -s '{victim}/a.pcap' a.pcap", root / name) == 0
    home.readable(private(tmp_path))
    home.forget_capture()
    home.close()
    assert shutil.rmtree.avoids_symlink_attacks
    assert not root.exists()
    assert (victim / "a.pcap").read_bytes() == b"precious"
    assert {victim.stat().st_uid, (victim / "a.pcap").stat().st_uid} == {0}
