"""What the doctor says, to compare."""

from collections.abc import Iterable

from pcapkit.wireshark import doctor
from pcapkit.wireshark.finding import Finding
from tests.wireshark.conftest import Home


def found(home: Home) -> list[str]:
    """The faults of that user's Wireshark."""
    return whats(finding for finding in doctor.examine(home.user, home.wireshark) if finding.fault)


def notes(home: Home) -> list[str]:
    """What may be just as somebody wants it."""
    return whats(finding for finding in doctor.examine(home.user, home.wireshark) if not finding.fault)


def whats(findings: Iterable[Finding]) -> list[str]:
    """What was found; each has its reason and its remedy, in one line."""
    listed = list(findings)
    assert all(finding.why and finding.remedy for finding in listed)
    assert not any("\n" in finding.what + finding.why + finding.remedy for finding in listed)
    return [finding.what for finding in listed]
