"""Addresses as text: dotted IPv4, IPv6 as RFC 5952 writes it, hardware addresses by colons."""

from functools import lru_cache
from typing import Final

from pcapkit.layers.packet import Packet

_KEPT: Final = 8192  # addresses and pairs of endpoints: traffic has few at a time


@lru_cache(maxsize=_KEPT)
def ip_text(address: bytes) -> str:
    """An IPv4 address (4 bytes) or IPv6 address (16 bytes); of any other length, the bytes in hexadecimal."""
    if len(address) == 4:
        return ".".join(map(str, address))
    if len(address) == 16:
        from socket import AF_INET6, inet_ntop  # its import takes as long as a third of a command

        return inet_ntop(AF_INET6, address)
    return hardware_text(address)


@lru_cache(maxsize=_KEPT)
def hardware_text(address: bytes) -> str:
    """A hardware address: `02:00:00:00:00:01`."""
    return address.hex(":") or "none"


@lru_cache(maxsize=_KEPT)
def _hosts(both: bytes) -> str:
    half = len(both) // 2
    return f"{ip_text(both[:half])} > {ip_text(both[half:])}"


@lru_cache(maxsize=_KEPT)
def _endpoints(both: bytes, ports: bytes) -> str:
    half = len(both) // 2
    source, target = ip_text(both[:half]), ip_text(both[half:])
    if half == 16:
        source, target = f"[{source}]", f"[{target}]"
    return f"{source}:{ports[0] << 8 | ports[1]} > {target}:{ports[2] << 8 | ports[3]}"


def hosts_text(frame: bytes, packet: Packet) -> str:
    """`10.0.0.1 > 10.0.0.2`: the addresses of the innermost datagram, whose header is all there."""
    at = packet.addresses_at
    return _hosts(frame[at : at + 2 * packet.address_length])


def endpoints_text(frame: bytes, packet: Packet) -> str:
    """`10.0.0.1:5 > 10.0.0.2:9`; without the ports where the datagram or the capture ends before them."""
    at = packet.addresses_at
    both = frame[at : at + 2 * packet.address_length]
    at = packet.transport_at
    ports = frame[at : min(at + 4, packet.end)]
    return _endpoints(both, ports) if len(ports) == 4 else _hosts(both)
