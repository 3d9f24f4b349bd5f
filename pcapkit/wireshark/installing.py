"""Install and uninstall, for one user or for everyone."""

from pathlib import Path
from typing import Final

from pcapkit.errors import FileError
from pcapkit.wireshark import manifest
from pcapkit.wireshark.account import Account
from pcapkit.wireshark.contents import (
    EXTCAP,
    PLUGIN,
    SETTINGS,
    SIGHT,
    Item,
    extcap_item,
    plugin_items,
    profile_items,
    sight_items,
)
from pcapkit.wireshark.ownership import check_program
from pcapkit.wireshark.placing import Outcome, Placing
from pcapkit.wireshark.program import Wireshark

PROGRAMS: Final = frozenset({PLUGIN, EXTCAP})
"""What can be there for one user or for everyone."""
PROFILE: Final = frozenset({SETTINGS, SIGHT})
"""What is always personal."""


def install(account: Account, wireshark: Wireshark, *, everyone: bool, force: bool) -> list[Outcome]:
    """Put plugins and extcap into the personal folders or everyone's, the profile into the user's.

    Raises PcapkitError.
    """
    if not wireshark.configuration.is_absolute():
        raise FileError(
            f"{wireshark.configuration}: is where Wireshark keeps its settings, from wherever it is started: HOME is "
            "empty or no absolute path; set it to your home folder"
        )
    if everyone:
        check_program()
    programs = [*plugin_items(wireshark.plugin_folder(everyone)), extcap_item(wireshark.extcap_folder(everyone))]
    profile = profile_items(wireshark.configuration) + sight_items(wireshark.configuration)
    outcomes = []
    if everyone:
        listed = manifest.read(wireshark.global_configuration)
        outcomes += Placing(listed, force=force, everyone=True).install(programs, PROGRAMS)
    with account.acting():
        placing = Placing(manifest.read(wireshark.configuration), force=force, everyone=False)
        if everyone:
            return outcomes + placing.install(profile, PROFILE)
        return placing.install(programs + profile, PROGRAMS | PROFILE)


def uninstall(account: Account, wireshark: Wireshark, *, everyone: bool, force: bool) -> list[Outcome]:
    """Remove what `install` put there; the profile stays while the plugin is still installed the other way."""
    outcomes = []
    for_all = manifest.read(wireshark.global_configuration)
    if everyone:
        placing = Placing(for_all, force=force, everyone=True)
        placing.adopt(_programs(wireshark.global_plugins, wireshark.global_extcap))
        outcomes += placing.uninstall(PROGRAMS)
    with account.acting():
        personal = manifest.read(wireshark.configuration)
        placing = Placing(personal, force=force, everyone=False)
        profile = profile_items(wireshark.configuration) + sight_items(wireshark.configuration)
        placing.adopt([*_programs(wireshark.plugins, wireshark.extcap), *profile])
        other = personal if everyone else for_all
        kinds = PROFILE if everyone else PROGRAMS | PROFILE
        if any(entry.kind == PLUGIN for entry in other.files.values()):
            kinds -= PROFILE
        return outcomes + placing.uninstall(kinds)


def _programs(plugins: Path | None, extcap: Path | None) -> list[Item]:
    """Those that there are folders for."""
    made = plugin_items(plugins) if plugins is not None else []
    return made + ([extcap_item(extcap)] if extcap is not None else [])
