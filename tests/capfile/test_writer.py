"""What we write, read back by our reader, by python-pcapng, and by tshark and capinfos."""

import io
import shutil
import struct
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.options import clean_text
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.errors import WriteError
from tests.capfile.witness import need_tshark, ours, tshark_frames
from tests.needs import PROJECT, need

ETHERNET = Interface(
    link_type=1,
    snaplen=262144,
    name="eth0",
    description="the one with the größte cable",
    filter="tcp port 80",
    os="Linux 6.1.0",
    hardware="a card",
    speed=10_000_000_000,
)
TEXT = st.text(st.characters(codec=None), max_size=30)
U32 = st.integers(0, 2**32 - 1)
U64 = st.integers(0, 2**64 - 1)
INTERFACES = st.builds(
    Interface,
    link_type=st.integers(0, 0xFFFF),
    snaplen=U32,
    name=TEXT,
    description=TEXT,
    filter=TEXT,
    os=TEXT,
    hardware=TEXT,
    speed=U64,
)
FRAMES = st.tuples(
    U64,
    st.binary(max_size=70),
    U32,
    st.lists(TEXT, max_size=3),
    U32,
    U64,
)


def written_by(stream: io.BytesIO, comment: str = "") -> PcapngWriter:
    return PcapngWriter(stream, hardware="x86_64", os="Linux", application="pcapkit 0", comment=comment)


def pcapng_blocks(data: bytes) -> list[Any]:
    """The blocks that python-pcapng reads; it warns of its own declaration of if_tsresol."""
    from pcapng import FileScanner

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return list(FileScanner(io.BytesIO(data)))


def cleaned(interface: Interface) -> Interface:
    return Interface(
        interface.link_type,
        interface.snaplen,
        clean_text(interface.name),
        clean_text(interface.description),
        clean_text(interface.filter),
        clean_text(interface.os),
        clean_text(interface.hardware),
        interface.speed,
    )


@given(st.lists(INTERFACES, min_size=1, max_size=3), st.lists(FRAMES, max_size=6), st.data())
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    interfaces: list[Interface],
    frames: list[tuple[int, bytes, int, list[str], int, int]],
    data: st.DataObject,
) -> None:
    stream = io.BytesIO()
    writer = written_by(stream)
    assert [writer.add_interface(interface) for interface in interfaces] == list(range(len(interfaces)))
    interface_ids = []
    for time, content, wire_length, comments, flags, drop_count in frames:
        interface_ids.append(data.draw(st.integers(0, len(interfaces) - 1)))
        writer.write(
            interface_ids[-1], time, content, wire_length, comments=comments, flags=flags, drop_count=drop_count
        )
    assert writer.frames == 0
    writer.flush()
    assert writer.frames == len(frames)
    assert writer.size == len(stream.getvalue())

    path = tmp_path_factory.mktemp("written") / "x.pcapng"
    path.write_bytes(stream.getvalue())
    read = list(read_frames(path))
    for number, (frame, interface_id, written) in enumerate(zip(read, interface_ids, frames, strict=True), start=1):
        time, content, wire_length, comments, flags, drop_count = written
        assert (frame.number, frame.time, frame.data) == (number, time, content)
        assert (frame.wire_length, frame.flags, frame.drop_count) == (wire_length, flags, drop_count)
        assert frame.comments == tuple(clean_text(comment) for comment in comments)
        assert frame.interface_id == interface_id
        assert frame.interface == cleaned(interfaces[interface_id])

    blocks = pcapng_blocks(stream.getvalue())
    assert [type(block).__name__ for block in blocks] == ["SectionHeader"] + ["InterfaceDescription"] * len(
        interfaces
    ) + ["EnhancedPacket"] * len(frames)
    for block, frame in zip(blocks[1 + len(interfaces) :], read, strict=True):
        assert block.interface_id == frame.interface_id
        assert (block.timestamp_high << 32) + block.timestamp_low == frame.time
        assert block.packet_data == frame.data
        assert tuple(block.options.get_all("opt_comment")) == frame.comments
        assert int(block.options.get("epb_flags", 0)) == frame.flags
        assert block.options.get("epb_dropcount", 0) == frame.drop_count


