"""Wireshark's own settings that hide what is installed: a tick or two, made long ago, and never mentioned again."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pcapkit.wireshark import PROFILE, extcap
from pcapkit.wireshark.finding import Finding
from pcapkit.wireshark.program import Wireshark

GREATEST: Final = 4_000_000  # bytes: no settings are larger, and nothing larger is read
_LUA_OFF: Final = re.compile(rb"^[ \t]*(?:enable_lua\s*=\s*false|disable_lua\s*=\s*true)\b", re.M)
_NO_EXTCAP: Final = re.compile(rb"^capture\.no_extcap:[ \t]*TRUE\b", re.M | re.I)
_HIDDEN: Final = re.compile(rb"^capture\.devices_hide:(?:.*[,: \t])?" + extcap.NAME.encode() + rb"(?=[,\s]|$)", re.M)
_PLAIN: Final = re.compile(rb"^gui\.packet_list_colorize:[ \t]*FALSE\b", re.M | re.I)


def findings(wireshark: Wireshark, names: Iterable[str]) -> Iterator[Finding]:
    """All of them; names: of the protocols. To be asked with the user's rights."""
    own = wireshark.configuration / "profiles" / PROFILE
    for name in names:
        for folder in (wireshark.configuration, own, wireshark.global_configuration):
            if name.encode() in _read(folder / "disabled_protos").split():
                yield Finding(
                    f"the protocol {name} is switched off in {folder / 'disabled_protos'}",
                    "the plugin is loaded, and never asked",
                    f"in Wireshark, Analyze > Enabled Protocols: tick {name}; or take its line out of that file",
                )
    for folder in (wireshark.configuration, own):
        preferences = _read(folder / "preferences")
        if _NO_EXTCAP.search(preferences):
            remedy = "Edit > Preferences > Capture: take the tick from Disable external capture interfaces"
            what = f"capture programs are switched off in {folder / 'preferences'}"
            yield Finding(what, f"{extcap.NAME} is not among the interfaces that Wireshark lists", remedy)
        if _HIDDEN.search(preferences):
            what = f"the interface {extcap.NAME} is hidden in {folder / 'preferences'}"
            yield Finding(what, "Wireshark does not list it", "Capture > Options > Manage Interfaces: tick it")
    if _PLAIN.search(_read(own / "recent")):
        what = "colours are switched off in the profile"
        yield Finding(what, "frames are black on white whatever they are", "View > Colorize Packet List", fault=False)


def lua_off(wireshark: Wireshark) -> Path | None:
    """The file that switches Lua off; from 4.4 on that works, and the plugin is passed over without a word."""
    for folder in (wireshark.configuration, wireshark.global_configuration):
        if _LUA_OFF.search(_read(folder / "init.lua")):
            return folder / "init.lua"
    return None


def _read(path: Path) -> bytes:
    """What is in it; nothing where there is none, or it cannot be read: then Wireshark cannot either."""
    try:
        if not os.path.isfile(path):  # a pipe would be waited for
            return b""
        with path.open("rb") as file:
            return file.read(GREATEST)
    except OSError:
        return b""
