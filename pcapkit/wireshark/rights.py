"""Whether the user may capture: Wireshark lets dumpcap do it, and dumpcap needs the right."""

import os
import re
import shutil
import socket
import stat
import sys
from pathlib import Path
from typing import Final

from pcapkit.wireshark.account import Account
from pcapkit.wireshark.program import NotFound, Wireshark, run, search_path

GROUP: Final = "wireshark"
ROOT: Final = "root"  # a group that nobody is put into for this


def denied(account: Account, wireshark: Wireshark) -> tuple[str, str] | None:
    """Why capturing is not possible, and what to do; None where it is.

    Asked of dumpcap itself, for the link types of an interface: for that it opens the interface, and captures nothing.
    """
    if account.root:
        return None
    dumpcap = find_dumpcap(wireshark.tools)
    if dumpcap is None:
        return f"there is no dumpcap in {wireshark.tools}", "install the package that has it (wireshark-common)"
    try:
        listed = run(account, [dumpcap, "-D"])
        names = re.findall(r"^\d+\. (\S+)", listed.stdout, re.M)
        if not names:
            return f"{dumpcap} names no interface: {_first_line(listed.stderr)}", _grant(account, dumpcap)
        loopback = next((name for name in names if name in ("lo", "lo0")), names[0])
        opened = run(account, [dumpcap, "-L", "-i", loopback])
    except NotFound as error:  # as where the group alone may run it
        return str(error), _grant(account, dumpcap)
    if opened.returncode == 0:
        return None
    return f"{dumpcap} may not open {loopback}: {_first_line(opened.stderr)}", _grant(account, dumpcap)


def find_dumpcap(tools: Path | None = None) -> str | None:
    """The dumpcap in that folder, or the first on the PATH or where installers put it."""
    beside = tools / ("dumpcap.exe" if sys.platform == "win32" else "dumpcap") if tools is not None else None
    return str(beside) if beside is not None and beside.is_file() else shutil.which("dumpcap", path=search_path())


def own() -> bool:
    """Whether this very process may capture, as root may: then nobody's dumpcap is needed."""
    if not hasattr(socket, "AF_PACKET"):
        return False
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except OSError:
        return False
    return True


def _first_line(errors: str) -> str:
    return errors.strip().partition("\n")[0] or "it gives no reason"


def _grant(account: Account, dumpcap: str) -> str:
    """How the user gets the right, on this machine: what is lacking, and no more."""
    if sys.platform == "darwin":
        return "install ChmodBPF, which comes with Wireshark, and log in again"
    if sys.platform == "win32":
        return "install Npcap, which comes with Wireshark"
    path = Path(dumpcap).resolve()
    group = _group_of(path)
    if not _has_right(path) or group == ROOT:
        if str(path) == "/usr/bin/dumpcap" and shutil.which("dpkg-reconfigure", path=f"{search_path()}:/usr/sbin"):
            # Debian's question; it makes the group, which alone may run dumpcap from then on.
            first, group = "sudo dpkg-reconfigure wireshark-common (answer yes)", GROUP
        else:
            steps = [] if _has_right(path) else [f"sudo setcap cap_net_raw,cap_net_admin=ep {path}"]
            if group == ROOT:
                steps.append(f"sudo chmod o+x {path}")
                group = None
            first = "; ".join(steps)
        return f"{first}; then sudo usermod -a -G {group} {account.name}, and log in again" if group else first
    if group is None:
        return (
            f"{path} has the right, and something takes it away: a container (start it with --cap-add=NET_RAW "
            "--cap-add=NET_ADMIN), no_new_privs, or a file system mounted nosuid"
        )
    if account.name in _members(group):
        return f"log out and in again: {account.name} is in the group {group}, but was not yet at login"
    return f"sudo usermod -a -G {group} {account.name}, and log in again"


def _has_right(dumpcap: Path) -> bool:
    """Whether the file brings the right with it: by capabilities, or by running as root."""
    try:
        return bool(dumpcap.stat().st_mode & stat.S_ISUID) or "security.capability" in os.listxattr(dumpcap)
    except OSError:
        return False


def _group_of(dumpcap: Path) -> str | None:
    """The group that alone may run it; None where everybody may."""
    import grp

    try:
        found = dumpcap.stat()
        if found.st_mode & stat.S_IXOTH or not found.st_mode & stat.S_IXGRP:
            return None
        return grp.getgrgid(found.st_gid).gr_name
    except (OSError, KeyError):
        return None


def _members(group: str) -> set[str]:
    """Who is in it from the next login on."""
    import grp
    import pwd

    entry = grp.getgrnam(group)
    return {*entry.gr_mem, *(user.pw_name for user in pwd.getpwall() if user.pw_gid == entry.gr_gid)}
