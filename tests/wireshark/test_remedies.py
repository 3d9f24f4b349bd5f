"""What the doctor says to do is what helps: done to the letter, nothing of it is left."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pcapkit.wireshark import doctor, installing, manifest, remedies
from tests.wireshark.conftest import Home
from tests.wireshark.findings import found, notes


def remedy(home: Home, what: str) -> str:
    """What is to be done about the one fault with these words in it."""
    (one,) = (one for one in doctor.examine(home.user, home.wireshark) if one.fault and what in one.what)
    return one.remedy


def do(commands: str) -> None:
    """Do it, as far as it is said for a shell."""
    subprocess.run(["sh", "-ec", commands], check=True)


def test_an_old_copy_beside_the_installed_one(sound: Home) -> None:
    """Whatever its name is: it alone is to be removed, by hand."""
    other = sound.put(sound.plugins / "my old", "it's.lua", sound.plugin.read_text() + "-- old\n")
    said = remedy(sound, "there 2 times")
    assert said == f"rm {shlex.quote(str(other))}"
    do(said)
    assert found(sound) == []


def test_copies_that_are_all_made_by_hand(sound: Home) -> None:
    """Then all of them go, and the plugin is installed."""
    installing.uninstall(sound.user, sound.wireshark, everyone=False, force=False)
    paths = [sound.put(sound.plugins, name, 'Proto("tcp_handshake", "T")\n') for name in ("a.lua", "b.lua")]
    said = remedy(sound, "there 2 times")
    assert said == f"rm {paths[0]}; rm {paths[1]}; then pcapkit wireshark install"
    do(said.partition("; then")[0])
    installing.install(sound.user, sound.wireshark, everyone=False, force=False)
    assert found(sound) == []


def test_two_that_were_installed(sound: Home) -> None:
    """Personal and for everyone: either way, by the command that put it there."""
    installing.install(sound.user, sound.wireshark, everyone=True, force=False)
    said = "pcapkit wireshark uninstall or sudo pcapkit wireshark uninstall --global"
    assert remedy(sound, "the plugin tcp_handshake is there 2 times") == said
    assert remedy(sound, "the extcap is there 2 times") == said


def test_a_copy_that_is_not_current(sound: Home) -> None:
    """By whom it was written decides, and where it lies."""
    sound.plugin.write_bytes(sound.plugin.read_bytes() + b"-- changed\n")
    assert remedy(sound, "is not the current plugin") == "pcapkit wireshark install --force"
    listed = manifest.read(sound.wireshark.configuration)
    listed.files[sound.plugin] = manifest.Entry("plugin", manifest.digest(sound.plugin.read_bytes()))
    listed.path.write_bytes(listed.text())
    assert remedy(sound, "is not the current plugin") == "pcapkit wireshark install"
    moved = sound.plugin.rename(sound.plugin.with_name("moved.lua"))
    assert remedy(sound, "is not the current plugin") == f"rm {moved}; then pcapkit wireshark install"


def test_a_launcher_that_was_changed(sound: Home) -> None:
    """install alone would leave it."""
    text = sound.extcap.read_text()
    sound.extcap.write_text(text.replace(sys.executable, "/nowhere/python"))
    assert remedy(sound, "does not run") == "pcapkit wireshark install --force"
    sound.extcap.write_text(text.replace(" -P ", " "))
    assert remedy(sound, "is not the current extcap") == "pcapkit wireshark install --force"
    sound.extcap.write_text("#!/nowhere/sh\n" + text)
    said = f"{sound.extcap} does not run: its first line names /nowhere/sh, which is not there"
    assert said in found(sound)
    installing.install(sound.user, sound.wireshark, everyone=False, force=True)
    assert found(sound) == []


def test_a_launcher_whose_python_is_closed(sound: Home) -> None:
    """No install helps: it would write the same."""
    Path(sys.executable).chmod(0o600)
    assert remedy(sound, "does not run").startswith(f"put pcapkit where {sound.user.name} may run it")


def test_the_list_is_missing(sound: Home) -> None:
    """Named, though nothing is wrong yet."""
    path = manifest.read(sound.wireshark.configuration).path
    path.unlink()
    assert found(sound) == []
    assert f"{path} is missing: the list of what was installed" in notes(sound)
    installing.install(sound.user, sound.wireshark, everyone=False, force=False)
    assert not any("missing" in note for note in notes(sound))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to own a folder of somebody else's")
def test_the_folder_of_all_settings_is_root_s(sound: Home) -> None:
    """Though what is in it is the user's."""
    folder = sound.wireshark.configuration
    os.chown(folder, 0, 0)
    folder.chmod(0o755)
    said = remedy(sound, f"may not read and write {folder}")
    assert said.startswith(f"sudo chown -R {sound.user.name} {folder}, ")


def test_as_it_was_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off the PATH by its path, on it by its name, as a module by its Python."""
    program = tmp_path / "a b" / "pcapkit"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", "/bin")
    assert remedies.install(force=True) == f"'{program}' wireshark install --force"
    monkeypatch.setenv("PATH", f"/bin:{program.parent}")
    assert remedies.install() == "pcapkit wireshark install"
    monkeypatch.setattr(sys, "argv", ["/x/pcapkit/__main__.py"])
    assert remedies.called() == f"{shlex.quote(sys.executable)} -m pcapkit"
