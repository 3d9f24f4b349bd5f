"""Whether Wireshark finds the recorder: the launchers in its extcap folders, and in those where it does not look."""

import os
from pathlib import Path
from typing import Final

from pcapkit.wireshark import launcher
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.extcap import NAME
from pcapkit.wireshark.program import NotFound, Wireshark, run

GREATEST: Final = 65536  # bytes: a launcher has some hundred, and what is larger is none


def found(wireshark: Wireshark) -> list[Path]:
    """The launchers that this Wireshark runs, under whatever name, the personal ones first."""
    folders = dict.fromkeys(folder for folder in (wireshark.extcap, wireshark.global_extcap) if folder is not None)
    return [path for folder in folders for path in _launchers(folder)]


def odd(wireshark: Wireshark) -> list[tuple[Path, str]]:
    """What stands under the launcher's name and is none, and what is wrong with it."""
    places = [folder / launcher.file_name() for folder in (wireshark.extcap, wireshark.global_extcap) if folder]
    return [(path, _oddity(path)) for path in dict.fromkeys(places) if os.path.exists(path) and not _is_launcher(path)]


def _oddity(path: Path) -> str:
    if os.path.isdir(path):
        return "is a folder"
    try:
        path.open("rb").close()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return "is not pcapkit's launcher"


def astray(wireshark: Wireshark) -> list[Path]:
    """Those of the user that it does not see, since its version looks elsewhere."""
    folders = [wireshark.configuration / "extcap"]  # up to 4.0
    if wireshark.plugins is not None:
        folders.append(wireshark.plugins.parent / "extcap")  # from 4.2 on
    return [path for folder in folders if folder != wireshark.extcap for path in _launchers(folder)]


def complaint(account: Account, path: Path) -> str:
    """Why it does not answer as Wireshark wants; "" where it does."""
    try:
        done = run(account, [str(path), "--extcap-interfaces", "--extcap-version=4.0"])
    except NotFound as error:
        missing = _missing_interpreter(path)
        return f"its first line names {missing}, which is not there" if missing else str(error)
    if done.returncode == 0 and f"interface {{value={NAME}}}" in done.stdout:
        return ""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"it ends with {done.returncode} and says nothing"


def _missing_interpreter(path: Path) -> str:
    """The program that a script's first line names, if there is none; "" otherwise."""
    try:
        first, _, _ = path.read_bytes().partition(b"\n")
    except OSError:
        return ""
    words = first.removeprefix(b"#!").split() if first.startswith(b"#!") else []
    return os.fsdecode(words[0]) if words and not os.path.exists(words[0]) else ""


def _launchers(folder: Path) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if _is_launcher(path)]
    except OSError:
        return []  # there is no such folder


def _is_launcher(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size < GREATEST and launcher.MODULE.encode() in path.read_bytes()
    except OSError:
        return False  # see odd
