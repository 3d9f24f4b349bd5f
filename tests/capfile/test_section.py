"""What a section's interface descriptions and packet blocks say."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.reader import read_frames
from tests.capfile import forge

ORDERS = ("<", ">")


def read(path: Path, *parts: bytes) -> list[CapturedFrame]:
    path.write_bytes(b"".join(parts))
    return list(read_frames(path))


@pytest.mark.parametrize("order", ORDERS)
def test_interface_description(tmp_path: Path, order: str) -> None:
    options = b"".join(
        forge.option(code, value, order)
        for code, value in (
            (2, b"eth0"),
            (3, "Büro".encode()),
            (8, struct.pack(order + "Q", 10**10)),
            (9, b"\x09"),
            (11, b"\0tcp port 80"),
            (12, b"Linux 6.1\0"),
            (14, struct.pack(order + "q", -7)),
            (15, b"a card"),
            (999, b"who knows"),
        )
    )
    (frame,) = read(
        tmp_path / "x",
        forge.section(order),
        forge.interface(order, options + forge.END, link_type=276, snaplen=96),
        forge.enhanced(order=order),
    )
    assert frame.interface == Interface(
        link_type=276,
        snaplen=96,
        name="eth0",
        description="Büro",
        filter="tcp port 80",
        os="Linux 6.1",
        hardware="a card",
        speed=10**10,
        units_per_second=10**9,
        offset_seconds=-7,
    )


def test_interface_options_of_wrong_size_are_passed_over(tmp_path: Path) -> None:
    options = forge.option(8, b"1") + forge.option(9, b"12") + forge.option(14, b"3") + forge.option(11, b"\x01code")
    (frame,) = read(tmp_path / "x", forge.section(), forge.interface(options=options), forge.enhanced())
    assert frame.interface == Interface(1, units_per_second=10**6)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("resolution", "offset", "ticks", "time"),
    [
        (None, None, 1, 1_000),
        (None, None, 2**64 - 1, (2**64 - 1) * 1_000),
        (9, None, 1_700_000_000_123_456_789, 1_700_000_000_123_456_789),
        (0, None, 2**64 - 1, (2**64 - 1) * 10**9),
        (3, None, 5, 5_000_000),
        (12, None, 1_999, 1),
        (127, None, 2**64 - 1, 0),
        (0x80, None, 3, 3 * 10**9),
        (0x80 | 10, None, 1, 976_562),
        (0x80 | 30, None, 2**30 + 1, 10**9),
        (0x80 | 64, None, 2**63, 5 * 10**8),
        (255, None, 2**64 - 1, 0),
        (9, 1, 0, 10**9),
        (9, -(2**63), 0, -(2**63) * 10**9),
        (6, 2**63 - 1, 1, (2**63 - 1) * 10**9 + 1_000),
        (0x80 | 1, -1, 1, -5 * 10**8),
    ],
)
def test_time_is_exact_and_rounded_down(
    tmp_path: Path, order: str, resolution: int | None, offset: int | None, ticks: int, time: int
) -> None:
    options = b""
    if resolution is not None:
        options += forge.option(9, bytes((resolution,)), order)
    if offset is not None:
        options += forge.option(14, struct.pack(order + "q", offset), order)
    for packet in (forge.enhanced, forge.obsolete):
        (frame,) = read(
            tmp_path / "x",
            forge.section(order),
            forge.interface(order, options),
            packet(order=order, ticks=ticks),
        )
        assert frame.time == time


@pytest.mark.parametrize("order", ORDERS)
def test_packet_options(tmp_path: Path, order: str) -> None:
    options = b"".join(
        (
            forge.option(1, b"first", order),
            forge.option(2, struct.pack(order + "I", 0x80000009), order),
            forge.option(1, "zwölf".encode() + b"\0\0", order),
            forge.option(4, struct.pack(order + "Q", 2**40), order),
            forge.option(3, b"\x02hash", order),
            forge.option(1, b"bad \xc3(", order),
        )
    )
    head = forge.section(order) + forge.interface(order)
    texts = ("first", "zwölf", "bad \ufffd(")
    for end in (b"", forge.END, forge.END + forge.option(1, b"behind the end", order)):
        (frame,) = read(tmp_path / "x", head, forge.enhanced(b"data!", order, options + end, wire_length=99))
        assert (frame.comments, frame.flags, frame.drop_count) == (texts, 0x80000009, 2**40)
        assert (frame.data, frame.wire_length, frame.number) == (b"data!", 99, 1)
        assert frame.offset == len(head)
    (frame,) = read(tmp_path / "x", head, forge.obsolete(b"data!", order, options, drops=3))
    assert (frame.comments, frame.flags, frame.drop_count) == (texts, 0x80000009, 3)
    (frame,) = read(tmp_path / "x", head, forge.obsolete(b"data!", order))
    assert frame.drop_count == 0  # 0xFFFF: unknown


def test_malformed_options_leave_the_frame_and_what_came_before_them(tmp_path: Path) -> None:
    head = forge.section() + forge.interface()
    options = (
        forge.option(1, b"whole")
        + forge.option(2, b"123")
        + forge.option(4, b"12345")
        + struct.pack("<HH", 1, 200)
        + b"cut."
    )
    first, second = read(tmp_path / "x", head, forge.enhanced(b"data", options=options), forge.enhanced(b"next"))
    assert (first.data, first.comments, first.flags, first.drop_count) == (b"data", ("whole",), 0, 0)
    assert second.data == b"next"


@pytest.mark.parametrize("order", ORDERS)
def test_simple_packet_length_follows_from_snaplen(tmp_path: Path, order: str) -> None:
    for snaplen, wire_length, stored in ((0, 5, b"12345"), (3, 5, b"123"), (9, 5, b"12345"), (0, 0, b"")):
        (frame,) = read(
            tmp_path / "x",
            forge.section(order),
            forge.interface(order, snaplen=snaplen),
            forge.interface(order, snaplen=1, link_type=113),
            forge.simple(stored, order, wire_length=wire_length),
        )
        assert (frame.data, frame.wire_length, frame.time) == (stored, wire_length, None)
        assert (frame.interface_id, frame.interface.link_type) == (0, 1)


def test_sections_have_their_own_interfaces_and_byte_order(tmp_path: Path) -> None:
    frames = read(
        tmp_path / "x",
        forge.section("<"),
        forge.interface("<", link_type=1),
        forge.interface("<", forge.option(9, b"\x09"), link_type=113),
        forge.enhanced(b"a", "<", ticks=1, interface_id=1),
        forge.enhanced(b"b", "<", ticks=1),
        forge.section(">", version=(1, 2)),
        forge.interface(">", link_type=101),
        forge.enhanced(b"c", ">", ticks=1),
    )
    assert [frame.number for frame in frames] == [1, 2, 3]
    assert [frame.interface_id for frame in frames] == [1, 0, 0]
    assert [frame.interface.link_type for frame in frames] == [113, 1, 101]
    assert [frame.time for frame in frames] == [1, 1_000, 1_000]
    assert [frame.data for frame in frames] == [b"a", b"b", b"c"]


def test_blocks_that_wireshark_numbers_take_a_number(tmp_path: Path) -> None:
    custom = struct.pack("<I", 32473) + b"data"
    frames = read(
        tmp_path / "x",
        forge.section(),
        forge.block(0xBAD, custom),
        forge.interface(),
        forge.enhanced(b"a"),
        forge.block(0x40000BAD, custom),
        forge.block(9, b"__REALTIME_TIMESTAMP=1\nMESSAGE=hello"),
        forge.block(forge.NAMES, bytes(4)),
        forge.block(10, bytes(8)),
        forge.block(0x77, bytes(8)),
        forge.enhanced(b"b"),
    )
    assert [(frame.number, frame.data) for frame in frames] == [(2, b"a"), (5, b"b")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.integers(0, 255),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 2**64 - 1),
)
def test_time_equals_the_definition(tmp_path: Path, resolution: int, offset: int, ticks: int) -> None:
    options = forge.option(9, bytes((resolution,))) + forge.option(14, struct.pack("<q", offset))
    (frame,) = read(tmp_path / "x", forge.section(), forge.interface(options=options), forge.enhanced(ticks=ticks))
    units = 2 ** (resolution & 127) if resolution > 127 else 10**resolution
    assert frame.time is not None
    # In units of 1 / (units * 10^9) seconds: the largest whole nanosecond that is not after the true time.
    true = (ticks + offset * units) * 10**9
    assert frame.time * units <= true < (frame.time + 1) * units
