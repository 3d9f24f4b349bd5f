"""Whether the user may capture: Wireshark lets dumpcap do it, and dumpcap needs the right."""

import re
import shutil
import socket
import sys
from pathlib import Path

from pcapkit.wireshark.account import Account
from pcapkit.wireshark.program import NotFound, Wireshark, run, search_path

GROUP = "wireshark"


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
    """How the user gets the right, on this machine."""
    if sys.platform == "darwin":
        return "install ChmodBPF, which comes with Wireshark, and log in again"
    if sys.platform == "win32":
        return "install Npcap, which comes with Wireshark"
    if shutil.which("dpkg-reconfigure") and not _has_group():
        first = "sudo dpkg-reconfigure wireshark-common (answer yes)"
    elif _has_group():
        first = f"if dumpcap has no capabilities, sudo setcap cap_net_raw,cap_net_admin=ep {Path(dumpcap).resolve()}"
    else:
        return f"sudo setcap cap_net_raw,cap_net_admin=ep {Path(dumpcap).resolve()}"
    return f"{first}; then sudo usermod -a -G {GROUP} {account.name}, and log in again"


def _has_group() -> bool:
    import grp

    return any(group.gr_name == GROUP for group in grp.getgrall())
