"""`pcapkit wireshark`: plugins, profile and extcap into Wireshark, out of it, what is there, and what is wrong."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcapkit.wireshark.account import Account
    from pcapkit.wireshark.placing import Outcome
    from pcapkit.wireshark.program import Wireshark

DESCRIPTION = """\
Put pcapkit's plugins, its profile and its recorder where Wireshark finds them, and see whether it does."""

EPILOG = """\
examples:
  pcapkit wireshark install
  pcapkit wireshark doctor
  pcapkit wireshark uninstall"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    install = actions.add_parser("install", help="put everything in place, or bring it up to date")
    uninstall = actions.add_parser("uninstall", help="remove exactly what install put there")
    for action in (install, uninstall):
        action.add_argument(
            "--global",
            dest="everyone",
            action="store_true",
            help="plugins and recorder for all users (needs the right to write there); the profile is always personal",
        )
    install.add_argument("--force", action="store_true", help="also replace files that you wrote or changed")
    uninstall.add_argument("--force", action="store_true", help="also remove files that were changed since")
    actions.add_parser("status", help="what is installed where, and whether it is current")
    actions.add_parser("doctor", help="what is wrong, why it matters, what to do; exit code 0 only if all is well")


def run(options: argparse.Namespace) -> int:
    """Do it, and say what was done. Raises PcapkitError on what a user can correct."""
    from pcapkit.wireshark import account, program

    user = account.current()
    if options.action == "doctor":
        return _doctor(user)
    wireshark = program.find(user)
    if options.action == "status":
        return _status(wireshark)
    from pcapkit.wireshark import PROFILE, extcap, installing, profile

    if options.action == "uninstall":
        return _report(installing.uninstall(user, wireshark, everyone=options.everyone, force=options.force))
    code = _report(installing.install(user, wireshark, everyone=options.everyone, force=options.force))
    _warn_of_others(wireshark)
    itself = "; what pcapkit recorded opens in it by itself" if wireshark.release >= profile.SWITCHING else ""
    print(f"to use the profile: wireshark -C {PROFILE}, or Edit > Configuration Profiles{itself}")
    print(f"to record: the interface {extcap.NAME} in Wireshark's list; its options are behind the wheel beside it")
    print("a Wireshark that is open now sees all this when it is started anew")
    if user.root:
        print(
            "pcapkit: this is root's own Wireshark: from version 4.2 on it ignores personal plugins as root; "
            "install as the user who looks at captures",
            file=sys.stderr,
        )
    return code


def _warn_of_others(wireshark: "Wireshark") -> None:
    """Whoever installs for everyone what is there personally, or the other way, has it twice."""
    from pcapkit.wireshark import contents, copies

    for name in contents.plugins():
        if len(found := copies.find(wireshark, name)) > 1:
            places = " and ".join(str(copy.path) for copy in found)
            print(f"pcapkit: {name} is there {len(found)} times, keep one only: {places}", file=sys.stderr)


def _report(outcomes: "list[Outcome]") -> int:
    for outcome in outcomes:
        print(f"{outcome.word:<9}  {outcome.path}{f' ({outcome.remark})' if outcome.remark else ''}")
    if not outcomes:
        print("nothing is installed")
    return 1 if any(outcome.in_the_way for outcome in outcomes) else 0


def _status(wireshark: "Wireshark") -> int:
    from pcapkit.wireshark import PROFILE, contents, copies, launching

    print(
        f"Wireshark {wireshark.version}, {f'Lua {wireshark.lua}' if wireshark.lua else 'no Lua'}: {wireshark.program}"
    )
    for name, wanted in contents.plugins().items():
        found = copies.find(wireshark, name)
        for copy in found:
            state = "current" if copy.content == wanted else "not the current one"
            print(f"plugin {name} {copy.version or '(no version)'}, {state}: {copy.path}")
        if not found:
            print(f"plugin {name}: not installed")
    for item in contents.profile_items(wireshark.configuration):
        try:
            state = "current" if item.path.read_bytes() == item.content else "changed, or of another version"
        except OSError:
            state = "not installed"
        print(f"profile {PROFILE}, {item.path.name}, {state}: {item.path}")
    for item in contents.sight_items(wireshark.configuration):
        # Wireshark writes it anew whenever it ends, so that it is never current for long.
        state = "there, and kept by Wireshark" if os.path.isfile(item.path) else "not installed"
        print(f"profile {PROFILE}, {item.path.name}, {state}: {item.path}")
    launchers = launching.found(wireshark)
    for path in launchers:
        state = "current" if path.read_bytes() == contents.extcap_item(path.parent).content else "not the current one"
        print(f"extcap, {state}: {path}")
    if not launchers:
        print("extcap: not installed")
    return 0


def _doctor(user: "Account") -> int:
    from pcapkit.wireshark import doctor

    findings = doctor.diagnose(user)
    faults = [finding for finding in findings if finding.fault]
    for number, finding in enumerate(faults, 1):
        print(f"{number}. {finding.what}\n   why: {finding.why}\n   do:  {finding.remedy}")
    if not faults:
        print("all is well: Wireshark loads the plugins, profile and extcap are there, and you may capture")
    for finding in findings:
        if not finding.fault:
            print(f"note: {finding.what}\n   why: {finding.why}\n   do:  {finding.remedy}")
    return 1 if faults else 0
