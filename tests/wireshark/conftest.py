"""A user with a home that is empty, who has Wireshark: an ordinary one, also where the tests run as root."""

import dataclasses
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.wireshark import account, installing, program
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.program import Wireshark
from tests.needs import PROJECT, need

NOBODY = 65534


ANSWERS: dict[str, tuple[str, str, Path]] = {}


def answers(tshark: str, root: Path) -> tuple[str, str, Path]:
    """What it says of version and folders, and for which root: asked once, since it takes two thirds of a second."""
    if tshark not in ANSWERS:
        about, folders = (
            program.run(account.current(), [tshark, *words]).stdout for words in (["-v"], ["-G", "folders"])
        )
        ANSWERS[tshark] = about, folders, root
    return ANSWERS[tshark]


class Home:
    """The user's folder, and what the user's tshark says."""

    def __init__(self, path: Path, everyone: Path) -> None:
        self.path = path
        self.everyone = everyone
        self.user: Account = account.current()
        about, folders, root = answers(str(shutil.which("tshark")), path.parent)
        folders = folders.replace(str(root), str(path.parent))
        self.wireshark: Wireshark = program.described(str(shutil.which("tshark")), about, folders)
        self.plugins = path / ".local/lib/wireshark/plugins"
        self.profile = path / ".config/wireshark/profiles/pcapkit"
        self.plugin = self.plugins / "tcp_handshake.lua"
        self.extcap = self.wireshark.extcap / "pcapkit"

    def tshark(self, sample: str, *options: str) -> "subprocess.CompletedProcess[str]":
        """tshark of that user on a sample."""
        content = (PROJECT / "samples" / f"{sample}.pcapng").read_bytes()
        return program.run(self.user, [self.wireshark.program, "-n", "-r", "-", *options], content)

    def put(self, folder: Path, name: str, text: str) -> Path:
        """A file that the user wrote."""
        with self.user.acting():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        return folder / name

    def tree(self) -> set[str]:
        """All that is in the home."""
        return {str(path.relative_to(self.path)) for path in self.path.rglob("*")}


def interpreter(folder: Path) -> Path:
    """A Python with pcapkit that every user can run, as the one of the tests may not be: it may lie in root's home."""
    import pcapng

    python = shutil.which("python3", path=os.defpath)
    need(python is not None, "python3 is missing: install it")
    library = folder / "lib"
    without = shutil.ignore_patterns("*.so", "__pycache__")
    for source, name in (
        (PROJECT / "pcapkit", "pcapkit"),
        (PROJECT / "dissectors", "pcapkit_dissectors"),
        (Path(pcapng.__file__).parent, "pcapng"),
    ):
        shutil.copytree(source, library / name, ignore=without)
    about = library / "pcapkit-0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pcapkit\nVersion: 0\n")
    names = [path.stem for path in (PROJECT / "dissectors").glob("*.py") if path.stem != "__init__"]
    lines = [f"{name} = pcapkit_dissectors.{name}" for name in names]
    (about / "entry_points.txt").write_text("\n".join(["[pcapkit.dissectors]", *lines, ""]))
    program = folder / "a folder/python"  # a path with a blank, as on other systems
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH={library} exec {python} "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """As root, somebody who called sudo: pytest's own folders are closed to others, hence one beside them."""
    need(shutil.which("tshark") is not None, "tshark is missing: install it")
    need(Path("/usr/share/wireshark").is_dir(), "/usr/share/wireshark is missing: install the distribution's tshark")
    root = Path(tempfile.mkdtemp(prefix="pcapkit-wireshark-"))
    try:
        path, everyone = root / "home", root / "everyone"
        path.mkdir()
        everyone.mkdir()
        if os.geteuid() == 0:
            entry = pwd.getpwuid(NOBODY)
            moved = pwd.struct_passwd([*entry[:5], str(path), entry[6]])
            monkeypatch.setattr(pwd, "getpwnam", {entry.pw_name: moved}.__getitem__)
            monkeypatch.setenv("SUDO_USER", entry.pw_name)
            root.chmod(0o755)
            os.chown(path, NOBODY, entry.pw_gid)
        monkeypatch.setenv("HOME", str(path))
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
            monkeypatch.delenv(name, raising=False)
        # Its own folders for everyone: those of the machine are used by others meanwhile.
        (everyone / "plugins").mkdir()
        (everyone / "extcap").mkdir()
        shutil.copytree("/usr/share/wireshark", everyone / "data", copy_function=os.symlink)
        monkeypatch.setenv("WIRESHARK_PLUGIN_DIR", str(everyone / "plugins"))
        monkeypatch.setenv("WIRESHARK_DATA_DIR", str(everyone / "data"))
        monkeypatch.setenv("WIRESHARK_EXTCAP_DIR", str(everyone / "extcap"))
        monkeypatch.setattr(sys, "executable", str(interpreter(everyone)))
        yield Home(path, everyone)
    finally:
        shutil.rmtree(root)


@pytest.fixture
def entitled(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """That user with the right to capture: a dumpcap that has it, beside a tshark, first on the PATH."""
    need(os.geteuid() == 0, "needs root, to give a dumpcap the right to capture")
    tools = home.everyone / "tools"
    tools.mkdir()
    for name in ("tshark", "dumpcap"):
        found = shutil.which(name)
        need(found is not None, f"{name} is missing: install tshark")
        shutil.copy(str(found), tools / name)
    # vfs_cap_data of linux/capability.h: revision 2, effective; CAP_NET_ADMIN (12) and CAP_NET_RAW (13) permitted
    os.setxattr(tools / "dumpcap", "security.capability", bytes.fromhex("01000002 00300000 00000000 00000000 00000000"))
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    home.wireshark = dataclasses.replace(home.wireshark, program=str(tools / "tshark"), tools=tools)
    return home


@pytest.fixture
def sound(entitled: Home) -> Home:
    """That user with everything installed."""
    installing.install(entitled.user, entitled.wireshark, everyone=False, force=False)
    return entitled
