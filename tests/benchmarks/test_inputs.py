"""The captures are what they are said to be."""

import struct
from collections import Counter
from pathlib import Path

import pytest

from pcapkit.capfile.reader import read_frames
from pcapkit.dissector import find_one
from tests.benchmarks.inputs import Recipe
from tests.benchmarks.programs import Programs

CONNECTIONS = 120


def checksum(data: bytes) -> int:
    """What RFC 1071 makes of bytes; 0 where the checksum in them is right."""
    total: int = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def assert_right(frame: bytes) -> None:
    """Lengths and checksums of an Ethernet frame with IPv4 or IPv6 and TCP."""
    if frame[12:14] == b"\x08\x00":
        packet = frame[14 : 14 + int.from_bytes(frame[16:18], "big")]
        assert checksum(packet[:20]) == 0
        addresses, segment = packet[12:20], packet[20:]
    else:
        assert frame[12:14] == b"\x86\xdd"
        packet = frame[14 : 54 + int.from_bytes(frame[18:20], "big")]
        addresses, segment = packet[8:40], packet[40:]
    assert len(packet) == len(frame) - 14
    assert checksum(addresses + struct.pack(">2H", 6, len(segment)) + segment) == 0


def test_traffic_is_whole_connections(programs: Programs, tmp_path: Path) -> None:
    """As many as it says, each with its opening, data and closing, and nothing that a dissector finds odd."""
    capture = Recipe(CONNECTIONS, at_once=20).make(programs, tmp_path)
    frames = list(read_frames(capture.path))
    assert len(frames) == capture.frames
    assert capture.path.stat().st_size == capture.size
    dissector = find_one("tcp_handshake")
    run = dissector.begin()
    names = next(field for field in dissector.fields if field.name == "step").names
    assert names is not None
    labels = {int(member): member.label for member in names}
    steps: Counter[str] = Counter()
    connections = set()
    for number, frame in enumerate(frames, 1):
        assert_right(frame.data)
        values = run.feed(number, frame.time, frame.data, frame.wire_length, 1)
        assert values is not None
        value = values["step"]
        steps.update(labels[bit] for bit in (value if isinstance(value, tuple) else (value,)))
        connections.add(values["connection"])
    assert len(connections) == CONNECTIONS
    opening = ("open 1/3 SYN", "open 2/3 SYN-ACK", "open 3/3 ACK")
    closing = ("close 1/4 FIN", "close 2/4 ACK", "close 3/4 FIN", "close 4/4 ACK")
    assert {steps[step] for step in (*opening, *closing)} == {CONNECTIONS}
    assert set(steps) == {*opening, *closing, "data", "ack"}
    assert steps["data"] + steps["ack"] > capture.frames / 2
    assert {len(frame.data) for frame in frames} >= {66, 74}
    assert 400 < sum(len(frame.data) for frame in frames) / len(frames) < 600


def test_the_same_figures_make_the_same_bytes(programs: Programs, tmp_path: Path) -> None:
    """And another seed others."""
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    made = [
        Recipe(30, at_once=5, each=7, seed=seed).make(programs, folder).path.read_bytes()
        for folder, seed in zip(folders, (1, 1, 2), strict=True)
    ]
    assert made[0] == made[1] != made[2]


def test_a_capture_is_made_once(programs: Programs, tmp_path: Path) -> None:
    """In a folder that is kept it is found again."""
    first = Recipe(5).make(programs, tmp_path)
    made = first.path.stat().st_mtime_ns
    assert Recipe(5).make(programs, tmp_path) == first
    assert first.path.stat().st_mtime_ns == made


@pytest.mark.parametrize("function", ["flows_open", "flows_data"])
def test_flows_are_of_all_connections(function: str, programs: Programs) -> None:
    """Every connection is opened by three frames; every one sends before any sends again."""
    import ctypes

    library = ctypes.CDLL(str(programs.path("flows", shared=True)))
    count, size = 6000, 60
    buffer = ctypes.create_string_buffer(count * size)
    getattr(library, function)(buffer, ctypes.c_uint64(0), ctypes.c_uint64(count), ctypes.c_uint64(2000))
    frames = [buffer.raw[at : at + size] for at in range(0, count * size, size)]
    clients = Counter(min(frame[26:30], frame[30:34]) for frame in frames)
    assert len(clients) == 2000
    assert set(clients.values()) == {3}
    flags = Counter(frame[47] for frame in frames)
    assert flags == ({2: 2000, 18: 2000, 16: 2000} if function == "flows_open" else {24: 6000})
