"""Small captures made by hand: classic pcap, Ethernet, IPv4, TCP, nothing of pcapkit's in between."""

import struct
from functools import cache
from pathlib import Path

from pcapkit.dissector import Dissector, find_one
from pcapkit.translate import translate

CLIENT, SERVER = 40000, 80
SYN, ACK, FIN = 0x02, 0x10, 0x01
FLAGS = (SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, ACK, FIN | ACK, ACK, 0, SYN | FIN)
FRAMES = len(FLAGS)

TOY = Path(__file__).with_name("toy.py")


@cache
def toy() -> Dissector:
    """The dissector that the tests run."""
    return find_one(str(TOY))


@cache
def toy_plugin() -> str:
    """Its plugin."""
    return translate(TOY)


def segment(flags: int, *, to_server: bool = True, seq: int = 1000, payload: bytes = b"") -> bytes:
    """An Ethernet frame with a TCP segment."""
    ports = (CLIENT, SERVER) if to_server else (SERVER, CLIENT)
    tcp = struct.pack(">HHIIBBHHH", *ports, seq, 0 if flags == SYN else 7, 0x50, flags & 0xFF, 8192, 0, 0) + payload
    hosts = (b"\n\0\0\1", b"\n\0\0\2") if to_server else (b"\n\0\0\2", b"\n\0\0\1")
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0, *hosts)
    return bytes(6) + b"\2" * 6 + b"\x08\x00" + ip + tcp


def pcap(frames: list[bytes], *, link_type: int = 1, step: int = 1_234_567) -> bytes:
    """A capture file with nanosecond times, a frame every `step` of them."""
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, link_type)]
    for number, frame in enumerate(frames):
        seconds, nanoseconds = divmod(1_700_000_000_000_000_000 + number * step, 1_000_000_000)
        out.append(struct.pack("<IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)
    return b"".join(out)


def conversation(folder: Path) -> Path:
    """A capture of eleven segments, the flags of which are FLAGS, with data on the fourth."""
    frames = [
        segment(flags, to_server=number % 2 == 0, seq=1000 + number, payload=b"x" * 30 if number == 3 else b"")
        for number, flags in enumerate(FLAGS)
    ]
    path = folder / "conversation.pcap"
    path.write_bytes(pcap(frames))
    return path
