"""Small captures made by hand: Ethernet, IPv4, TCP; classic pcap, but for the last."""

import struct
from functools import cache
from pathlib import Path

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import PcapngWriter
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
def translated() -> str:
    """Its plugin as it is translated."""
    return translate(TOY)


def toy_plugin() -> str:
    """Its plugin written by hand, which stays as it is."""
    return TOY.with_name("toy_by_hand.lua").read_text()


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


def timeless(folder: Path) -> Path:
    """A capture in which some frames have no time: before, between and after frames that have one."""
    path = folder / "timeless.pcapng"
    second = 1_000_000_000
    with open(path, "wb") as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="test")
        writer.add_interface(Interface(1))
        for number, time in enumerate((None, None, 5 * second, 6 * second, None, 4 * second, None)):
            frame = segment(ACK, to_server=number % 2 == 0)
            writer.write(0, time, frame, len(frame))
        writer.flush()
    return path
