"""The Wireshark that is installed, asked itself: its version, its Lua, its folders."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcapkit.errors import FileError
from pcapkit.wireshark.account import Account

SECONDS: Final = 30  # more than any start takes; a program that hangs is ended
_ELSEWHERE: Final = {  # where the installers put it without telling PATH
    "darwin": ["/Applications/Wireshark.app/Contents/MacOS"],
    "win32": [os.environ.get("PROGRAMFILES", r"C:\Program Files") + r"\Wireshark"],
}


class NotFound(FileError):
    """There is no Wireshark that answers."""


@dataclass(frozen=True, slots=True)
class Wireshark:
    """What it says of itself.

    program: tshark, or Wireshark where there is no tshark. version: as "4.0.17". lua: its version, "" where Lua is
    not built in; then there are no plugin folders. tools: the folder of its other programs. extcap: where it looks for
    capture programs of the user.
    """

    program: str
    version: str
    lua: str
    tools: Path
    configuration: Path
    global_configuration: Path
    plugins: Path | None
    global_plugins: Path | None
    extcap: Path
    global_extcap: Path | None

    @property
    def release(self) -> tuple[int, ...]:
        """The version, to compare."""
        return tuple(int(part) for part in self.version.split("."))

    @property
    def dissects(self) -> bool:
        """Whether the program is tshark, which reads a capture and ends."""
        return Path(self.program).stem == "tshark"

    def plugin_folder(self, everyone: bool) -> Path:
        """The folder of Lua plugins, personal or for everyone. Raises FileError without Lua."""
        folder = self.global_plugins if everyone else self.plugins
        if folder is None or not self.lua:
            raise FileError(f"{self.program}: this Wireshark was built without Lua, so that it takes no plugin")
        return folder

    def extcap_folder(self, everyone: bool) -> Path:
        """The folder of capture programs, personal or for everyone. Raises FileError where it names none."""
        folder = self.global_extcap if everyone else self.extcap
        if folder is None:
            raise FileError(f"{self.program}: names no folder for capture programs of all users")
        return folder


def run(account: Account, command: list[str], given: bytes = b"") -> "subprocess.CompletedProcess[str]":
    """Run a program as that user, `given` on its standard input. Raises NotFound where it does not start or end."""
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=SECONDS,
            env=account.environment(),
            **account.identity(),
        )
    except subprocess.TimeoutExpired:
        raise NotFound(f"{command[0]}: did not end within {SECONDS} s") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise NotFound(f"{command[0]}: cannot be run: {error}") from None
    output, errors = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(command, done.returncode, output, errors)


def find(account: Account) -> Wireshark:
    """The first tshark, or Wireshark, on the PATH or where installers put it. Raises NotFound."""
    path = search_path()
    program = shutil.which("tshark", path=path) or shutil.which("wireshark", path=path)
    if program is None:
        raise NotFound("no Wireshark found: neither tshark nor wireshark is on the PATH; install one of them")
    with ThreadPoolExecutor(2) as pool:  # each takes a third of a second
        about, folders = pool.map(lambda words: run(account, [program, *words]).stdout, (["-v"], ["-G", "folders"]))
    return described(program, about, folders)


def search_path() -> str:
    """The PATH, and behind it the folders in which installers put Wireshark without telling PATH."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *_ELSEWHERE.get(sys.platform, [])])


def described(program: str, about: str, folders: str) -> Wireshark:
    """Read the answers to -v and to -G folders. Raises NotFound where they are no Wireshark's."""
    words = " ".join(about.split())  # the lines are broken anywhere
    version = re.search(r"(\d+\.\d+(?:\.\d+)*)", words)
    named = _named(folders)
    missing = [name for name in ("Personal configuration", "Global configuration") if name not in named]
    if version is None or missing:
        raise NotFound(f"{program}: does not name its {missing[0] if missing else 'version'}, so it is no Wireshark")
    lua = re.search(r"(?:\bwith |\+)Lua (\d+(?:\.\d+)*)", words)
    return Wireshark(
        program=program,
        version=version[1],
        lua=lua[1] if lua else "",
        tools=named.get("Program", Path(program).parent),
        configuration=named["Personal configuration"],
        global_configuration=named["Global configuration"],
        plugins=named.get("Personal Lua Plugins"),
        global_plugins=named.get("Global Lua Plugins"),
        # Up to 4.0 it names the folder for everyone only, and the user's is beside the other settings.
        extcap=named.get("Personal Extcap path", named["Personal configuration"] / "extcap"),
        global_extcap=named.get("Global Extcap path", named.get("Extcap path")),
    )


def _named(folders: str) -> dict[str, Path]:
    """The folders by name: `Name:<blanks>path`, a path may have a colon."""
    lines = (line.partition(":") for line in folders.splitlines())
    return {name.strip(): Path(path.strip()) for name, _, path in lines if path.strip()}
