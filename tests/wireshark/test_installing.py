"""Install and uninstall, with a real tshark that then uses what was installed."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from pcapkit.errors import FileError, WriteError
from pcapkit.wireshark import installing, manifest, program
from pcapkit.wireshark.placing import Outcome
from tests.needs import PROJECT, need
from tests.wireshark.conftest import Home

PLUGIN = (PROJECT / "dissectors/tcp_handshake.lua").read_bytes()


def install(home: Home, *, everyone: bool = False, force: bool = False) -> list[Outcome]:
    """Install for that user."""
    return installing.install(home.user, home.wireshark, everyone=everyone, force=force)


def uninstall(home: Home, *, everyone: bool = False, force: bool = False) -> list[Outcome]:
    """Uninstall for that user."""
    return installing.uninstall(home.user, home.wireshark, everyone=everyone, force=force)


def words(outcomes: list[Outcome]) -> dict[str, str]:
    """The outcomes by file name."""
    return {outcome.path.name: outcome.word for outcome in outcomes}


ALL = ("tcp_handshake.lua", "pcapkit", "preferences", "colorfilters", "dfilter_buttons", "profile_settings", "recent")


def test_install_then_look(home: Home) -> None:
    """The fields are there and can be filtered on; the profile shows them; it is all the user's own."""
    assert words(install(home)) == dict.fromkeys(ALL, "installed")
    assert home.plugin.read_bytes() == PLUGIN
    filtered = home.tshark(
        "ten_frames", "-Y", 'tcp_handshake.step == "close 3/4 FIN"', "-T", "fields", "-e", "frame.number"
    )
    assert (filtered.stdout, filtered.stderr) == ("9\n", "")
    columns = home.tshark("ten_frames", "-C", "pcapkit")
    assert columns.stderr == ""
    ninth = columns.stdout.splitlines()[8]
    fields = home.tshark("ten_frames", "-Y", "frame.number == 9", "-T", "fields", "-e", "tcp_handshake.delay")
    delay = fields.stdout.strip()
    assert delay.startswith("0.")
    assert "close 2/4 ACK,close 3/4 FIN" in ninth
    assert "LAST-ACK" in ninth
    assert delay in ninth
    if os.geteuid() == 0:
        owners = {path.stat().st_uid for path in home.path.rglob("*")}
        assert owners == {home.user.uid}


def test_repeated(home: Home) -> None:
    """A second time changes nothing; an older copy is brought up to date."""
    install(home)
    before = home.plugin.stat().st_mtime_ns
    assert words(install(home)) == dict.fromkeys(ALL, "unchanged")
    assert home.plugin.stat().st_mtime_ns == before
    old = b"-- as an older pcapkit wrote it\n"
    home.plugin.write_bytes(old)
    listed = home.path / ".config/wireshark" / manifest.NAME
    whole = json.loads(listed.read_text())
    whole["files"][0]["sha256"] = manifest.digest(old)
    listed.write_text(json.dumps(whole))
    assert words(install(home)) == dict.fromkeys(ALL, "unchanged") | {"tcp_handshake.lua": "updated"}
    assert home.plugin.read_bytes() == PLUGIN


@pytest.mark.parametrize("everyone", [False, True])
def test_uninstall_leaves_nothing(home: Home, everyone: bool) -> None:
    """The folders are as they were: what was there stays, what was made goes."""
    mine = home.put(home.plugins, "mine.lua", "-- mine\n")
    before = home.tree(), sorted(home.everyone.rglob("*"))
    install(home, everyone=everyone)
    assert home.tree() > before[0]
    assert words(uninstall(home, everyone=everyone)) == dict.fromkeys(ALL, "removed")
    assert (home.tree(), sorted(home.everyone.rglob("*"))) == before
    assert mine.read_text() == "-- mine\n"
    assert uninstall(home, everyone=everyone) == []


