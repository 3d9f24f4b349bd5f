"""What ICMP and ICMPv6 types and codes are called (IANA's registries, shortened)."""

from typing import Final

UNREACHABLE: Final = (
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network prohibited",
    "host prohibited",
    "network unreachable for this type of service",
    "host unreachable for this type of service",
    "administratively prohibited",
    "host precedence violation",
    "precedence cutoff",
)

REDIRECT: Final = (
    "redirect for the network",
    "redirect for the host",
    "redirect for the network and type of service",
    "redirect for the host and type of service",
)

TYPES: Final = {
    0: "echo reply",
    3: "unreachable",
    4: "source quench",
    5: "redirect",
    8: "echo request",
    9: "router advertisement",
    10: "router solicitation",
    11: "time exceeded",
    12: "parameter problem",
    13: "timestamp request",
    14: "timestamp reply",
    15: "information request",
    16: "information reply",
    17: "address mask request",
    18: "address mask reply",
    30: "traceroute",
    31: "conversion error",
    33: "where are you",
    34: "I am here",
    37: "domain name request",
    38: "domain name reply",
    40: "security failure",
    42: "extended echo request",
    43: "extended echo reply",
}

CODES: Final = {
    **{(3, code): name for code, name in enumerate(UNREACHABLE)},
    **{(5, code): name for code, name in enumerate(REDIRECT)},
    (11, 0): "time exceeded in transit",
    (11, 1): "time exceeded in reassembly",
    (12, 1): "parameter problem: required option missing",
    (12, 2): "parameter problem: bad length",
}

UNREACHABLE_6: Final = (
    "no route to destination",
    "administratively prohibited",
    "beyond scope of source address",
    "address unreachable",
    "port unreachable",
    "source address failed policy",
    "route to destination rejected",
    "error in source routing header",
    "headers too long",
)

TYPES_6: Final = {
    1: "unreachable",
    2: "packet too big",
    3: "time exceeded",
    4: "parameter problem",
    128: "echo request",
    129: "echo reply",
    130: "multicast listener query",
    131: "multicast listener report",
    132: "multicast listener done",
    133: "router solicitation",
    134: "router advertisement",
    135: "neighbour solicitation",
    136: "neighbour advertisement",
    137: "redirect",
    138: "router renumbering",
    139: "node information query",
    140: "node information response",
    141: "inverse neighbour solicitation",
    142: "inverse neighbour advertisement",
    143: "multicast listener report v2",
    144: "home agent discovery request",
    145: "home agent discovery reply",
    146: "mobile prefix solicitation",
    147: "mobile prefix advertisement",
    148: "certification path solicitation",
    149: "certification path advertisement",
    151: "multicast router advertisement",
    152: "multicast router solicitation",
    153: "multicast router termination",
    155: "RPL control",
    157: "duplicate address request",
    158: "duplicate address confirmation",
    160: "extended echo request",
    161: "extended echo reply",
}

CODES_6: Final = {
    **{(1, code): name for code, name in enumerate(UNREACHABLE_6)},
    (3, 0): "time exceeded in transit",
    (3, 1): "time exceeded in reassembly",
    (4, 0): "parameter problem: erroneous header field",
    (4, 1): "parameter problem: unknown next header",
    (4, 2): "parameter problem: unknown option",
    (4, 3): "parameter problem: incomplete header chain",
}


def name_of(version: int, kind: int, code: int) -> str:
    """What a message of this type and code is called; numbers where there is no name."""
    types, codes = (TYPES, CODES) if version == 4 else (TYPES_6, CODES_6)
    named = codes.get((kind, code))
    if named is not None:
        return named
    name = types.get(kind) or f"type {kind}"
    return f"{name} code {code}" if code else name
