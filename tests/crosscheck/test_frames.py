"""Frames as they are shown to the runtimes."""

import struct
from pathlib import Path

import pytest

from pcapkit.crosscheck import frames
from pcapkit.crosscheck.frames import batches
from pcapkit.errors import FileError, ReadError
from tests.crosscheck.captures import ACK, CLIENT, FRAMES, SERVER, conversation, pcap, segment, timeless


def test_times_and_ports(tmp_path: Path) -> None:
    (batch,) = batches(conversation(tmp_path))
    assert [frame.number for frame in batch] == list(range(1, FRAMES + 1))
    assert [frame.since_first for frame in batch] == [number * 1_234_567 for number in range(FRAMES)]
    assert [frame.since_previous for frame in batch] == [0] + [1_234_567] * (FRAMES - 1)
    assert (batch[0].port_type, batch[0].source_port, batch[0].destination_port) == (2, CLIENT, SERVER)
    assert (batch[1].source_port, batch[1].destination_port) == (SERVER, CLIENT)


def test_udp_ports_and_none(tmp_path: Path) -> None:
    udp = struct.pack(">HHHH", 53, 5353, 8, 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, 17, 0, b"\n\0\0\1", b"\n\0\0\2")
    head = bytes(12) + b"\x08\0"
    path = tmp_path / "udp.pcap"
    path.write_bytes(pcap([head + ip + udp, head + ip + udp[:3], bytes(12) + b"\x88\xcc" + bytes(46)]))
    (batch,) = batches(path)
    shown = [(frame.port_type, frame.source_port, frame.destination_port) for frame in batch]
    assert shown == [(3, 53, 5353), (0, 0, 0), (0, 0, 0)]


def test_a_frame_without_a_time_is_of_1970_as_in_wireshark(tmp_path: Path) -> None:
    (batch,) = batches(timeless(tmp_path))
    assert [frame.time for frame in batch] == [None, None, 5 * 10**9, 6 * 10**9, None, 4 * 10**9, None]
    assert [frame.since_first // 10**9 for frame in batch] == [0, 0, 5, 6, 0, 4, 0]


def test_batches_are_bounded_by_number_and_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "many.pcap"
    path.write_bytes(pcap([segment(ACK)] * 25))
    monkeypatch.setattr(frames, "BATCH_FRAMES", 10)
    assert [len(batch) for batch in batches(path)] == [10, 10, 5]
    monkeypatch.setattr(frames, "BATCH_BYTES", 4 * len(segment(ACK)))
    assert [len(batch) for batch in batches(path)] == [4, 4, 4, 4, 4, 4, 1]


def test_what_is_before_the_damage_comes_first(tmp_path: Path) -> None:
    path = conversation(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    source = batches(path)
    assert len(next(source)) == FRAMES - 1
    with pytest.raises(ReadError):
        next(source)


def test_what_is_no_capture_raises_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        next(batches(tmp_path / "nothing"))