def test_everyone(home: Home) -> None:
    """The plugin lies in the folder for all, readable whatever the umask; Wireshark loads it from there."""
    previous = os.umask(0o077)
    try:
        install(home, everyone=True)
    finally:
        os.umask(previous)
    path = home.everyone / "plugins/tcp_handshake.lua"
    assert path.stat().st_mode & 0o777 == 0o644
    assert not home.plugin.exists()
    assert (home.profile / "preferences").exists()
    assert (
        home.tshark("ten_frames", "-Y", "tcp_handshake.step == 1", "-T", "fields", "-e", "frame.number").stdout == "2\n"
    )
    assert (home.everyone / "extcap/pcapkit").stat().st_mode & 0o777 == 0o755
    assert not home.extcap.exists()
    install(home)
    programs = ("tcp_handshake.lua", "pcapkit")
    assert words(uninstall(home)) == dict.fromkeys(programs, "removed")  # the profile still serves the other
    assert words(uninstall(home, everyone=True)) == dict.fromkeys(ALL, "removed")


def test_launcher(home: Home) -> None:
    """It runs for the user from anywhere, whatever the umask, and says what Wireshark wants to hear."""
    previous = os.umask(0o077)
    try:
        install(home)
    finally:
        os.umask(previous)
    done = program.run(home.user, [str(home.extcap), "--extcap-interfaces", "--extcap-version=4.0"])
    assert (done.returncode, done.stderr) == (0, "")
    assert "interface {value=pcapkit}" in done.stdout
    assert " pcapkit (" in program.run(home.user, [home.wireshark.program, "-D"]).stdout
    home.extcap.chmod(0o644)
    assert words(install(home))["pcapkit"] == "updated"
    assert home.extcap.stat().st_mode & 0o111 == 0o111


def test_folder_of_another_version(home: Home) -> None:
    """After Wireshark itself was brought up to date: in the new folder, and no longer in the old one."""
    install(home)
    former, other = home.extcap, home.path / ".local/lib/wireshark/elsewhere"
    home.wireshark = dataclasses.replace(home.wireshark, extcap=other)
    assert [(one.word, one.path) for one in install(home) if one.path.name == "pcapkit"] == [
        ("installed", other / "pcapkit"),
        ("removed", former),
    ]
    assert not former.parent.exists()


def test_file_of_the_user(home: Home) -> None:
    """A file of the same name stays as it is, neither overwritten nor removed later, until --force."""
    home.put(home.plugins, "tcp_handshake.lua", "-- mine\n")
    first = install(home)[0]
    assert (first.word, first.in_the_way) == ("kept", True)
    assert home.plugin.read_text() == "-- mine\n"
    assert "tcp_handshake.lua" not in words(uninstall(home))
    assert home.plugin.read_text() == "-- mine\n"
    assert words(install(home, force=True))["tcp_handshake.lua"] == "updated"
    assert home.plugin.read_bytes() == PLUGIN


def test_same_put_there_by_hand(home: Home) -> None:
    """The current plugin, copied by hand: nobody can tell it from what install writes, and so it counts as that."""
    home.put(home.plugins, "tcp_handshake.lua", PLUGIN.decode())
    first = install(home)[0]
    assert first == Outcome("unchanged", home.plugin, "was not listed as installed, and is from now on")
    assert install(home)[0] == Outcome("unchanged", home.plugin)
    uninstall(home)
    assert not home.plugin.exists()


@pytest.mark.parametrize("again", [False, True], ids=["uninstall", "install, uninstall"])
def test_the_list_is_lost(home: Home, *, again: bool) -> None:
    """Files as this pcapkit writes them are its own all the same, and no empty profile stays; what differs stays."""
    install(home)
    manifest.read(home.wireshark.configuration).path.unlink()
    (home.profile / "colorfilters").write_text("# mine\n")
    if again:
        assert {word for name, word in words(install(home)).items() if name != "colorfilters"} == {"unchanged"}
    assert words(uninstall(home)) == dict.fromkeys(set(ALL) - {"colorfilters"}, "removed")
    assert os.listdir(home.profile) == ["colorfilters"]
    (home.profile / "colorfilters").unlink()
    home.profile.rmdir()
    install(home)
    manifest.read(home.wireshark.configuration).path.unlink()
    uninstall(home)
    assert not home.profile.exists()


