"""An IGMP message as text."""

from pcapkit.annotate.addresses import ip_text
from pcapkit.annotate.igmp_names import other_name
from pcapkit.layers.igmp import LEAVE, QUERY, REPORT_3, Membership


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


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
