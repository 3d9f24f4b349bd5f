"""What to do about the right to capture: what is lacking, and no more."""

import grp
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pcapkit.wireshark import doctor, rights
from pcapkit.wireshark.finding import Finding
from tests.needs import need
from tests.wireshark.conftest import Home


def finding(home: Home) -> Finding:
    """The only fault."""
    (one,) = (one for one in doctor.examine(home.user, home.wireshark) if one.fault)
    return one


def test_no_capability(sound: Home) -> None:
    """A dumpcap that nobody gave the right."""
    dumpcap = sound.wireshark.tools / "dumpcap"
    os.removexattr(dumpcap, "security.capability")
    one = finding(sound)
    assert one.what.startswith(f"no right to capture: {dumpcap} may not open lo: ")
    assert one.remedy == f"sudo setcap cap_net_raw,cap_net_admin=ep {dumpcap}"


def test_not_in_the_group(sound: Home) -> None:
    """The group alone may run it: the user is not in it, or is so from the next login on."""
    need(os.geteuid() == 0, "needs root, to give a file to a group")
    dumpcap = sound.wireshark.tools / "dumpcap"
    group = next(entry.gr_name for entry in grp.getgrall() if entry.gr_name == "games")
    capability = os.getxattr(dumpcap, "security.capability")
    shutil.chown(dumpcap, group=group)  # takes the capability away
    os.setxattr(dumpcap, "security.capability", capability)
    dumpcap.chmod(0o750)
    one = finding(sound)
    assert one.what.startswith(f"no right to capture: {dumpcap}: cannot be run")
    assert one.remedy == f"sudo usermod -a -G games {sound.user.name}, and log in again"


def test_since_the_last_login(sound: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system knows, and the processes do not yet."""
    dumpcap = sound.wireshark.tools / "dumpcap"
    dumpcap.chmod(0o750)
    monkeypatch.setattr(rights, "_group_of", lambda path: "games")
    monkeypatch.setattr(rights, "_members", lambda group: {sound.user.name})
    assert finding(sound).remedy.startswith(f"log out and in again: {sound.user.name} is in the group games")


def test_the_group_of_root(sound: Home) -> None:
    """Nobody is told to join it."""
    dumpcap = sound.wireshark.tools / "dumpcap"
    dumpcap.chmod(0o750)
    assert finding(sound).remedy == f"sudo chmod o+x {dumpcap}"
    os.removexattr(dumpcap, "security.capability")
    assert finding(sound).remedy == f"sudo setcap cap_net_raw,cap_net_admin=ep {dumpcap}; sudo chmod o+x {dumpcap}"


def test_taken_away(sound: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has the right, and may be run, and still it does not: as in a container."""
    monkeypatch.setattr(rights, "_has_right", lambda dumpcap: True)
    os.removexattr(sound.wireshark.tools / "dumpcap", "security.capability")
    assert "--cap-add=NET_RAW" in finding(sound).remedy


def test_as_debian_has_it(sound: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its package asks at installation who may capture; the answer can be given later."""
    need(Path("/usr/sbin/dpkg-reconfigure").exists(), "dpkg-reconfigure is missing: this is no Debian")
    monkeypatch.setattr(rights, "_has_right", lambda dumpcap: False)
    monkeypatch.setattr(rights, "find_dumpcap", lambda tools: "/usr/bin/dumpcap")
    os.removexattr(sound.wireshark.tools / "dumpcap", "security.capability")
    refused = subprocess.CompletedProcess(["dumpcap"], 1, "", "dumpcap: no permission\n")
    monkeypatch.setattr(rights, "run", lambda account, command: refused)
    assert finding(sound).remedy == (
        "sudo dpkg-reconfigure wireshark-common (answer yes); then sudo usermod -a -G wireshark "
        f"{sound.user.name}, and log in again"
    )


def test_no_dumpcap(sound: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tshark without it."""
    monkeypatch.setattr(rights, "find_dumpcap", lambda tools: None)
    one = finding(sound)
    assert one.what == f"no right to capture: there is no dumpcap in {sound.wireshark.tools}"
