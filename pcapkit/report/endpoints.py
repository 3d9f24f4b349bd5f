"""Endpoints as a condition names them: an address, a network, either with a port."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple

from pcapkit.errors import OptionError

_WITH_PORT: Final = re.compile(r"\[([^]]*)\](?::(\d{1,5}))?|([^:]*):(\d{1,5})")
_PORTS: Final = 65_536


class Endpoints(NamedTuple):
    """Those in a network, which may be of one address, and with a port, if one is named."""

    network: IPv4Network | IPv6Network
    port: int | None

    def has(self, address: str, port: int) -> bool:
        """Whether this is one of them."""
        return (self.port is None or port == self.port) and _parsed(address) in self.network


def endpoints(field: str, text: str) -> Endpoints:
    """`10.0.0.1`, `10.0.0.1:80`, `10.0.0.0/24`, `fd00::1`, `[fd00::1]:80`, `fd00::/8`. Raises OptionError.

    field: what the text is compared with, for the error's sentence.
    """
    found = _WITH_PORT.fullmatch(text)
    address, port = (found[1] or found[3] or "", found[2] or found[4]) if found else (text, None)
    try:
        network = ip_network(address, strict=False)
        if port is not None and int(port) >= _PORTS:
            raise ValueError
    except ValueError:
        raise OptionError(
            f"{field} is never {text!r}: it is an address: write {field} == '10.0.0.1', '10.0.0.1:80', "
            f"'[fd00::1]:80' or '10.0.0.0/24', or '10.0.' in {field}"
        ) from None
    return Endpoints(network, None if port is None else int(port))


@lru_cache(maxsize=4096)
def _parsed(address: str) -> IPv4Address | IPv6Address:
    return ip_address(address)
