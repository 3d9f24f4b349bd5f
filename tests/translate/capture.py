"""Frames of the toy's kind, put together by hand, and capture files with them."""

import struct
from dataclasses import dataclass
from pathlib import Path

ETHERNET, RAW, COOKED = 1, 101, 113
LINK_HEADERS = {
    ETHERNET: bytes.fromhex("020000000001 020000000002 0800"),
    RAW: b"",
    COOKED: bytes.fromhex("0000 0001 0006 0200000000010000 0800"),
}


@dataclass(frozen=True)
class Told:
    """A segment as the test states it: who sends, flags, numbers, and when, in nanoseconds."""

    source: tuple[str, int]
    target: tuple[str, int]
    flags: int
    seq: int
    ack: int
    time: int
    ttl: int = 64
    window: int = 1000


def frame_of(told: Told, link: int) -> bytes:
    """The frame that carries a segment."""
    addresses = b"".join(bytes(map(int, address.split("."))) for address, _ in (told.source, told.target))
    ports = (told.source[1], told.target[1])
    tcp = struct.pack(">HHIIHHHH", *ports, told.seq, told.ack, 5 << 12 | told.flags, told.window, 0, 0)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, told.ttl, 6, 0) + addresses
    return LINK_HEADERS[link] + ip + tcp


def write_pcap(path: Path, link: int, frames: list[tuple[int, bytes]]) -> None:
    """A classic pcap file with nanoseconds; `frames`: time since 1970-01-01 in nanoseconds, and bytes."""
    text = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link)
    for time, frame in frames:
        text += struct.pack("<IIII", time // 10**9, time % 10**9, len(frame), len(frame)) + frame
    path.write_bytes(text)
