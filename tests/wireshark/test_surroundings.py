"""What sends Wireshark elsewhere, planted around it."""

import dataclasses
import os
from pathlib import Path

import pytest

from pcapkit.wireshark import doctor, program, surroundings
from pcapkit.wireshark.account import Account
from tests.needs import need
from tests.wireshark.conftest import Home
from tests.wireshark.findings import found, notes, whats


def test_home_is_empty(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then Wireshark names its folders relative to nothing, and there is nothing else to say."""
    monkeypatch.setenv("HOME", "")
    user = Account("u", root=False)
    (what,) = whats(doctor.examine(user, program.find(user)))
    assert what.startswith("Wireshark takes .config/wireshark for its folder, from wherever it is started")


def test_home_is_elsewhere(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `su` without `-`: said; where it is as the system knows it, or unset, there is nothing to say."""
    monkeypatch.setenv("HOME", "/elsewhere")
    said = whats(surroundings.variables(Account("u", root=False)))
    assert any(what.startswith("HOME is /elsewhere, and your home folder ") for what in said)
    monkeypatch.delenv("HOME")
    assert not any(what.startswith("HOME") for what in whats(surroundings.variables(Account("u", root=False))))


@pytest.mark.parametrize("name", surroundings.VARIABLES)
def test_variables(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by its name, with what it is set to; no fault, since somebody may want it."""
    for other in surroundings.VARIABLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv("HOME", os.path.expanduser("~"))
    monkeypatch.setenv(name, "/some/where")
    user = Account("u", False, "/home/u", 1000, 1000)
    (finding,) = surroundings.variables(user)
    assert (finding.what, finding.fault) == (f"{name} is set: /some/where", False)


@pytest.mark.parametrize("place", [".config", ".config/wireshark", ".local/lib/wireshark/plugins"])
def test_a_file_where_a_folder_must_be(entitled: Home, place: str) -> None:
    """The way to Wireshark's folders ends there."""
    path = entitled.put((entitled.path / place).parent, Path(place).name, "in the way")
    assert f"{path} is a file" in found(entitled)


def test_folder_of_somebody_else(sound: Home) -> None:
    """As it is after Wireshark, or pcapkit, was once run as root: who owns it is said."""
    need(os.geteuid() == 0, "needs root, to give a folder to root")
    folder = sound.profile.parent
    os.chown(folder, 0, 0)
    finding = next(one for one in doctor.examine(sound.user, sound.wireshark) if str(folder) in one.what)
    assert finding.what == f"{sound.user.name} may not read and write {folder}"
    assert finding.why.endswith("it belongs to root")
    assert finding.remedy.startswith(f"sudo chown -R {sound.user.name} {folder}")


def test_in_a_sandbox(sound: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Flatpak's or Snap's beside the one that was asked: said. That one itself, or nothing else: a fault."""
    monkeypatch.setattr(surroundings, "SYSTEM", str(tmp_path / "lib"))
    monkeypatch.setattr(surroundings, "SNAPS", (str(tmp_path / "snap"),))
    assert not any("sandbox" in note for note in notes(sound))
    flatpak = tmp_path / "lib" / surroundings.FLATPAK
    flatpak.mkdir(parents=True)
    assert f"there is also a Wireshark in a sandbox: {flatpak}" in notes(sound)
    assert found(sound) == []
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = doctor.diagnose(Account("u", root=False))
    assert finding.what.startswith("no Wireshark found")
    assert finding.remedy.endswith(f"as in {flatpak}")
    flatpak.rmdir()
    own = str(tmp_path / "snap/bin/tshark")
    (finding, *_) = surroundings.others(sound.user, dataclasses.replace(sound.wireshark, program=own))
    assert (finding.what, finding.fault) == (f"{own} is in a sandbox, Snap's", True)


def test_at_home_in_flatpak(sound: Home) -> None:
    """Flatpak keeps for a single user what that user installed."""
    place = sound.path / ".local/share" / surroundings.FLATPAK
    with sound.user.acting():
        place.mkdir(parents=True)
    assert f"there is also a Wireshark in a sandbox: {place}" in notes(sound)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("Wireshark 4.0.99 (Git)\\nwith Lua 5.2", []),
        ("Wireshark 4.9.1.\\nwith Lua 5.4", ["is version 4.9, and"]),
        ("Wireshark 4.0.1\\nwithout Lua", ["was built without Lua"]),
        ("nonsense", []),
    ],
)
def test_two_versions(sound: Home, about: str, expected: list[str]) -> None:
    """The Wireshark with windows beside tshark is another one."""
    windowed = sound.wireshark.tools / "wireshark"
    windowed.write_text(f"#!/bin/sh\nprintf '{about}'\n")
    windowed.chmod(0o755)
    asked = dataclasses.replace(sound.wireshark, version="4.0.17")
    said = whats(surroundings.others(sound.user, asked))
    assert len(said) == len(expected)
    assert all(what.startswith(f"{windowed} {words}") for what, words in zip(said, expected, strict=True))


def test_too_old(sound: Home) -> None:
    """The plugin was never made for it."""
    (sound.wireshark.tools / "wireshark").symlink_to("/bin/true")
    said = whats(surroundings.others(sound.user, dataclasses.replace(sound.wireshark, version="3.4.10")))
    assert said == [f"{sound.wireshark.program} is version 3.4.10"]
