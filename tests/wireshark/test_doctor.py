"""Every planted fault is named, and nothing else; where there is none, nothing."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from pcapkit.wireshark import doctor, installing, manifest, program
from pcapkit.wireshark.account import Account
from tests.wireshark.conftest import Home
from tests.wireshark.findings import found, notes, whats

FAKE = """\
#!/bin/sh
case "$1" in
-v) echo '{name} (Wireshark) {version}'; echo 'with libpcap, {lua}, with zlib' ;;
-G) printf 'Personal configuration:\\t%s\\nGlobal configuration:\\t%s\\nProgram:\\t%s\\n' {folder} {folder} {folder}
    printf 'Personal Lua Plugins:\\t%s\\nGlobal Lua Plugins:\\t%s\\n' {folder}/p {folder}/g ;;
*) printf "tshark: Some fields aren't valid:\\n\\ttcp_handshake\\n" >&2; exit 1 ;;
esac
"""


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str, lua: str) -> None:
    """A Wireshark that this machine does not have, first on the PATH."""
    for name in ("tshark", "wireshark"):
        path = folder / name
        path.write_text(FAKE.format(name=name, version=version, lua=lua, folder=folder))
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_all_is_well(sound: Home) -> None:
    """Nothing planted, nothing found; that the tests set variables is no fault."""
    assert found(sound) == []
    assert {note.partition(" is set")[0] for note in notes(sound)} == {
        "WIRESHARK_PLUGIN_DIR",
        "WIRESHARK_EXTCAP_DIR",
        "WIRESHARK_DATA_DIR",
    }


def test_no_wireshark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Then there is nothing else to say."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (what,) = whats(doctor.diagnose(Account("u", root=False)))
    assert "no Wireshark found" in what


def test_without_lua(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Named as such, not as a plugin that is missing."""
    fake(tmp_path, monkeypatch, "4.0.17", "without Lua")
    findings = whats(doctor.diagnose(Account("u", root=True)))
    assert any("was built without Lua" in what for what in findings)
    assert not any("the plugin" in what for what in findings)


