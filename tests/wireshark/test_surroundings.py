"""What sends Wireshark elsewhere, planted around it."""

import dataclasses
import os
from pathlib import Path

import pytest

from pcapkit.wireshark import doctor, program, surroundings
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.program import Wireshark
from tests.needs import need
from tests.wireshark.conftest import Home
from tests.wireshark.findings import found, whats

USER = Account("u", root=False)


def plain(folder: Path, version: str = "4.0.17") -> Wireshark:
    """What a tshark in that folder would say of itself, its personal folders below it."""
    named = {
        "Personal configuration": folder / "home/.config/wireshark",
        "Global configuration": folder / "everyone",
        "Program": folder,
        "Personal Lua Plugins": folder / "home/.local/lib/wireshark/plugins",
        "Personal Extcap path": folder / "home/.local/lib/wireshark/extcap",
    }
    told = "".join(f"{name}:\t{path}\n" for name, path in named.items())
    return program.described(str(folder / "tshark"), f"TShark {version} with Lua 5.2.4", told)


def script(path: Path, prints: str) -> Path:
    """A program that prints that."""
    path.write_text(f"#!/bin/sh\nprintf '{prints}'\n")
    path.chmod(0o755)
    return path


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
def test_a_file_where_a_folder_must_be(tmp_path: Path, place: str) -> None:
    """The way to Wireshark's folders ends there."""
    path = tmp_path / "home" / place
    path.parent.mkdir(parents=True)
    assert whats(surroundings.folders(USER, plain(tmp_path))) == []
    path.write_text("in the way")
    assert whats(surroundings.folders(USER, plain(tmp_path))) == [f"{path} is a file"]


def test_folder_of_somebody_else(sound: Home) -> None:
    """As it is after Wireshark, or pcapkit, was once run as root: who owns it is said."""
    need(os.geteuid() == 0, "needs root, to give a folder to root")
    folder = sound.profile.parent
    os.chown(folder, 0, 0)
    finding = next(one for one in doctor.examine(sound.user, sound.wireshark) if str(folder) in one.what)
    assert finding.what == f"{sound.user.name} may not read and write {folder}"
    assert finding.why.endswith("it belongs to root")
    assert finding.remedy.startswith(f"sudo chown -R {sound.user.name} {folder}")


def test_in_a_sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Flatpak's or Snap's beside the one that was asked: said. That one itself, or nothing else: a fault."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(surroundings, "SYSTEM", str(tmp_path / "lib"))
    monkeypatch.setattr(surroundings, "SNAPS", (str(tmp_path / "snap"),))
    script(tmp_path / "wireshark", "Wireshark 4.0.17")
    for path in (
        tmp_path / "lib" / surroundings.FLATPAK,
        tmp_path / "home/.local/share" / surroundings.FLATPAK,
        tmp_path / "snap/wireshark",
    ):
        assert list(surroundings.others(USER, plain(tmp_path))) == []
        path.mkdir(parents=True)
        (finding,) = surroundings.others(USER, plain(tmp_path))
        assert (finding.what, finding.fault) == (f"there is also a Wireshark in a sandbox: {path}", False)
        with monkeypatch.context() as nothing:
            nothing.setenv("PATH", str(tmp_path / "empty"))
            (finding,) = doctor.diagnose(USER)
        assert finding.what.startswith("no Wireshark found")
        assert finding.remedy.endswith(f"as in {path}")
        path.rmdir()
    own = str(tmp_path / "snap/bin/tshark")
    (finding, *_) = surroundings.others(USER, dataclasses.replace(plain(tmp_path), program=own))
    assert (finding.what, finding.fault) == (f"{own} is in a sandbox, Snap's", True)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("Wireshark 4.0.99 (Git)\\nwith Lua 5.2", []),
        ("Wireshark 4.9.1.\\nwith Lua 5.4", ["is version 4.9, and"]),
        ("Wireshark 4.0.1\\nwithout Lua", ["was built without Lua"]),
        ("nonsense", []),
    ],
)
def test_two_versions(tmp_path: Path, about: str, expected: list[str]) -> None:
    """The Wireshark with windows beside tshark is another one."""
    windowed = script(tmp_path / "wireshark", about)
    said = whats(finding for finding in surroundings.others(USER, plain(tmp_path)) if finding.fault)
    assert len(said) == len(expected)
    assert all(what.startswith(f"{windowed} {words}") for what, words in zip(said, expected, strict=True))


def test_too_old(tmp_path: Path) -> None:
    """The plugin was never made for it."""
    script(tmp_path / "wireshark", "Wireshark 3.4.10")
    said = whats(finding for finding in surroundings.others(USER, plain(tmp_path, "3.4.10")) if finding.fault)
    assert said == [f"{tmp_path / 'tshark'} is version 3.4.10"]


def test_all_of_it_reaches_the_doctor(sound: Home) -> None:
    """A file in the way, and an old version with windows."""
    (sound.wireshark.tools / "wireshark").write_text("#!/bin/sh\necho Wireshark 3.2.1\n")
    (sound.wireshark.tools / "wireshark").chmod(0o755)
    sound.wireshark = dataclasses.replace(sound.wireshark, extcap=sound.put(sound.path, "file", "") / "extcap")
    said = found(sound)
    assert f"{sound.path / 'file'} is a file" in said
    assert any(what.startswith(f"{sound.wireshark.tools / 'wireshark'} is version 3.2") for what in said)
