"""Headers put together by hand, field by field, and frames decoded."""

import socket
import struct

from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet

ETHERNET = 1
A4, B4 = "10.0.0.1", "10.0.0.2"
A6, B6 = "fd00::1", "fd00::2"
MAC_A, MAC_B = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")


def decoded(frame: bytes, link: int = ETHERNET, *, wire: int | None = None, kept: int | None = None) -> Packet:
    """What `decode` says of the first `kept` bytes of a frame that has `wire` bytes."""
    packet = Packet()
    decode(frame[:kept], len(frame) if wire is None else wire, link, packet)
    return packet


def ethernet(kind: int, payload: bytes, *, pad: bool = False) -> bytes:
    frame = MAC_B + MAC_A + struct.pack("!H", kind) + payload
    return frame.ljust(60, b"\0") if pad else frame


def vlan(tag: int, kind: int, payload: bytes) -> bytes:
    """What stands behind an EtherType that announces a tag."""
    return struct.pack("!HH", tag, kind) + payload


def ipv4(
    protocol: int,
    payload: bytes,
    *,
    source: str = A4,
    target: str = B4,
    options: bytes = b"",
    placement: int = 0,
    total: int | None = None,
    first: int | None = None,
    identification: int = 1,
) -> bytes:
    length = 20 + len(options)
    return (
        struct.pack(
            "!BBHHHBBH",
            0x40 | length // 4 if first is None else first,
            0,
            length + len(payload) if total is None else total,
            identification,
            placement,
            64,
            protocol,
            0,
        )
        + socket.inet_aton(source)
        + socket.inet_aton(target)
        + options
        + payload
    )


def ipv6(
    protocol: int, payload: bytes, *, source: str = A6, target: str = B6, length: int | None = None, first: int = 0x60
) -> bytes:
    return (
        struct.pack("!BBHHBB", first, 0, 0, len(payload) if length is None else length, protocol, 64)
        + socket.inet_pton(socket.AF_INET6, source)
        + socket.inet_pton(socket.AF_INET6, target)
        + payload
    )


def extension(following: int, length: int = 8) -> bytes:
    """An extension header of `length` bytes, a multiple of 8."""
    return bytes([following, length // 8 - 1]) + bytes(length - 2)


def fragment(following: int, offset: int, *, more: bool, identification: int = 1) -> bytes:
    return struct.pack("!BBHI", following, 0, offset | more, identification)


def authentication(following: int, length: int = 24) -> bytes:
    """An authentication header (RFC 4302), whose length is counted in 4 bytes, minus 2."""
    return bytes([following, length // 4 - 2]) + bytes(length - 2)


def tcp(
    payload: bytes = b"",
    *,
    source: int = 40000,
    target: int = 80,
    seq: int = 1000,
    ack: int = 0,
    flags: int = 0x02,
    window: int = 64240,
    options: bytes = b"",
    offset: int | None = None,
) -> bytes:
    options += bytes(-len(options) % 4)
    words = (20 + len(options)) // 4 if offset is None else offset
    return struct.pack("!HHIIHHHH", source, target, seq, ack, words << 12 | flags, window, 0, 0) + options + payload


def udp(payload: bytes = b"", *, source: int = 40000, target: int = 10000, length: int | None = None) -> bytes:
    return struct.pack("!HHHH", source, target, 8 + len(payload) if length is None else length, 0) + payload


def arp(
    operation: int,
    *,
    sender: bytes = MAC_A,
    sender_address: str = A4,
    target: bytes = bytes(6),
    target_address: str = B4,
) -> bytes:
    return (
        struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
        + sender
        + socket.inet_aton(sender_address)
        + target
        + socket.inet_aton(target_address)
    )


def icmp(kind: int, code: int = 0, rest: bytes = bytes(4), body: bytes = b"") -> bytes:
    return bytes([kind, code, 0, 0]) + rest + body
