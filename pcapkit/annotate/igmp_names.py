"""What IGMP types are called that belong to no version of it (IANA's registry, shortened)."""

from typing import Final

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


def other_name(kind: int) -> str:
    """What a message that belongs to no version of IGMP is called."""
    return _OTHERS.get(kind) or f"type 0x{kind:02x}"
