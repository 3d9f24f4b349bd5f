"""Frames into files: how they are divided, and what each file says."""

import os
from collections.abc import Callable
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import STATISTICS_SIZE, PcapngWriter
from pcapkit.capture.files import Files, PlainFiles
from pcapkit.capture.folder import Folder
from pcapkit.capture.output import Output
from pcapkit.capture.ring import Counters
from pcapkit.capture.rotation import Rotation
from pcapkit.capture.source import Source
from pcapkit.capture.stops import Stops
from pcapkit.capture.tally import Tally
from pcapkit.capture.walk import Frame
from pcapkit.cli.recording import Recording
from pcapkit.errors import WriteError
from tests.capture.lab import Recorded

INTERFACES = [Interface(link_type=1, name=name) for name in ("eth0", "eth1")]


def never() -> bool:
    return False


class Desk:
    """A recording of two played sources into a folder."""

    def __init__(self, folder: Path, rotation: Rotation | None = None, stops: Stops | None = None) -> None:
        self.folder = folder
        self.sources = [
            SimpleNamespace(
                ring=SimpleNamespace(counters=Counters()), interface_losses=0, unread=0, read_counters=lambda: None
            )
            for _ in INTERFACES
        ]
        self.tally = Tally(cast("list[Source]", self.sources))
        self.notices: list[str] = []
        self.break_header: Callable[[int], bool] = lambda number: False
        removes = rotation is not None and rotation.files is not None
        maker = Folder(str(folder / "run.pcapng"), None, numbered=rotation is not None, removes=removes)
        opener = PlainFiles(maker, "run.pcapng", never, rotating=rotation is not None)
        self.files = Files(opener, self._begin, stops or Stops(), rotation, 2 * STATISTICS_SIZE, self.notices.append)
        self.files.open_next()
        self.recording = Recording(self.tally, INTERFACES, None, self.files, None, None, None, self.notices.append)

    def _begin(self, output: Output, number: int) -> PcapngWriter:
        if self.break_header(number):
            raise WriteError("no room for a header")
        writer = PcapngWriter(output, hardware="", os="", application="a test")
        for interface in INTERFACES:
            writer.add_interface(interface)
        writer.flush()
        return writer

    def feed(self, number: int, size: int = 60, source: int = 0, dropped: int = 0) -> bool:
        counters = self.sources[source].ring.counters
        counters.received += 1 + dropped
        counters.dropped += dropped
        data = number.to_bytes(4, "big").ljust(size, b"\0")
        return self.recording.frame(source, Frame(number, data, size, 0), dropped)

    def names(self) -> list[Path]:
        return [self.folder / name for name in sorted(os.listdir(self.folder))]


def numbers(recorded: Recorded) -> list[int]:
    return [int.from_bytes(data[:4], "big") for data in recorded.data]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(4, 3000), st.integers(0, 1), st.integers(0, 3)), max_size=40),
    st.sampled_from([2_000, 5_000, 20_000]),
    st.one_of(st.none(), st.integers(1, 5)),
)
def test_every_frame_is_in_one_file_and_no_file_is_larger_than_asked(
    frames: list[tuple[int, int, int]], size: int, most: int | None
) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder), Rotation(size=size, frames=most))
        for number, (length, source, dropped) in enumerate(frames):
            assert desk.feed(number, length, source, dropped)
        desk.recording.finish()
        files = [Recorded(path) for path in desk.names()]
        assert [number for one in files for number in numbers(one)] == list(range(len(frames)))
        for path, one in zip(desk.names(), files, strict=True):
            assert path.suffix == ".pcapng"
            assert path.stat().st_size <= size or len(one.packets) == 1
            assert len(one.packets) <= (most or inf)
            assert [block.options["if_name"] for block in one.interfaces] == ["eth0", "eth1"]
        for source in (0, 1):
            counters = desk.sources[source].ring.counters
            blocks = [one.statistics[source].options for one in files]
            assert sum(block["isb_ifrecv"] for block in blocks) == counters.received
            assert sum(block["isb_osdrop"] for block in blocks) == counters.dropped
            assert sum(block["isb_usrdeliv"] for block in blocks) == desk.tally.kept_of(source)
        assert desk.tally.kept == len(frames)


