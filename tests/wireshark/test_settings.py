"""What Wireshark's own settings hide: planted as Wireshark writes it, and shown to be effective by a real tshark."""

import dataclasses

import pytest

from pcapkit.wireshark import program, settings
from tests.wireshark.conftest import Home
from tests.wireshark.findings import found, whats


def steps(home: Home) -> int:
    """How many frames have a step."""
    shown = home.tshark("ten_frames", "-C", "pcapkit", "-Y", "tcp_handshake.step", "-T", "fields", "-e", "frame.number")
    return len(shown.stdout.split())


def said(home: Home) -> list[str]:
    """What is found there, without all the rest that the doctor looks at."""
    return whats(settings.findings(home.wireshark, ["tcp_handshake"]))


@pytest.mark.parametrize("folder", ["", "profiles/pcapkit"])
def test_protocol_switched_off(sound: Home, folder: str) -> None:
    """In Analyze > Enabled Protocols."""
    assert steps(sound) == 10
    path = sound.put(sound.path / ".config/wireshark" / folder, "disabled_protos", "x\ntcp_handshake\n")
    if folder:  # of the profile in use only
        assert steps(sound) == 0
    assert found(sound) == [f"the protocol tcp_handshake is switched off in {path}"]


def test_another_protocol_switched_off(home: Home) -> None:
    """No matter."""
    home.put(home.path / ".config/wireshark", "disabled_protos", "tcp_handshake_of_mine\n")
    assert said(home) == []


@pytest.mark.parametrize("folder", ["", "profiles/pcapkit"])
def test_capture_programs_switched_off(sound: Home, folder: str) -> None:
    """In the preferences, for all capture programs or for this one."""
    folders = sound.path / ".config/wireshark" / folder
    path = folders / "preferences"
    before = path.read_text() if path.exists() else ""
    sound.put(folders, "preferences", before + "capture.no_extcap: TRUE\n")
    listed = program.run(sound.user, [sound.wireshark.program, "-C", "pcapkit", "-D"]).stdout
    assert (" pcapkit (" in listed) == (not folder)
    assert said(sound) == [f"capture programs are switched off in {path}"]
    sound.put(folders, "preferences", before + "capture.devices_hide: eth1,pcapkit\n")
    assert said(sound) == [f"the interface pcapkit is hidden in {path}"]
    sound.put(folders, "preferences", before + "capture.devices_hide: pcapkit2\ncapture.no_extcap: FALSE\n")
    assert said(sound) == []


def test_colours_switched_off(home: Home) -> None:
    """A matter of taste, and one that is forgotten."""
    home.put(home.profile, "recent", "gui.packet_list_colorize: FALSE\n")
    (finding,) = settings.findings(home.wireshark, ["tcp_handshake"])
    assert (finding.what, finding.fault) == ("colours are switched off in the profile", False)


@pytest.mark.parametrize("line", ["enable_lua = false", "  disable_lua=true"])
def test_lua_switched_off(home: Home, line: str) -> None:
    """Up to 4.2 everyone's init.lua decides, afterwards the user's does: found in both."""
    everyone = home.path / "everyone"
    wireshark = dataclasses.replace(home.wireshark, global_configuration=everyone)
    assert settings.lua_off(wireshark) is None
    path = home.put(everyone, "init.lua", f"-- settings\n{line}\n")
    assert settings.lua_off(wireshark) == path
    mine = home.put(home.path / ".config/wireshark", "init.lua", f"{line}\n")
    assert settings.lua_off(wireshark) == mine
    mine.write_text("enable_lua = true\n-- disable_lua = true\n")
    path.unlink()
    assert settings.lua_off(wireshark) is None


def test_lua_switched_off_and_named(sound: Home) -> None:
    """Everyone's file says so, and this tshark heeds it."""
    everyone = sound.everyone / "data/init.lua"
    everyone.unlink()
    everyone.write_text("enable_lua = false\ndisable_lua = true\n")
    with_the_file = found(sound)
    everyone.write_text("")
    assert with_the_file == ([f"Lua is switched off in {everyone}"] if sound.wireshark.release < (4, 4) else [])
