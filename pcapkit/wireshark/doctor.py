"""Why Wireshark does not show what it should: the failures that give no message of their own."""

import os
from collections.abc import Iterator, Mapping

from pcapkit.errors import FileError
from pcapkit.wireshark import (
    PROFILE,
    contents,
    copies,
    launcher,
    launching,
    loading,
    manifest,
    program,
    remedies,
    rights,
    settings,
    surroundings,
)
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.finding import Finding
from pcapkit.wireshark.program import Wireshark


def diagnose(account: Account) -> list[Finding]:
    """All that is wrong with this user's Wireshark. Raises PcapkitError where the plugins themselves cannot be made."""
    try:
        wireshark = program.find(account)
    except program.NotFound as error:
        remedy = "install Wireshark or tshark"
        if shut_off := surroundings.sandboxed(account):
            remedy += f" from the distribution: pcapkit cannot be at home in a sandbox, as in {shut_off[0]}"
        return [Finding(str(error), "without Wireshark there is nothing to show the steps", remedy)]
    return examine(account, wireshark)


def examine(account: Account, wireshark: Wireshark) -> list[Finding]:
    """All that is wrong with that one, faults first; nothing is changed."""
    if homeless := list(surroundings.home(wireshark)):
        return homeless  # whatever else is found would be somewhere else tomorrow
    plugins = contents.plugins() if wireshark.lua else {}
    findings = [*_root(account, wireshark), *_lua(wireshark), *surroundings.others(account, wireshark)]
    with account.acting():  # what the user may not read, Wireshark cannot either
        findings += surroundings.folders(account, wireshark)
        findings += _copies(account, wireshark, plugins)
        findings += [*settings.findings(wireshark, plugins), *_profile(wireshark)]
        present = [name for name in plugins if copies.find(wireshark, name)]
    if plugins:
        findings += _loading(account, wireshark, plugins, present)
    findings += [*_extcap(account, wireshark), *_rights(account, wireshark), *surroundings.variables(account)]
    return sorted(findings, key=lambda finding: not finding.fault)


