"""Install and uninstall, for one user or for everyone."""

from pcapkit.wireshark import manifest
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.contents import PLUGIN, SETTINGS, plugin_items, profile_items
from pcapkit.wireshark.placing import Outcome, Placing
from pcapkit.wireshark.program import Wireshark


def install(account: Account, wireshark: Wireshark, *, everyone: bool, force: bool) -> list[Outcome]:
    """Put the plugins into the personal folder or everyone's, the profile into the user's. Raises PcapkitError."""
    plugins = plugin_items(wireshark.plugin_folder(everyone))
    profile = profile_items(wireshark.configuration)
    outcomes = []
    if everyone:
        listed = manifest.read(wireshark.global_configuration)
        outcomes += Placing(listed, force=force, everyone=True).install(plugins, {PLUGIN})
    with account.acting():
        placing = Placing(manifest.read(wireshark.configuration), force=force, everyone=False)
        if everyone:
            return outcomes + placing.install(profile, {SETTINGS})
        return placing.install(plugins + profile, {PLUGIN, SETTINGS})


def uninstall(account: Account, wireshark: Wireshark, *, everyone: bool, force: bool) -> list[Outcome]:
    """Remove what `install` put there; the profile stays while the plugin is still installed the other way."""
    outcomes = []
    for_all = manifest.read(wireshark.global_configuration)
    if everyone:
        outcomes += Placing(for_all, force=force, everyone=True).uninstall({PLUGIN})
    with account.acting():
        personal = manifest.read(wireshark.configuration)
        other = personal if everyone else for_all
        kinds = {SETTINGS} if everyone else {PLUGIN, SETTINGS}
        if any(entry.kind == PLUGIN for entry in other.files.values()):
            kinds -= {SETTINGS}
        return outcomes + Placing(personal, force=force, everyone=False).uninstall(kinds)
