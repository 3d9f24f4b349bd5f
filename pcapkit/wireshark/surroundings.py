"""What sends Wireshark elsewhere, or keeps it out: variables, folders, and other Wiresharks on the machine."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Final

from pcapkit.wireshark import program
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.finding import Finding
from pcapkit.wireshark.program import Wireshark

VARIABLES: Final = (
    "WIRESHARK_CONFIG_DIR",
    "WIRESHARK_PLUGIN_DIR",
    "WIRESHARK_EXTCAP_DIR",
    "WIRESHARK_DATA_DIR",
    "WIRESHARK_RUN_FROM_BUILD_DIRECTORY",
)
FLATPAK: Final = "flatpak/app/org.wireshark.Wireshark"
SNAPS: Final = ("/snap", "/var/lib/snapd/snap")
SYSTEM: Final = "/var/lib"  # where Flatpak keeps what is installed for everyone
OLDEST: Final = (3, 6)


def variables(account: Account) -> Iterator[Finding]:
    """What is set here, and perhaps not where Wireshark is started."""
    environment = account.environment()
    for name in VARIABLES:
        if environment.get(name):
            yield Finding(
                f"{name} is set: {environment[name]}",
                "a Wireshark that is started from here looks there; one from the desktop's menu may look elsewhere",
                f"if that is not meant: unset {name}, and run this again",
                fault=False,
            )
    usual = _usual_home(account)
    if usual is not None and environment.get("HOME") not in (None, usual):
        yield Finding(
            f"HOME is {environment['HOME'] or 'empty'}, and your home folder {usual}",
            "a Wireshark that is started from the desktop's menu looks in the latter",
            f"if that is not meant: export HOME={usual}, and run this again",
            fault=False,
        )


def home(wireshark: Wireshark) -> Iterator[Finding]:
    """HOME is empty, or no absolute path: then nothing that Wireshark says of its folders can be used."""
    if not wireshark.configuration.is_absolute():
        yield Finding(
            f"Wireshark takes {wireshark.configuration} for its folder, from wherever it is started",
            "so it finds its settings and plugins in that one place only",
            "HOME is empty or no absolute path: set it to your home folder, or unset it",
        )


def folders(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    """Personal folders that are none, or that the user may not use. To be asked with the user's rights."""
    wanted = [wireshark.configuration, wireshark.configuration / "profiles", wireshark.plugins, wireshark.extcap]
    nearest = dict.fromkeys(_existing(folder) for folder in wanted if folder is not None)
    closed: list[Path] = []
    for place in nearest:
        if any(outer in place.parents for outer in closed):
            continue  # the remedy for that one is one for this
        if not os.path.isdir(place):
            why = "Wireshark wants a folder there, for its settings, plugins, or capture programs"
            yield Finding(f"{place} is a file", why, f"move it away: mv {quote(str(place))} {quote(f'{place}.old')}")
        elif not os.access(place, os.R_OK | os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            closed.append(place)
            path = quote(str(place))
            remedy = f"sudo chown -R {account.name} {path}, and chmod -R u+rwX {path}"
            why = f"Wireshark keeps its settings, plugins, or capture programs there; it belongs to {_owner(place)}"
            yield Finding(f"{account.name} may not read and write {place}", why, remedy)


def sandboxed(account: Account) -> list[str]:
    """The Wiresharks of Flatpak and Snap."""
    at_home = Path(account.environment().get("HOME") or "/nowhere") / ".local/share"
    places = [*(str(place / FLATPAK) for place in (Path(SYSTEM), at_home)), *(f"{snap}/wireshark" for snap in SNAPS)]
    return [place for place in places if os.path.isdir(place)]


def others(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    """Wiresharks that are not the one that was asked, and one that is too old."""
    own = wireshark.program.startswith(tuple(f"{snap}/" for snap in SNAPS))
    why = "it has folders of its own, cannot start the recorder, and may not capture"
    if own:
        yield Finding(f"{wireshark.program} is in a sandbox, Snap's", why, "install the distribution's Wireshark")
    for place in sandboxed(account) if not own else ():
        what = f"there is also a Wireshark in a sandbox: {place}"
        yield Finding(what, why, f"start the one of {wireshark.program}", fault=False)
    if wireshark.release[:2] < OLDEST:
        needed = "the plugin needs 3.6 or later"
        yield Finding(f"{wireshark.program} is version {wireshark.version}", needed, "install a newer Wireshark")
    yield from _windowed(account, wireshark)


def _windowed(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    """The Wireshark with windows, where it is of another version than the tshark that was asked."""
    if not wireshark.dissects:
        return  # it was asked itself
    path = os.pathsep.join([str(Path(wireshark.program).parent), program.search_path()])
    other = shutil.which("wireshark", path=path)
    if other is None:
        return
    try:
        about = " ".join(program.run(account, [other, "-v"]).stdout.split())
    except program.NotFound as error:
        yield Finding(str(error), "there is tshark, but no Wireshark with windows", "install Wireshark anew")
        return
    version = re.search(r"Wireshark\)? (\d+\.\d+)", about)
    if version is not None and version[1] != ".".join(wireshark.version.split(".")[:2]):
        yield Finding(
            f"{other} is version {version[1]}, and {wireshark.program} {wireshark.version}",
            "pcapkit asks tshark for the folders, and another version may look in others",
            "install both in one version, or put the folder of the one that you use first on the PATH",
        )
    if "without Lua" in about and wireshark.lua:
        yield Finding(f"{other} was built without Lua", "it loads no plugin, though tshark does", "install another one")


def _existing(folder: Path) -> Path:
    """The folder itself, or what is there of the way to it."""
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def _owner(place: Path) -> str:
    if sys.platform == "win32":
        return "somebody else"
    import pwd

    uid = place.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user number {uid}"


def _usual_home(account: Account) -> str | None:
    """The home folder that the system knows; None where it does not say, or where it was asked already."""
    if account.home is not None or not hasattr(os, "geteuid"):
        return None
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        return None