def _root(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    if account.root:
        why = f"as root, Wireshark ignores personal plugins from version 4.2 on, silently; this is {wireshark.version}"
        yield Finding("running as root", why, "run Wireshark, and this command, as an ordinary user")


def _lua(wireshark: Wireshark) -> Iterator[Finding]:
    if not wireshark.lua:
        why = "plugins are written in Lua, and this Wireshark passes over them without a word"
        remedy = "install a Wireshark whose -v names Lua: those of the distributions and of wireshark.org do"
        yield Finding(f"{wireshark.program} ({wireshark.version}) was built without Lua", why, remedy)


def _copies(account: Account, wireshark: Wireshark, plugins: Mapping[str, bytes]) -> Iterator[Finding]:
    unreadable = copies.unreadable(wireshark)
    for path, reason in unreadable:
        remedy = f"sudo chown {account.name} {path}, and chmod u+r {path}"
        yield Finding(f"{path} cannot be read: {reason}", "Wireshark passes over it without a word", remedy)
    for name, wanted in plugins.items():
        found = copies.find(wireshark, name)
        if found or all(path.stem != name for path, _ in unreadable):
            yield from _copies_of(found, name, wanted, remedies.Installed(wireshark))


def _copies_of(found: list[copies.Copy], name: str, wanted: bytes, installed: remedies.Installed) -> Iterator[Finding]:
    if not found:
        yield Finding(f"the plugin {name} is not installed", "Wireshark does not know its fields", remedies.install())
    if len(found) > 1:
        places = " and ".join(str(copy.path) for copy in found)
        yield Finding(
            f"the plugin {name} is there {len(found)} times: {places}",
            "Wireshark keeps the one that it loads first and refuses the others, and which one that is may change",
            installed.keep_one([(copy.path, copy.content) for copy in found], f"{name}.lua", [wanted]),
        )
    for copy in found if len(found) == 1 else ():
        if copy.content != wanted:
            yield Finding(
                f"{copy.path} is not the current plugin{f' (it says version {copy.version})' if copy.version else ''}",
                "it may label frames otherwise than this pcapkit, or lack fields that the profile uses",
                installed.renew(copy.path, copy.content, f"{name}.lua"),
            )


def _loading(
    account: Account, wireshark: Wireshark, plugins: Mapping[str, bytes], present: list[str]
) -> Iterator[Finding]:
    if not wireshark.dissects:
        what = f"not tried whether the plugins load: there is no tshark beside {wireshark.program}"
        yield Finding(what, "a plugin that fails to load is shown by nothing but missing fields", "install tshark")
        return
    try:
        result = loading.load(account, wireshark, list(plugins))
    except program.NotFound as error:
        yield Finding(str(error), "tshark does not get through its start", "run it by hand, and see what holds it")
        return
    lua_off = settings.lua_off(wireshark) if result.missing else None
    if lua_off is not None:
        why = "no plugin is loaded, and nothing says so"
        yield Finding(
            f"Lua is switched off in {lua_off}", why, "take the line with enable_lua or disable_lua out of it"
        )
    for name in result.missing:
        if name in present and lua_off is None:
            remedy = f"see what Lua says; {remedies.install(force=True)} puts a whole copy there; do not run it as root"
            yield Finding(f"the plugin {name} is there but does not load", "Wireshark does not know its fields", remedy)
    if result.complaint:
        why = "what is named here was not loaded, or fails; with a graphical Wireshark the message is easily missed"
        yield Finding(f"Wireshark complains: {result.complaint}", why, "mend or remove the file that it names")


def _profile(wireshark: Wireshark) -> Iterator[Finding]:
    try:
        listed = manifest.read(wireshark.configuration)
    except FileError as error:
        remedy = f"remove that file; {remedies.install(force=True)}"
        yield Finding(str(error), "install and uninstall do nothing until it is gone", remedy)
        listed = manifest.Manifest(wireshark.configuration / manifest.NAME)
    yield from _unlisted(wireshark, listed)
    absent = []
    for item in contents.profile_items(wireshark.configuration):
        try:
            found = item.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            absent.append(item.path)
            continue
        except OSError as error:
            why = "columns, colours or filter buttons for the steps are missing"
            yield Finding(
                f"{item.path} cannot be read: {error.strerror}",
                why,
                f"make it readable; {remedies.install(force=True)}",
            )
            continue
        if found == item.content:
            continue
        if listed.wrote(item.path, found):
            why = "its columns, colours or filters may name fields that the plugin no longer has"
            yield Finding(f"{item.path} is that of another version of pcapkit", why, remedies.install())
        else:
            why = "its columns, colours or buttons are yours, or Wireshark's, and a new pcapkit leaves them alone"
            remedy = f"nothing if you meant it; to have pcapkit's again: {remedies.install(force=True)}"
            yield Finding(f"{item.path} was changed since it was installed", why, remedy, fault=False)
    if absent:
        folder = absent[0].parent
        lacks = f"lacks {', '.join(path.name for path in absent)}" if os.path.isdir(folder) else "is not there"
        why = "columns, colours and filter buttons for the steps are missing"
        yield Finding(f"the profile {PROFILE} {lacks}: {folder}", why, remedies.install())


def _unlisted(wireshark: Wireshark, listed: manifest.Manifest) -> Iterator[Finding]:
    """The list of what was installed is gone, and what was installed is there."""
    items = contents.profile_items(wireshark.configuration)
    if wireshark.plugins is not None:
        items += contents.plugin_items(wireshark.plugins)
    if not os.path.lexists(listed.path) and any(item.is_there() for item in items):
        what = f"{listed.path} is missing: the list of what was installed"
        why = "files that are as this pcapkit writes them count as its own all the same, others as yours"
        yield Finding(what, why, remedies.install(), fault=False)


def _extcap(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    with account.acting():
        found, odd = launching.found(wireshark), launching.odd(wireshark)
        installed = remedies.Installed(wireshark)
    for path, reason in odd:
        why = "it stands where Wireshark looks for the recorder, and is none that it can run"
        yield Finding(f"{path} {reason}", why, f"{remedies.install(force=True)}, or move it away")
    if not found and not odd:
        absent = "pcapkit is not among the interfaces that Wireshark lists"
        astray = launching.astray(wireshark)
        if astray:
            what = f"the extcap is at {astray[0]}, where Wireshark {wireshark.version} does not look"
            yield Finding(
                what, f"{absent}: the folder is {wireshark.extcap}, and was another one before 4.2", remedies.install()
            )
        else:
            yield Finding(
                "the extcap, pcapkit's recorder inside Wireshark, is not installed", absent, remedies.install()
            )
    if len(found) > 1:
        yield Finding(
            f"the extcap is there {len(found)} times: {' and '.join(map(str, found))}",
            "Wireshark runs one of them, and complains of the others at every start",
            installed.keep_one(
                [(path, path.read_bytes()) for path in found], launcher.file_name(), [launcher.content()]
            ),
        )
    for path in found:
        content = path.read_bytes()
        renew = installed.renew(path, content, launcher.file_name())
        complaint = launching.complaint(account, path)
        if complaint:
            why = "Wireshark leaves it out of its list without a word"
            if content == launcher.content() and os.access(path, os.X_OK):
                renew = f"put pcapkit where {account.name} may run it, and from there: {renew}"
            yield Finding(f"{path} does not run: {complaint}", why, renew)
        elif content != launcher.content():
            why = "it starts another pcapkit, or another Python, than the one you are asking"
            yield Finding(f"{path} is not the current extcap", why, renew)


def _rights(account: Account, wireshark: Wireshark) -> Iterator[Finding]:
    reason = rights.denied(account, wireshark)
    if reason is not None:
        why = (
            "capture files can be opened all the same, but Wireshark lists no interface, or cannot capture on it; nor "
            "can pcapkit's own, which takes its right from Wireshark"
        )
        yield Finding(f"no right to capture: {reason[0]}", why, reason[1])
