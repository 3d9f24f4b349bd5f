"""The bytes of a file: in order, each once, in one buffer that does not grow without need."""

import gzip
import os
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcapkit.capfile.blocks import iterate_blocks
from pcapkit.capfile.source import CHUNK, Source
from tests.capfile import forge


@settings(max_examples=80)
@given(
    st.lists(st.sampled_from((1, 12, 4096, 70_000, CHUNK - 1, CHUNK)), min_size=1, max_size=8),
    st.lists(st.sampled_from((1, 2, 12, 1500, 65_536, 65_537, CHUNK, CHUNK + 1, 900_000)), min_size=1, max_size=30),
)
def test_whatever_is_needed_comes_in_order(read: list[int], needed: list[int]) -> None:
    """However much a read brings, and however much is asked for at once."""
    content = random.Random(1).randbytes(1_500_000)
    at = calls = 0

    def piece(room: memoryview) -> int:
        nonlocal at, calls
        size = min(len(room), read[calls % len(read)] if calls < 2000 else CHUNK, len(content) - at)
        room[:size] = content[at : at + size]
        at += size
        calls += 1
        return size

    with Source(os.devnull) as source:
        source._read, source._ended = piece, False
        used = 0
        for wanted in needed:
            there = source.need(wanted)
            assert there == source.end - source.position
            assert there >= min(wanted, len(content) - used)
            assert source.offset == used
            assert source.head(there) == content[used : used + there]
            step = min(wanted, there)
            source.position += step
            used += step


def test_nothing_is_read_after_the_end(tmp_path: Path) -> None:
    """A terminal would ask for a second end."""
    path = tmp_path / "x"
    path.write_bytes(b"four")
    with Source(path) as source:
        assert source.need(100) == 4
        path.write_bytes(b"four and more")
        assert source.need(100) == 4


def test_memory_is_that_of_the_largest_block(tmp_path: Path) -> None:
    """And given back after it."""
    path = tmp_path / "x"
    large = forge.block(0x77, bytes(3_000_000))
    path.write_bytes(forge.section() + (forge.block(0x77, bytes(1000)) * 3000 + large) * 3)
    tracemalloc.start()
    try:
        with Source(path) as source:
            for _ in iterate_blocks(source):
                pass
            assert len(source.buffer) < 2 * CHUNK
        assert tracemalloc.get_traced_memory()[1] < 3 * len(large)
    finally:
        tracemalloc.stop()


def test_a_claim_of_much_takes_no_memory(tmp_path: Path) -> None:
    """Only what is there is held."""
    path = tmp_path / "x"
    path.write_bytes(b"few")
    with Source(path) as source:
        tracemalloc.start()
        try:
            assert source.need(64 << 20) == 3
            assert tracemalloc.get_traced_memory()[1] < CHUNK
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("slow", [False, True])
def test_whether_what_comes_next_may_be_long_in_coming(tmp_path: Path, slow: bool) -> None:
    """A pipe, and no regular file."""
    path = tmp_path / "x"
    path.write_bytes(b"")
    reading, writing = os.pipe()
    os.close(writing)
    with Source(f"/dev/fd/{reading}" if slow else path) as source:
        assert source.slow is slow
    os.close(reading)


def test_another_place_of_a_file(tmp_path: Path) -> None:
    """What was read is forgotten, and offsets are the file's; pipes and packed files have no places."""
    path = tmp_path / "x"
    path.write_bytes(bytes(range(256)) * 4096)
    with Source(path) as source:
        source.need(8)
        source.position += 3
        assert (source.place(), source.left()) == (3, 2**20 - 3)
        source.move(700_001)
        assert (source.offset, source.place(), source.need(4)) == (700_001, 700_001, 256 * 1024)
        assert source.head(2) == bytes(((700_001) % 256, (700_002) % 256))
        source.move(2**20)
        assert source.need(1) == 0
        source.move(2**20 - 1)
        assert (source.need(2), source.head(2)) == (1, b"\xff")
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(bytes(10)))
    with Source(packed) as source:
        assert source.place() is None


def test_who_reads_as_well_ends_first(tmp_path: Path) -> None:
    """Its helper is called once, while the file is open still."""
    path = tmp_path / "x"
    path.write_bytes(bytes(10))
    calls: list[bytes] = []
    source = Source(path)
    descriptor = source.descriptor_for(lambda: calls.append(os.pread(descriptor, 3, 0)))
    source.close()
    source.close()
    assert calls == [bytes(3)]