def test_python_pcapng_reads_header_interface_and_statistics() -> None:
    stream = io.BytesIO()
    writer = written_by(stream, comment="made by a test")
    writer.add_interface(ETHERNET)
    writer.add_interface(Interface(113))
    start, end = 1_700_000_000_123_456_789, 1_700_000_060_000_000_001
    writer.statistics(0, start=start, end=end, received=10, dropped=2)
    writer.statistics(
        1, start=start, end=end, received=2**64 - 1, dropped=0, filter_accepted=3, os_dropped=4, delivered=5
    )
    writer.flush()
    header, ethernet, cooked, first, second = pcapng_blocks(stream.getvalue())
    assert dict(header.options) == {
        "shb_hardware": "x86_64",
        "shb_os": "Linux",
        "shb_userappl": "pcapkit 0",
        "opt_comment": "made by a test",
    }
    assert header.section_length == -1
    assert (ethernet.link_type, ethernet.snaplen) == (1, 262144)
    assert dict(ethernet.options) == {
        "if_name": "eth0",
        "if_description": "the one with the größte cable",
        "if_filter": (0, b"tcp port 80"),
        "if_os": "Linux 6.1.0",
        "if_hardware": "a card",
        "if_speed": 10_000_000_000,
        "if_tsresol": b"\x09",
    }
    assert (cooked.link_type, dict(cooked.options)) == (113, {"if_tsresol": b"\x09"})
    assert (first.interface_id, second.interface_id) == (0, 1)
    assert (first.timestamp_high << 32) + first.timestamp_low == end

    def as_integer(time: int) -> int:
        """What python-pcapng makes of a time whose upper half comes first in a little-endian file."""
        return int.from_bytes(struct.pack("<II", time >> 32, time & 0xFFFFFFFF), "little")

    times = {"isb_starttime": as_integer(start), "isb_endtime": as_integer(end)}
    assert dict(first.options) == {**times, "isb_ifrecv": 10, "isb_ifdrop": 2}
    assert dict(second.options) == {
        **times,
        "isb_ifrecv": 2**64 - 1,
        "isb_ifdrop": 0,
        "isb_filteraccept": 3,
        "isb_osdrop": 4,
        "isb_usrdeliv": 5,
    }


def example(path: Path) -> None:
    with path.open("wb") as stream:
        writer = PcapngWriter(stream, hardware="x86_64", os="Linux", application="pcapkit 0", comment="a run")
        writer.add_interface(ETHERNET)
        writer.add_interface(Interface(113, 96, "any"))
        writer.write(0, 1_700_000_000_123_456_789, bytes(60), 60, comments=("open 1/3 SYN",), flags=1)
        writer.write(1, 1_700_000_001_000_000_000, bytes(range(96)), 1514, comments=("two\nlines", "ätsch"), flags=2)
        writer.write(0, 1_700_000_002_999_999_999, b"\1\2\3", 3, drop_count=7)
        writer.write(1, 0, b"", 0)
        writer.write(0, 1_700_000_003_000_000_000, bytes(61), 61, comments=("x" * 70_000, "€" * 30_000))
        writer.statistics(0, start=1_700_000_000_000_000_000, end=1_700_000_009_000_000_000, received=9, dropped=7)
        writer.flush()


def test_tshark_reads_it_without_complaint(tmp_path: Path) -> None:
    need_tshark()
    path = tmp_path / "x.pcapng"
    example(path)
    seen, complaints = tshark_frames(path)
    assert complaints == ""
    assert seen == [ours(frame) for frame in read_frames(path)]
    assert [len(comment) for comment in seen[4].comments] == [65_532, 21_844]


def test_capinfos_reads_it_without_complaint(tmp_path: Path) -> None:
    need(shutil.which("capinfos") is not None, "capinfos (Debian package wireshark-common)")
    path = tmp_path / "x.pcapng"
    example(path)
    result = subprocess.run(["capinfos", "-M", str(path)], capture_output=True, text=True, check=True)
    assert result.stderr == ""
    for line in (
        "Number of packets:   5",
        "Capture hardware:    x86_64",
        "Capture oper-sys:    Linux",
        "Capture application: pcapkit 0",
        "Capture comment:     a run",
        "Number of interfaces in file: 2",
        "Name = eth0",
        "Description = the one with the größte cable",
        "Speed = 10000000000",
        "Filter string = tcp port 80",
        "Operating system = Linux 6.1.0",
        "Hardware = a card",
        "Time resolution = 0x09",
        "Number of stat entries = 1",
    ):
        assert line in result.stdout


def test_header_and_interfaces_are_there_at_once() -> None:
    stream = io.BytesIO()
    writer = written_by(stream)
    assert len(pcapng_blocks(stream.getvalue())) == 1
    writer.add_interface(ETHERNET)
    assert len(pcapng_blocks(stream.getvalue())) == 2
    writer.write(0, 5, b"frame", 5)
    assert len(pcapng_blocks(stream.getvalue())) == 2
    writer.flush()
    assert len(pcapng_blocks(stream.getvalue())) == 3


