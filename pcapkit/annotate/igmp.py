"""An IGMP message as text."""

from typing import Final

from pcapkit.annotate.addresses import ip_text
from pcapkit.layers.igmp import LEAVE, QUERY, REPORT_3, Membership

_OTHERS: Final = {
    0x13: "DVMRP",
    0x14: "PIM version 1",
    0x15: "trace",
    0x1E: "multicast traceroute response",
    0x1F: "multicast traceroute",
    0x30: "multicast router advertisement",
    0x31: "multicast router solicitation",
    0x32: "multicast router termination",
}


def igmp_text(frame: bytes, message: Membership) -> str:
    """`v3 membership report, 2 groups`, and its kind."""
    version = f"v{message.version} "
    if message.version == 0:
        return other_name(message.type)
    if message.type == REPORT_3:
        return f"{version}membership report, {_count(message.records, 'group')}"
    group = frame[message.group_at : message.group_at + 4]
    if message.type == QUERY:
        text = version + (f"membership query for {ip_text(group)}" if any(group) else "general membership query")
        return f"{text}, {_count(message.sources, 'source')}" if message.sources else text
    if message.type == LEAVE:
        return f"{version}leave group {ip_text(group)}"
    return f"{version}membership report for {ip_text(group)}"


def other_name(kind: int) -> str:
    """What a message that belongs to no version of IGMP is called."""
    return _OTHERS.get(kind) or f"type 0x{kind:02x}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
