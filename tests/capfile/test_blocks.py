"""Damage in a pcapng file's block structure: every frame before it is delivered, then one error with its offset."""

import struct
from pathlib import Path

import pytest

from pcapkit.capfile.blocks import MAXIMUM_BLOCK, iterate_blocks
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.source import Source
from pcapkit.errors import ReadError
from tests.capfile import forge

ORDERS = ("<", ">")


def until_damage(path: Path) -> tuple[list[CapturedFrame], ReadError]:
    """The frames that come before the error, and the error."""
    frames = []
    try:
        for frame in read_frames(path):
            frames.append(frame)
    except ReadError as error:
        return frames, error
    pytest.fail(f"{len(frames)} frames and no error")


def damaged_blocks(order: str) -> dict[str, tuple[bytes, str]]:
    body = bytes(20)
    return {
        "unaligned": (forge.block(0x77, bytes(9), order), "no multiple of 4"),
        "nothing": (forge.block(0x77, b"", order, length=0), "too few"),
        "less than framing": (forge.block(0x77, b"", order, length=8), "too few"),
        "enhanced too short": (forge.block(forge.ENHANCED, bytes(16), order), "too few"),
        "simple too short": (forge.block(forge.SIMPLE, b"", order), "too few"),
        "interface too short": (forge.block(forge.INTERFACE, bytes(4), order), "too few"),
        "statistics too short": (forge.block(forge.STATISTICS, bytes(8), order), "too few"),
        "section too short": (
            forge.block(forge.SECTION, struct.pack(order + "I", 0x1A2B3C4D) + bytes(8), order),
            "too few",
        ),
        "trailing length": (forge.block(0x77, body, order, end=36), "32 at its start, 36 at its end"),
        "absurd": (forge.block(0x77, body, order, length=MAXIMUM_BLOCK + 4), "more than"),
        "beyond the file": (forge.block(0x77, body, order, length=4096), "of which"),
        "byte-order magic": (forge.block(forge.SECTION, bytes(16), order), "byte-order magic"),
        "version": (forge.section(order, version=(2, 0)), "version 2.0"),
        "captured": (forge.enhanced(order=order, captured=9), "9 captured bytes"),
        "captured, obsolete": (
            forge.block(forge.OBSOLETE, struct.pack(order + "HHIIII", 0, 0, 0, 0, 1, 1), order),
            "1 captured bytes",
        ),
        "captured, simple": (forge.simple(order=order, wire_length=9), "9 captured bytes"),
        "captured, huge": (forge.enhanced(order=order, captured=0xFFFFFFFF), "4294967295 captured"),
        "no such interface": (forge.enhanced(order=order, interface_id=1), "interface 1"),
        "no such interface, obsolete": (forge.obsolete(order=order, interface_id=1), "interface 1"),
    }


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", damaged_blocks("<"))
def test_frames_before_the_damage_and_one_error_with_its_offset(tmp_path: Path, order: str, name: str) -> None:
    bad, words = damaged_blocks(order)[name]
    good = forge.section(order) + forge.interface(order) + forge.enhanced(b"one", order)
    path = tmp_path / "damaged.pcapng"
    path.write_bytes(good + bad + forge.enhanced(b"after", order))
    frames, error = until_damage(path)
    assert [frame.data for frame in frames] == [b"one"]
    assert str(path) in str(error)
    assert f"offset {len(good)}:" in str(error)
    assert words in str(error)
    assert error.exit_code == 14


@pytest.mark.parametrize("order", ORDERS)
def test_cut_short_anywhere(tmp_path: Path, order: str) -> None:
    parts = [
        forge.section(order),
        forge.interface(order),
        forge.enhanced(b"one", order),
        forge.simple(b"three", order),
        forge.obsolete(b"two.", order),
    ]
    whole = b"".join(parts)
    starts = [sum(map(len, parts[:index])) for index in range(len(parts) + 1)]
    path = tmp_path / "cut.pcapng"
    for length in range(12, len(whole)):
        path.write_bytes(whole[:length])
        complete = sum(start <= length for start in starts[1:])
        if length in starts:
            assert len(list(read_frames(path))) == max(0, complete - 2)
        else:
            frames, error = until_damage(path)
            assert len(frames) == max(0, complete - 2)
            assert f"cut short at offset {starts[complete]}:" in str(error)


def test_frame_before_any_interface_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    for packet in (forge.enhanced(), forge.simple(), forge.obsolete()):
        path.write_bytes(forge.section() + packet)
        frames, error = until_damage(path)
        assert frames == []
        assert "interface 0, but the section has described 0" in str(error)


def test_an_interface_belongs_to_its_section_only(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    path.write_bytes(
        forge.section() + forge.interface() + forge.enhanced() + forge.section(">") + forge.enhanced(order=">")
    )
    frames, error = until_damage(path)
    assert len(frames) == 1
    assert "has described 0" in str(error)


def test_blocks_come_as_they_lie_there(tmp_path: Path) -> None:
    parts = [
        forge.section(">"),
        forge.interface(">"),
        forge.block(0x80000001, b"own stuff...", ">"),
        forge.section("<"),
        forge.block(0x77, b"", "<"),
    ]
    path = tmp_path / "x.pcapng"
    path.write_bytes(b"".join(parts))
    with Source(path) as source:
        blocks = list(iterate_blocks(source))
    assert [block[3] for block in blocks] == parts
    assert [block[2] for block in blocks] == [">", ">", ">", "<", "<"]
    assert [block[0] for block in blocks] == [0x0A0D0D0A, 1, 0x80000001, 0x0A0D0D0A, 0x77]
    assert [block[1] for block in blocks] == [sum(map(len, parts[:index])) for index in range(5)]


def test_block_of_the_largest_length_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    path.write_bytes(
        forge.section() + forge.interface() + forge.block(0x77, bytes(MAXIMUM_BLOCK - 12)) + forge.enhanced(b"after")
    )
    assert [frame.data for frame in read_frames(path)] == [b"after"]
