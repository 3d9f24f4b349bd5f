"""What Wireshark says of itself, in the words of its versions."""

from pathlib import Path

import pytest

from pcapkit.errors import FileError
from pcapkit.wireshark import program
from pcapkit.wireshark.account import Account
from tests.wireshark.conftest import Home

FOLDERS = """\
Temp:                	/tmp
Personal configuration:	/home/u/.config/wireshark
Global configuration:	/usr/share/wireshark
System:              	/etc
Program:             	/usr/bin
Personal Plugins:    	/home/u/.local/lib/wireshark/plugins/3.6
Global Plugins:      	/usr/lib/x86_64-linux-gnu/wireshark/plugins/3.6
Personal Lua Plugins:	/home/u/.local/lib/wireshark/plugins
Global Lua Plugins:  	/usr/lib/x86_64-linux-gnu/wireshark/plugins
Extcap path:         	/usr/lib/x86_64-linux-gnu/wireshark/extcap
MaxMind database path:
"""
V36 = "TShark (Wireshark) 3.6.2 (Git v3.6.2 packaged as 3.6.2-2)\n\nwith libpcap, with Lua\n5.2.4, with GnuTLS\n"
V44 = "TShark (Wireshark) 4.4.18.\n\nwith PCRE2, with Lua 5.4.7, with GnuTLS 3.8.9 and PKCS #11 support\n"
V46 = "TShark (Wireshark) 4.6.9.\n With:\n  +libxml2 2.15.4              +zlib 1.3.2\n  +Lua 5.4.9   +Zstandard 1.5.7\n"


@pytest.mark.parametrize(
    ("about", "version", "lua"), [(V36, "3.6.2", "5.2.4"), (V44, "4.4.18", "5.4.7"), (V46, "4.6.9", "5.4.9")]
)
def test_versions(about: str, version: str, lua: str) -> None:
    """The layouts of -v, all with the same folders."""
    found = program.described("/usr/bin/tshark", about, FOLDERS)
    assert (found.version, found.lua) == (version, lua)
    assert found.plugin_folder(everyone=False) == Path("/home/u/.local/lib/wireshark/plugins")
    assert found.plugin_folder(everyone=True) == Path("/usr/lib/x86_64-linux-gnu/wireshark/plugins")
    assert found.release < (4, 2) if version == "3.6.2" else found.release > (4, 2)


@pytest.mark.parametrize("without", ["without Lua", "-Lua", ""])
def test_without_lua(without: str) -> None:
    """Refused by name, whether it still names the folders or not."""
    lines = [line for line in FOLDERS.splitlines() if "Lua" not in line]
    for folders in (FOLDERS, "\n".join(lines)):
        found = program.described("tshark", f"TShark 4.0.1\n with libpcap, {without}, with zlib 1", folders)
        assert found.lua == ""
        with pytest.raises(FileError, match="built without Lua"):
            found.plugin_folder(everyone=False)


def test_extcap_folders() -> None:
    """Up to 4.0 it names the one for everyone; from 4.2 on both, and the user's is elsewhere."""
    old = program.described("tshark", V36, FOLDERS)
    assert old.extcap_folder(everyone=False) == Path("/home/u/.config/wireshark/extcap")
    assert old.extcap_folder(everyone=True) == Path("/usr/lib/x86_64-linux-gnu/wireshark/extcap")
    named = FOLDERS.replace("Extcap path: ", "Global Extcap path:")
    new = program.described("tshark", V44, named + "Personal Extcap path:\t/home/u/.local/lib/wireshark/extcap\n")
    assert new.extcap_folder(everyone=False) == Path("/home/u/.local/lib/wireshark/extcap")
    assert new.extcap_folder(everyone=True) == Path("/usr/lib/x86_64-linux-gnu/wireshark/extcap")
    without = program.described("tshark", V44, FOLDERS.replace("Extcap path:", "Nothing:"))
    with pytest.raises(FileError, match="names no folder"):
        without.extcap_folder(everyone=True)


def test_colon_in_path() -> None:
    """A drive letter is no end of a name."""
    folders = "Personal configuration:\tC:\\u\\Wireshark\nGlobal configuration:\tD:\\W\nProgram:\tD:\\W\n"
    assert str(program.described("tshark", "TShark 4.2.0", folders).configuration) == "C:\\u\\Wireshark"


@pytest.mark.parametrize(("about", "folders"), [("", FOLDERS), ("TShark 4.0.17", ""), ("\0", ":::\n:")])
def test_no_wireshark(about: str, folders: str) -> None:
    """Something else of that name."""
    with pytest.raises(program.NotFound, match="it is no Wireshark"):
        program.described("tshark", about, folders)


def test_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither program is there, or what is there does not run."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(program.NotFound, match="neither tshark nor wireshark"):
        program.find(Account("u", root=False))
    (tmp_path / "tshark").write_text("no program")
    (tmp_path / "tshark").chmod(0o755)
    with pytest.raises(program.NotFound, match="cannot be run"):
        program.find(Account("u", root=False))


def test_installed_one(home: Home) -> None:
    """The user's own folders, also where root asks for the user."""
    assert program.find(home.user) == home.wireshark
    assert home.wireshark.dissects
    assert home.wireshark.lua
    assert home.wireshark.plugins == home.plugins
    assert home.wireshark.configuration == home.path / ".config/wireshark"
    assert home.wireshark.global_plugins == home.everyone / "plugins"
