"""Why Wireshark does not show what it should: the failures that give no message of their own."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from pcapkit.wireshark import contents, copies, launching, loading, program, rights
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.program import Wireshark

INSTALL = "pcapkit wireshark install"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, why that matters, and what to do."""

    what: str
    why: str
    remedy: str


def diagnose(account: Account) -> list[Finding]:
    """All that is wrong with this user's Wireshark. Raises PcapkitError where the plugins themselves cannot be made."""
    try:
        wireshark = program.find(account)
    except program.NotFound as error:
        return [
            Finding(str(error), "without Wireshark there is nothing to show the steps", "install Wireshark or tshark")
        ]
    return examine(account, wireshark)


def examine(account: Account, wireshark: Wireshark) -> list[Finding]:
    """All that is wrong with that one; nothing is changed."""
    findings = [*_root(account, wireshark)]
    if wireshark.lua:
        plugins = contents.plugins()
        for name, wanted in plugins.items():
            findings += _copies(wireshark, name, wanted)
        findings += _loading(account, wireshark, plugins)
    else:
        why = "plugins are written in Lua, and this Wireshark passes over them without a word"
        remedy = "install a Wireshark whose -v names Lua: those of the distributions and of wireshark.org do"
        findings.append(Finding(f"{wireshark.program} ({wireshark.version}) was built without Lua", why, remedy))
    return [*findings, *_profile(wireshark), *_extcap(account, wireshark), *_rights(account, wireshark)]


def _root(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    if account.root:
        why = f"as root, Wireshark ignores personal plugins from version 4.2 on, silently; this is {wireshark.version}"
        yield Finding("running as root", why, "run Wireshark, and this command, as an ordinary user")


def _copies(wireshark: Wireshark, name: str, wanted: bytes) -> Iterator[Finding]:
    found = copies.find(wireshark, name)
    if not found:
        yield Finding(f"the plugin {name} is not installed", "Wireshark does not know its fields", INSTALL)
    if len(found) > 1:
        places = " and ".join(str(copy.path) for copy in found)
        yield Finding(
            f"the plugin {name} is there {len(found)} times: {places}",
            "Wireshark keeps the one that it loads first and refuses the others, and which one that is may change",
            "keep one: remove the others, with 'pcapkit wireshark uninstall' (--global) those that it installed",
        )
    for copy in found:
        if copy.content != wanted:
            yield Finding(
                f"{copy.path} is not the current plugin{f' (it says version {copy.version})' if copy.version else ''}",
                "it may label frames otherwise than this pcapkit, or lack fields that the profile uses",
                f"{INSTALL}; with --force if it was changed, or put there by hand",
            )


def _loading(account: Account, wireshark: Wireshark, plugins: dict[str, bytes]) -> Iterator[Finding]:
    if not wireshark.dissects:
        what = f"not tried whether the plugins load: there is no tshark beside {wireshark.program}"
        yield Finding(what, "a plugin that fails to load is shown by nothing but missing fields", "install tshark")
        return
    present = [name for name in plugins if copies.find(wireshark, name)]
    try:
        result = loading.load(account, wireshark, list(plugins))
    except program.NotFound as error:
        yield Finding(str(error), "tshark does not get through its start", "run it by hand, and see what holds it")
        return
    for name in result.missing:
        if name in present:
            remedy = f"see what Lua says; {INSTALL} --force puts a whole copy there; do not run it as root"
            yield Finding(f"the plugin {name} is there but does not load", "Wireshark does not know its fields", remedy)
    if result.complaint:
        why = "what is named here was not loaded, or fails; with a graphical Wireshark the message is easily missed"
        yield Finding(f"Wireshark complains: {result.complaint}", why, "mend or remove the file that it names")


def _profile(wireshark: Wireshark) -> Iterator[Finding]:
    absent = [item.path for item in contents.profile_items(wireshark.configuration) if not os.path.isfile(item.path)]
    if absent:
        what = f"the profile lacks {', '.join(map(str, absent))}"
        yield Finding(what, "columns, colours and filter buttons for the steps are missing", INSTALL)


def _extcap(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    found = launching.found(wireshark)
    if not found:
        absent = "pcapkit is not among the interfaces that Wireshark lists"
        astray = launching.astray(wireshark)
        if astray:
            what = f"the extcap is at {astray[0]}, where Wireshark {wireshark.version} does not look"
            yield Finding(what, f"{absent}: the folder is {wireshark.extcap}, and was another one before 4.2", INSTALL)
        else:
            yield Finding("the extcap, pcapkit's recorder inside Wireshark, is not installed", absent, INSTALL)
    if len(found) > 1:
        yield Finding(
            f"the extcap is there {len(found)} times: {' and '.join(map(str, found))}",
            "Wireshark runs one of them, and complains of the others at every start",
            "keep one: remove the others, with 'pcapkit wireshark uninstall' (--global) those that it installed",
        )
    for path in found:
        wanted = contents.extcap_item(path.parent)
        complaint = launching.complaint(account, path)
        if complaint:
            why = "Wireshark leaves it out of its list without a word"
            remedy = f"{INSTALL}, with the Python that is to run it, and in a place where {account.name} may run it"
            yield Finding(f"{path} does not run: {complaint}", why, remedy)
        elif path.read_bytes() != wanted.content:
            why = "it starts another pcapkit, or another Python, than the one you are asking"
            yield Finding(f"{path} is not the current extcap", why, f"{INSTALL}; with --force if it was changed")


def _rights(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    reason = rights.denied(account, wireshark)
    if reason is not None:
        why = (
            "capture files can be opened all the same, but Wireshark lists no interface, or cannot capture on it; nor "
            "can pcapkit's own, which takes its right from Wireshark"
        )
        yield Finding(f"no right to capture: {reason[0]}", why, reason[1])
