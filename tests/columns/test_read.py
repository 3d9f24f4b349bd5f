"""Columns: what stands in them, in Python and natively, and that they come as the frames do."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.capfile.reader import read_frames
from pcapkit.columns import read, values_of
from pcapkit.columns.batch import HEADERS
from pcapkit.dissector import Dissector, find_one
from pcapkit.errors import FileError, ReadError
from tests.capfile import forge
from tests.fast.captures import SAMPLES, columns, handshake, mixed, talk

TEN = SAMPLES / "ten_frames.pcapng"


@pytest.fixture(params=[False, True], ids=["python", "native"])
def native(request: pytest.FixtureRequest) -> bool:
    """Both ways; the native one is skipped where nothing is compiled."""
    if request.param:
        handshake()
    return bool(request.param)


@pytest.fixture
def dissector() -> Dissector:
    """The one that is installed."""
    return find_one("tcp_handshake")


def test_every_column_of_a_known_capture(dissector: Dissector, native: bool) -> None:
    """The ten frames of the classic exchange."""
    (batch,) = read(TEN, dissector, native=native)
    frames = list(read_frames(TEN))
    assert len(batch) == len(frames) == 10
    assert list(batch.number) == list(range(1, 11))
    assert list(batch.time) == [frame.time for frame in frames]
    assert list(batch.has_time) == [1] * 10
    assert list(batch.wire_length) == [frame.wire_length for frame in frames]
    assert list(batch.captured_length) == [len(frame.data) for frame in frames]
    assert set(batch.link_type) == {1}
    assert set(batch.interface) == {frame.interface_id for frame in frames}
    assert list(batch.has_segment) == list(batch.found) == [1] * 10
    assert list(batch.flags) == [2, 18, 16, 24, 16, 24, 16, 17, 17, 16]
    assert list(batch.payload_length) == [0, 0, 0, 128, 0, 128, 0, 0, 0, 0]
    assert set(batch.source_port) == set(batch.destination_port) == {46934, 10000}
    assert batch.ack[1] == batch.seq[0] + 1 == batch.seq[2]
    assert all(window > 0 for window in batch.window)
    assert batch.source(0) == bytes((10, 0, 0, 1)) == batch.destination(1)
    assert batch.addresses[:32] == batch.source(0).ljust(16, b"\0") + batch.destination(0).ljust(16, b"\0")
    assert list(batch.fields) == [field.name for field in dissector.fields]
    assert set(batch.fields["connection"]) == {0}


def test_values_are_those_of_the_run(tmp_path: Path, dissector: Dissector, native: bool) -> None:
    """Of every frame, those of which it says nothing among them."""
    path = tmp_path / "x.pcapng"
    path.write_bytes(mixed(2))
    rows = ((batch, row) for batch in read(path, dissector, native=native, rows=5) for row in range(len(batch)))
    run = dissector.begin()
    for frame, (batch, row) in zip(read_frames(path), rows, strict=True):
        wanted = run.feed(frame.number, frame.time, frame.data, frame.wire_length, frame.interface.link_type)
        assert values_of(dissector, batch, row) == wanted
        assert batch.number[row] == frame.number


def test_a_time_beyond_64_bits_and_none(tmp_path: Path, dissector: Dissector, native: bool) -> None:
    """The nearest that fits; the frame before and after are as ever."""
    path = tmp_path / "x.pcapng"
    shift = forge.option(14, (-(2**62)).to_bytes(8, "little", signed=True))
    frames = [forge.enhanced(ticks=7), forge.enhanced(interface_id=1), forge.enhanced(ticks=2**63), forge.simple()]
    path.write_bytes(b"".join([forge.section(), forge.interface(), forge.interface(options=shift), *frames]))
    (batch,) = read(path, dissector, native=native)
    assert list(batch.time) == [7000, -(2**63), 2**63 - 1, 0]
    assert list(batch.has_time) == [1, 1, 1, 0]
    assert list(batch.found) == [0] * 4


@pytest.mark.parametrize("rows", [1, 3, 64, 100])
def test_batches_of_any_size_hold_the_same(tmp_path: Path, dissector: Dissector, native: bool, rows: int) -> None:
    """Full ones, but for the last."""
    path = tmp_path / "x.pcapng"
    path.write_bytes(mixed(3))
    assert columns(path, dissector, native=native, rows=rows) == columns(path, dissector, native=False)
    sizes = [len(batch) for batch in read(path, dissector, native=native, rows=rows)]
    assert set(sizes[:-1]) <= {rows}


def test_only_what_is_wanted(tmp_path: Path, dissector: Dissector, native: bool) -> None:
    """The other columns are empty; a name that there is not is the caller's fault."""
    path = tmp_path / "x.pcapng"
    path.write_bytes(mixed(3))
    (whole,) = read(path, dissector, native=native)
    names = [*HEADERS, *whole.fields, "address_length", "addresses"]
    for only in [[], *([name] for name in names), ["found", "step", "time"]]:
        (batch,) = read(path, dissector, native=native, only=only)
        assert len(batch) == len(whole)
        for name in names:
            got = batch.fields[name] if name in batch.fields else getattr(batch, name)
            wanted = whole.fields[name] if name in whole.fields else getattr(whole, name)
            assert got == (wanted if name in only or name == "number" else wanted[:0])
    with pytest.raises(ValueError, match="no columns steps, where"):
        read(path, dissector, native=native, only=["steps", "time", "where"])


def test_a_batch_stays_as_it_is(dissector: Dissector, native: bool) -> None:
    """It is not used again for the next."""
    first, *others = read(TEN, dissector, native=native, rows=4)
    assert list(first.number) == [1, 2, 3, 4]
    assert [list(batch.number) for batch in others] == [[5, 6, 7, 8], [9, 10]]


def test_a_damaged_file_gives_what_precedes_the_damage(tmp_path: Path, dissector: Dissector, native: bool) -> None:
    """Then the error; a file that is none is refused at once."""
    path = tmp_path / "x.pcapng"
    path.write_bytes(TEN.read_bytes()[:-150])
    batches = read(path, dissector, native=native)
    assert 5 < len(next(batches)) < 10
    with pytest.raises(ReadError, match=r"x\.pcapng: cut short at offset \d+"):
        next(batches)
    path.write_bytes(b"no capture")
    with pytest.raises(FileError, match="no pcap or pcapng file"):
        read(path, dissector, native=native)


@pytest.fixture
def pipe() -> Iterator[tuple[str, int]]:
    """A path to read from and a descriptor to write to."""
    reading, writing = os.pipe()
    try:
        yield f"/dev/fd/{reading}", writing
    finally:
        for end in (reading, writing):
            with contextlib.suppress(OSError):  # the test may have closed it
                os.close(end)


def test_what_has_come_through_a_pipe_is_handed_on_at_once(
    dissector: Dissector, native: bool, pipe: tuple[str, int]
) -> None:
    """Nobody waits for a frame that is not there yet."""
    path, writing = pipe
    blocks = [forge.enhanced(data, ticks=index) for index, data in enumerate(talk())]
    os.write(writing, forge.section() + forge.interface() + blocks[0])
    batches = read(path, dissector, native=native)
    assert list(next(batches).number) == [1]
    os.write(writing, b"".join(blocks[1:4]))
    assert list(next(batches).number) == [2, 3, 4]
    os.write(writing, b"".join(blocks[4:]))
    os.close(writing)
    assert [number for batch in batches for number in batch.number] == [5, 6, 7, 8, 9, 10]