def test_changed_since(home: Home) -> None:
    """A profile that the user changed stays, through install and uninstall; with --force it goes."""
    install(home)
    preferences = home.profile / "preferences"
    preferences.write_text('gui.column.format: \n\t"No.", "%m"\n')
    kept = {outcome.path.name: outcome for outcome in install(home)}["preferences"]
    assert (kept.word, kept.in_the_way) == ("kept", False)
    gone = {outcome.path.name: outcome for outcome in uninstall(home)}
    assert (gone["preferences"].word, gone["preferences"].in_the_way) == ("kept", True)
    assert gone["tcp_handshake.lua"].word == "removed"
    assert preferences.exists()
    assert words(uninstall(home, force=True)) == {"preferences": "removed"}
    assert home.tree() == set()


def test_what_wireshark_writes_itself(home: Home) -> None:
    """It keeps the columns' widths in a file that it writes anew at its end: that is left to it, and goes with ours."""
    install(home)
    recent = home.profile / "recent"
    recent.write_text("# as Wireshark wrote it\n")
    assert words(install(home)) == dict.fromkeys(ALL, "unchanged")
    assert recent.read_text() == "# as Wireshark wrote it\n"
    assert words(install(home, force=True))["recent"] == "updated"
    recent.write_text("# as Wireshark wrote it\n")
    assert words(uninstall(home)) == dict.fromkeys(ALL, "removed")
    assert home.tree() == set()


def test_removed_by_hand(home: Home) -> None:
    """Said, and no error; installed again if asked."""
    install(home)
    home.plugin.unlink()
    assert words(install(home))["tcp_handshake.lua"] == "installed"
    home.plugin.unlink()
    assert words(uninstall(home))["tcp_handshake.lua"] == "gone"


def test_no_longer_wanted(home: Home) -> None:
    """The plugin of a dissector that is gone is removed at the next install."""
    install(home)
    listed = home.path / ".config/wireshark" / manifest.NAME
    old = home.put(home.plugins, "former.lua", "-- former\n")
    whole = json.loads(listed.read_text())
    whole["files"].append({"path": str(old), "kind": "plugin", "sha256": manifest.digest(b"-- former\n")})
    listed.write_text(json.dumps(whole))
    assert words(install(home)) == dict.fromkeys(ALL, "unchanged") | {"former.lua": "removed"}
    assert not old.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1, "files": [{"path": "a", "kind": "plugin", "sha256": ""}], "folders": []}',
        '{"format": 1, "files": [], "folders": [7]}',
        "[" * 100_000,
    ],
)
def test_damaged_manifest(home: Home, text: str) -> None:
    """One sentence; nothing is touched."""
    home.put(home.path / ".config/wireshark", manifest.NAME, text)
    before = home.tree()
    for action in (install, uninstall):
        with pytest.raises(FileError, match=f"{manifest.NAME}: is not as pcapkit wrote it"):
            action(home)
    assert home.tree() == before


def test_unwritable(home: Home, tmp_path: Path) -> None:
    """A file where a folder must be, and a folder where a file must be."""
    home.put(home.path / ".local/lib", "wireshark", "in the way")
    with pytest.raises(WriteError, match="cannot be written"):
        install(home)
    (home.path / ".local/lib/wireshark").unlink()
    with home.user.acting():
        home.plugin.mkdir(parents=True)
    with pytest.raises(WriteError, match="in the way"):
        install(home)


def test_link_out_of_the_home(home: Home, tmp_path: Path) -> None:
    """Root, called by sudo, writes nothing where the user may not: the user's links are the user's."""
    need(os.geteuid() == 0, "needs root, who could write there")
    with home.user.acting():
        (home.path / ".config").symlink_to(tmp_path)
    with pytest.raises((WriteError, FileError), match="Permission denied"):
        install(home)
    assert list(tmp_path.iterdir()) == []


def test_no_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """HOME is empty: Wireshark names folders relative to nothing, and nothing is put there."""
    home.wireshark = dataclasses.replace(home.wireshark, configuration=Path(".config/wireshark"))
    with pytest.raises(FileError, match="HOME is empty or no absolute path"):
        install(home)
    assert home.tree() == set()
