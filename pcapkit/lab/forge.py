"""Frames made by hand: a TCP segment in IPv4 in Ethernet, with good checksums, in a VLAN if wanted."""

import socket
import struct
from dataclasses import dataclass
from typing import Final

_TCP: Final = 6
_WINDOW: Final = 64240


@dataclass(frozen=True)
class Endpoint:
    """Who sends or receives a forged segment: hardware address `02:...`, IPv4 address, TCP port."""

    mac: str
    address: str
    port: int


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment(
    source: Endpoint,
    target: Endpoint,
    flags: int,
    seq: int,
    ack: int = 0,
    *,
    payload: bytes = b"",
    window: int = _WINDOW,
    vlan: int | None = None,
) -> bytes:
    """A frame with one TCP segment (RFC 9293 section 3.1); numbers are taken modulo 2**32. vlan: 0 to 4095."""
    addresses = socket.inet_aton(source.address) + socket.inet_aton(target.address)
    tcp = struct.pack("!HHIIBBHHH", source.port, target.port, seq % 2**32, ack % 2**32, 5 << 4, flags, window, 0, 0)
    tcp += payload
    total = checksum(addresses + struct.pack("!HH", _TCP, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, _TCP, 0) + addresses
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    tag = b"" if vlan is None else struct.pack("!HH", 0x8100, vlan)
    macs = bytes.fromhex(target.mac.replace(":", "") + source.mac.replace(":", ""))
    return macs + tag + b"\x08\x00" + head + tcp