def test_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The plugin lies there, Wireshark 4.4 as root does not look at it."""
    fake(tmp_path, monkeypatch, "4.4.2", "with Lua 5.4.7")
    root = Account("root", root=True)
    installing.install(root, program.find(root), everyone=False, force=False)
    assert whats(doctor.diagnose(root)) == ["running as root", "the plugin tcp_handshake is there but does not load"]


def test_not_installed(entitled: Home) -> None:
    """Plugin and profile."""
    plugin, profile, extcap = found(entitled)
    assert plugin == "the plugin tcp_handshake is not installed"
    assert profile == f"the profile pcapkit is not there: {entitled.profile}"
    assert extcap == "the extcap, pcapkit's recorder inside Wireshark, is not installed"


def test_twice_under_another_name(sound: Home) -> None:
    """In a folder below, under an old name: both are named, and what Wireshark says of it."""
    other = sound.put(sound.plugins / "old", "handshake_v1.lua", sound.plugin.read_text())
    twice, complaint = found(sound)
    assert "there 2 times" in twice
    assert str(other) in twice
    assert str(sound.plugin) in twice
    assert "there cannot be two protocols" in complaint


def test_twice_for_everyone(sound: Home) -> None:
    """Personal and global."""
    installing.install(sound.user, sound.wireshark, everyone=True, force=False)
    plugin, *_, extcap = found(sound)
    assert "there 2 times" in plugin
    assert str(sound.everyone / "plugins/tcp_handshake.lua") in plugin
    assert "the extcap is there 2 times" in extcap
    assert str(sound.everyone / "extcap/pcapkit") in extcap


def test_not_twice(sound: Home) -> None:
    """What mentions the protocol in a remark, is hidden, or is no Lua file, is no copy."""
    sound.put(sound.plugins, "notes.lua", '-- Proto("tcp_handshake", "T")\nlocal f = "tcp_handshake"\n')
    sound.put(sound.plugins, ".hidden.lua", 'Proto("tcp_handshake", "T")\n')
    sound.put(sound.plugins, "tcp_handshake.lua.orig", 'Proto("tcp_handshake", "T")\n')
    assert found(sound) == []


def test_old_copy(sound: Home) -> None:
    """With the version that it names."""
    text = sound.plugin.read_text().replace('version = "', 'version = "0.0.')
    sound.plugin.write_text(text)
    (what,) = found(sound)
    assert "is not the current plugin (it says version 0.0." in what


def test_syntax_error(sound: Home) -> None:
    """The plugin itself is damaged: tshark would end with 0."""
    with sound.plugin.open("a") as file:
        file.write("x = = 1\n")
    old, missing, complaint = found(sound)
    assert "is not the current plugin" in old
    assert missing == "the plugin tcp_handshake is there but does not load"
    assert "syntax error" in complaint
    assert sound.plugin.name in complaint  # Lua shortens the path
    assert "\n" not in complaint
    assert "traceback" not in complaint


def test_fails_in_use(sound: Home) -> None:
    """It loads, and fails at the first frame."""
    text = sound.plugin.read_text()
    planted = text.replace("    local number = pinfo.number\n", '    error("planted")\n', 1)
    assert planted != text
    sound.plugin.write_text(planted)
    _, complaint = found(sound)
    assert complaint.startswith("Wireshark complains: Lua Error")
    assert "planted" in complaint


def test_somebody_elses_plugin(sound: Home) -> None:
    """Another plugin that does not load is named as well."""
    other = sound.put(sound.plugins, "other.lua", 'error("planted")\n')
    (complaint,) = found(sound)
    assert other.name in complaint


def test_extcap_in_the_folder_of_another_version(sound: Home) -> None:
    """Where Wireshark looks from 4.2 on, or looked before; both is well, with two versions on one machine."""
    modern = sound.path / ".local/lib/wireshark/extcap"
    elsewhere = modern if sound.wireshark.release < (4, 2) else sound.path / ".config/wireshark/extcap"
    with sound.user.acting():
        elsewhere.mkdir(parents=True)
        copy = elsewhere / "pcapkit"
        copy.write_bytes(sound.extcap.read_bytes())
        copy.chmod(0o755)
    assert found(sound) == []
    sound.extcap.unlink()
    (what,) = found(sound)
    assert what.startswith(f"the extcap is at {copy}, where Wireshark {sound.wireshark.version} does not look")


def test_extcap_not_executable(sound: Home) -> None:
    """Wireshark passes over it in silence."""
    sound.extcap.chmod(0o644)
    (what,) = found(sound)
    assert what.startswith(f"{sound.extcap} does not run: ")
    assert "Permission denied" in what


def test_extcap_without_its_python(sound: Home) -> None:
    """The virtual environment was removed, or lost pcapkit, or is closed to this user."""
    Path(sys.executable).rename(f"{sys.executable}.gone")
    (what,) = found(sound)
    assert f"{sys.executable}: not found" in what
    Path(f"{sys.executable}.gone").rename(sys.executable)
    shutil.rmtree(sound.everyone / "lib/pcapkit")
    (what,) = found(sound)
    assert "ModuleNotFoundError: No module named 'pcapkit'" in what
    Path(sys.executable).chmod(0o600)
    (what,) = found(sound)
    assert "Permission denied" in what


def test_extcap_stale(sound: Home) -> None:
    """It still runs, but what it runs is another one; or it is there a second time, under another name."""
    text = sound.extcap.read_text()
    sound.extcap.write_text(text.replace(" -P ", " "))
    assert found(sound) == [f"{sound.extcap} is not the current extcap"]
    sound.extcap.write_text(text)
    copy = sound.put(sound.extcap.parent, "recorder", text)
    copy.chmod(0o755)
    (what,) = found(sound)
    assert "there 2 times" in what
    assert str(copy) in what


def test_no_right_to_capture(sound: Home) -> None:
    """Without the capability, and without the right to run dumpcap at all."""
    dumpcap = sound.wireshark.tools / "dumpcap"
    os.removexattr(dumpcap, "security.capability")
    (what,) = found(sound)
    assert "no right to capture" in what
    assert "may not open lo" in what
    dumpcap.chmod(0o700)
    (what,) = found(sound)
    assert "cannot be run" in what


def test_profile_incomplete(sound: Home) -> None:
    """A file of the profile is gone."""
    (sound.profile / "colorfilters").unlink()
    (what,) = found(sound)
    assert what == f"the profile pcapkit lacks colorfilters: {sound.profile}"


def test_profile_changed_by_the_user(sound: Home) -> None:
    """That is what a profile is for: said, and no fault."""
    preferences = sound.profile / "preferences"
    preferences.write_text('gui.column.format: \n\t"No.", "%m"\n')
    assert found(sound) == []
    assert f"{preferences} was changed since it was installed" in notes(sound)


def test_profile_of_another_version(sound: Home) -> None:
    """As an older pcapkit wrote it, and nobody since."""
    old = b"# as an older pcapkit wrote it\n"
    (sound.profile / "colorfilters").write_bytes(old)
    listed = manifest.read(sound.wireshark.configuration)
    listed.files[sound.profile / "colorfilters"] = manifest.Entry("profile", manifest.digest(old))
    listed.path.write_bytes(listed.text())
    assert found(sound) == [f"{sound.profile / 'colorfilters'} is that of another version of pcapkit"]


def test_list_of_what_is_installed_is_damaged(sound: Home) -> None:
    """install would refuse."""
    (sound.path / ".config/wireshark" / manifest.NAME).write_text("[]")
    (what,) = found(sound)
    assert "is not as pcapkit wrote it" in what


def test_unreadable(sound: Home) -> None:
    """Plugin, profile and launcher: there, and closed to the user."""
    for path in (sound.plugin, sound.profile / "preferences", sound.extcap):
        path.chmod(0)
        assert found(sound)[0] == f"{path} cannot be read: Permission denied"
        path.chmod(0o755)
        assert found(sound) == []


def test_something_else_in_the_place_of_the_extcap(sound: Home) -> None:
    """A folder, and another program."""
    sound.extcap.unlink()
    sound.put(sound.extcap.parent, "pcapkit", "#!/bin/sh\n")
    assert found(sound) == [f"{sound.extcap} is not pcapkit's launcher"]
    sound.extcap.unlink()
    sound.extcap.mkdir()
    assert found(sound) == [f"{sound.extcap} is a folder"]


def test_plugin_in_the_folder_of_old_versions(sound: Home) -> None:
    """Beside the settings: every version still loads from it, and the tshark here says so, too."""
    other = sound.put(sound.path / ".config/wireshark/plugins", "handshake.lua", sound.plugin.read_text())
    twice, complaint = found(sound)
    assert str(other) in twice
    assert "there cannot be two protocols" in complaint