def test_hostile_texts_are_cleaned(tmp_path: Path) -> None:
    stream = io.BytesIO()
    texts = "\x1b[2J\0\ud800" + "ä" * 40_000
    writer = PcapngWriter(stream, hardware=texts, os=texts, application=texts, comment=texts)
    writer.add_interface(Interface(1, name=texts, description=texts, filter=texts, os=texts, hardware=texts))
    writer.write(0, 1, b"", 0, comments=(texts,))
    writer.flush()
    header, interface, packet = pcapng_blocks(stream.getvalue())
    for text in (header.options["shb_os"], interface.options["if_name"], packet.options["opt_comment"]):
        assert text.startswith("\ufffd[2J\ufffd?ää")
        assert 65_528 < len(text.encode()) <= 65_532


def test_no_time_makes_a_simple_packet_where_that_is_possible(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="")
        writer.add_interface(Interface(1, snaplen=4))
        writer.add_interface(Interface(113))
        writer.write(0, None, b"1234", 9)
        writer.write(0, None, b"123", 3)
        writer.write(0, None, b"123", 9)  # shorter than the snaplen makes it
        writer.write(1, None, b"123", 3)  # a simple packet is on interface 0
        writer.write(0, None, b"123", 3, comments=("x",))
        writer.flush()
    frames = list(read_frames(path))
    assert [frame.time for frame in frames] == [None, None, 0, 0, 0]
    assert [frame.data for frame in frames] == [b"1234", b"123", b"123", b"123", b"123"]
    assert [frame.wire_length for frame in frames] == [9, 3, 9, 3, 3]
    assert [frame.interface_id for frame in frames] == [0, 0, 0, 1, 0]


def test_what_does_not_fit() -> None:
    writer = written_by(io.BytesIO())
    with pytest.raises(ValueError, match="no interface 0"):
        writer.write(0, 0, b"", 0)
    writer.add_interface(ETHERNET)
    for interface_id in (1, -1):
        with pytest.raises(ValueError, match=f"no interface {interface_id}"):
            writer.write(interface_id, 0, b"", 0)
        with pytest.raises(ValueError, match=f"no interface {interface_id}"):
            writer.statistics(interface_id, start=0, end=0, received=0, dropped=0)
    for time, wire_length in ((-1, 0), (2**64, 0), (0, 2**32), (0, -1)):
        with pytest.raises(WriteError, match="does not fit"):
            writer.write(0, time, b"", wire_length)
    with pytest.raises(WriteError, match="does not fit"):
        writer.write(0, 0, bytes(64 * 2**20), 64 * 2**20)  # a block that no reader would take
    for flags, drop_count in ((2**32, 0), (0, 2**64)):
        with pytest.raises(WriteError, match="does not fit"):
            writer.write(0, 0, b"", 0, flags=flags, drop_count=drop_count)
    with pytest.raises(WriteError, match="do not fit"):
        writer.statistics(0, start=0, end=-1, received=0, dropped=0)
    for interface in (Interface(2**16), Interface(1, snaplen=-1), Interface(1, speed=2**64)):
        with pytest.raises(WriteError, match="cannot be described"):
            writer.add_interface(interface)


def test_a_refused_interface_leaves_the_file_as_it_was() -> None:
    stream = io.BytesIO()
    writer = written_by(stream)
    with pytest.raises(WriteError):
        writer.add_interface(Interface(2**16))
    assert writer.add_interface(ETHERNET) == 0
    writer.write(0, 1, b"x", 1)
    writer.flush()
    assert [type(block).__name__ for block in pcapng_blocks(stream.getvalue())] == [
        "SectionHeader",
        "InterfaceDescription",
        "EnhancedPacket",
    ]


def test_pcapng_is_loaded_only_when_something_is_written() -> None:
    code = (
        "import sys, pcapkit.capfile.writer, pcapkit.capfile.annotate, pcapkit.capfile.reader; "
        "print('pcapng' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert result.stdout == "False\n"


def test_data_may_be_any_bytes_like_object(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="")
        writer.add_interface(Interface(1))
        content: tuple[Any, ...] = (b"frame", bytearray(b"frame"), memoryview(b"a frame")[2:])
        for data in content:
            writer.write(0, 1, data, 5)
        writer.flush()
    frames: list[CapturedFrame] = list(read_frames(path))
    assert [frame.data for frame in frames] == [b"frame"] * 3