@pytest.mark.parametrize(("less", "divided"), [(0, [10]), (1, [9, 1])])
def test_a_file_is_filled_to_the_byte(tmp_path: Path, less: int, divided: list[int]) -> None:
    sizes: list[int] = []
    for name in ("measure", "bounded"):
        folder = tmp_path / name
        folder.mkdir()
        desk = Desk(folder, Rotation(size=sizes[0] - less) if sizes else None)
        for number in range(10):
            desk.feed(number)
        desk.recording.finish()
        sizes.append(desk.names()[0].stat().st_size)
    assert [len(Recorded(path).packets) for path in desk.names()] == divided


def test_the_oldest_files_are_removed_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "run_00000_20200101000000.pcapng").write_bytes(b"of another run")
    desk = Desk(tmp_path, Rotation(frames=2, files=3))
    for number in range(9):
        desk.feed(number)
        assert len(os.listdir(tmp_path)) <= 1 + 3
    desk.recording.finish()
    old, *mine = desk.names()
    assert old.read_bytes() == b"of another run"
    assert [numbers(Recorded(path)) for path in mine] == [[4, 5], [6, 7], [8]]
    assert (desk.files.written, desk.files.removed) == (5, 2)


def test_as_many_files_as_wanted(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Rotation(frames=2), Stops(files=2))
    assert [desk.feed(number) for number in range(5)] == [True] * 4 + [False]
    desk.recording.finish()
    assert [numbers(Recorded(path)) for path in desk.names()] == [[0, 1], [2, 3]]
    assert desk.tally.kept == 4


def test_a_stop_at_a_size_without_a_ring(tmp_path: Path) -> None:
    desk = Desk(tmp_path, None, Stops(size=2000))
    taken = [desk.feed(number, 300) for number in range(10)]
    desk.recording.finish()
    count = taken.count(True)
    assert taken == [True] * count + [False] * (10 - count)
    [path] = desk.names()
    assert path.name == "run.pcapng"
    assert 2000 - 332 < path.stat().st_size <= 2000
    assert numbers(Recorded(path)) == list(range(count))


def test_time_makes_files_without_frames(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Rotation(seconds=1000))
    desk.feed(0)
    assert desk.recording.settle()
    assert len(os.listdir(tmp_path)) == 1
    for _ in range(2):
        desk.files.due = 0.0
        assert desk.recording.settle()
        assert desk.files.due > 0
    desk.recording.finish()
    assert [numbers(Recorded(path)) for path in desk.names()] == [[0], [], []]


def test_time_and_no_further_file_is_the_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Rotation(seconds=1000), Stops(files=1))
    desk.files.due = 0.0
    assert not desk.recording.settle()


def test_a_removed_file_that_somebody_else_took_away_is_no_trouble(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Rotation(frames=1, files=1))
    desk.feed(0)
    desk.feed(1)
    for path in desk.names():
        path.unlink()
    with pytest.raises(WriteError, match="somebody has moved or removed it"):
        desk.feed(2)  # of its own file that is a different matter


def test_what_stays_where_no_next_file_can_be_begun(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Rotation(frames=2))
    desk.break_header = lambda number: number == 2
    for number in range(2):
        desk.feed(number)
    with pytest.raises(WriteError, match="no room"):
        desk.feed(2)
    desk.recording.fail(capturing=True)
    [path] = desk.names()
    assert numbers(Recorded(path)) == [0, 1]
    assert (desk.tally.kept, desk.tally.losses(0).output) == (2, 1)
    assert desk.notices == [f"File: {path}"]


class Full:
    """A disk that takes so many bytes more."""

    def __init__(self, output: Output, room: int) -> None:
        self.name = output.name
        self._output = output
        self._room = room

    def fileno(self) -> int:
        return self._output.fileno()

    def write(self, data: Any) -> int:
        if self._room == 0:
            raise OSError(28, "No space left on device")
        taken = self._output.write(data[: self._room])
        self._room -= taken
        return taken


@pytest.mark.parametrize("room", [0, 10, 92, 500])
def test_what_a_full_disk_did_not_take_is_not_counted(tmp_path: Path, room: int) -> None:
    desk = Desk(tmp_path)
    stream = desk.files.writer._output
    stream._stream = Full(stream._stream, room)
    for number in range(8):
        desk.feed(number, source=number % 2)
    with pytest.raises(WriteError):
        desk.recording.settle()
    desk.recording.fail(capturing=True)
    [path] = desk.names()
    kept = room // 92  # bytes of a block of 60 bytes of data
    assert numbers(Recorded(path)) == list(range(kept))
    assert desk.tally.kept == kept
    assert desk.tally.all_losses().output == 8 - kept
