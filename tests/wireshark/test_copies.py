"""The copies of a plugin in Wireshark's folders, however they are hidden there."""

import os
from pathlib import Path

from pcapkit.wireshark import copies
from pcapkit.wireshark.program import described


def found(personal: Path, everyone: Path) -> list[Path]:
    """The copies of the protocol `toy`."""
    named = {
        "Personal configuration": personal,
        "Global configuration": everyone,
        "Personal Lua Plugins": personal,
        "Global Lua Plugins": everyone,
    }
    folders = "".join(f"{name}:\t{path}\n" for name, path in named.items())
    return [copy.path for copy in copies.find(described("tshark", "TShark 4.0.17 with Lua 5.2.4", folders), "toy")]


def test_how_it_is_declared(tmp_path: Path) -> None:
    """All ways that Lua allows; another protocol, a remark, and a string are none."""
    declaring = [
        'local p = Proto("toy", "T")',
        "Proto.new( 'TOY', 'T')",
        'p=Proto ("toy","T") -- x',
        '\tp = Proto("toy", "T")',
    ]
    others = ['Proto("toys", "T")', '  -- Proto("toy", "T")', 'MyProto("toy", "T")', "toy", "", "\n\n-- Proto('toy')"]
    for number, line in enumerate(declaring + others):
        (tmp_path / f"{number}.LUA").write_text(f"-- a remark\n\n{line}\n")
    assert found(tmp_path, tmp_path / "absent") == [tmp_path / f"{number}.LUA" for number in range(len(declaring))]


def test_each_file_once(tmp_path: Path) -> None:
    """The two folders are one, links go round in a ring, or nowhere; a folder has a file's name."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/toy.lua").write_text('Proto("toy", "T")')
    (tmp_path / "a/back").symlink_to(tmp_path)
    (tmp_path / "again.lua").symlink_to(tmp_path / "a/toy.lua")
    (tmp_path / "nowhere.lua").symlink_to(tmp_path / "nowhere.lua")
    (tmp_path / "folder.lua").mkdir()
    os.mkfifo(tmp_path / "pipe.lua")
    assert len(found(tmp_path, tmp_path)) == 1
    assert len(found(tmp_path / "a", tmp_path)) == 1


def test_version(tmp_path: Path) -> None:
    """As set_plugin_info states it; none where nothing states one."""
    path = tmp_path / "toy.lua"
    about = described(
        "tshark",
        "TShark 4.0",
        f"Personal configuration:\t/\nGlobal configuration:\t/\nPersonal Lua Plugins:\t{tmp_path}\n",
    )
    for text, version in (('version = "0.1.0", author', "0.1.0"), ("version = nil", ""), ('version = "a b"', "")):
        path.write_text(f'Proto("toy", "T")\nset_plugin_info({{ {text} }})')
        assert [copy.version for copy in copies.find(about, "toy")] == [version]
