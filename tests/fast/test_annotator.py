"""The comments of whole captures, decoded, dissected and written natively: those of the reference."""

import shutil
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import methodcaller
from pathlib import Path

import pytest
from hypothesis import given, settings

from pcapkit.annotate import Annotator, Level
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.dissector import Dissector, find_one
from pcapkit.errors import PcapkitError
from pcapkit.fast.annotator import NativeAnnotator, begin_annotator
from pcapkit.native import build
from tests.annotate.test_annotator import captured
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.strategies import broken_frames
from tests.dissectors.talk import tell
from tests.fast.engine import need_engine
from tests.native.compiled import compiled_handshake, need_compiler
from tests.needs import PROJECT, need, need_corpus

MOST = 60  # frames of one file of the corpus


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Dissector]:
    """The handshake, and a toy that has something to say of any frame, in fields of every kind; both compiled."""
    need_engine()
    need_compiler()
    path = tmp_path_factory.mktemp("toys") / "toy.py"
    shutil.copy(PROJECT / "tests" / "dissector" / "toy.py", path)
    build(path)
    return [compiled_handshake(tmp_path_factory), find_one(str(path))]


def same(frames: Iterable[CapturedFrame], dissectors: Sequence[Dissector], level: Level = "all") -> int:
    """How many comments there are; each is what Python writes."""
    reference = Annotator(level, dissectors)
    native = begin_annotator(level, dissectors)
    assert type(native) is NativeAnnotator
    count = 0
    for frame in frames:
        wanted = reference.line(frame)
        assert native.line(frame) == wanted
        count += bool(wanted)
    return count


def conversations() -> list[CapturedFrame]:
    """All scenarios one after the other, with frames between that are no segments."""
    data = [frame.data for text in SCENARIOS.values() for frame in (*tell(text), *tell(text)[:1])]
    return captured([*data, b"", b"\xff" * 60, bytes(14)])


def test_conversations(both: list[Dissector]) -> None:
    """One dissector or two at once; the comments are the reference's at every level."""
    frames = conversations()
    levels: list[Level] = ["all", "steps", "none"]
    for chosen in (both[:1], both, both[::-1]):
        counts = [same(frames, chosen, level) for level in levels]
        assert len(frames) >= counts[0] > counts[1] > counts[2] == 0


def test_samples(both: list[Dissector]) -> None:
    """All of the laboratory's captures."""
    paths = sorted((PROJECT / "samples").glob("*.pcapng"))
    assert len(paths) > 30
    assert all(same(read_frames(str(path)), both) > 0 for path in paths)


@settings(max_examples=40)
@given(broken_frames())
def test_broken_frames(frames: list[bytes]) -> None:
    """Hostile captures, by the dissectors that are installed."""
    need_engine()
    chosen = [find_one("tcp_handshake")]
    need(type(begin_annotator("all", chosen)) is NativeAnnotator, "tcp_handshake, compiled")
    for level in ("all", "steps"):
        same(captured(frames), chosen, level)


def test_other_peoples_captures(both: list[Dissector]) -> None:
    """The first frames of every file of the corpus, up to its damage."""
    folder = need_corpus()
    comments = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                comments += same(islice(read_frames(str(path)), MOST), both[:1])
            except PcapkitError:
                continue
    assert comments > 3_000


def test_the_short_forms(both: list[Dissector]) -> None:
    """For `pcapkit read`: with and without the less important fields."""
    frames = conversations()
    for name in ("brief", "whole"):
        reference, native = Annotator("all", both), begin_annotator("all", both)
        for frame in frames:
            ask = methodcaller(name, frame)
            assert ask(native) == ask(reference)
            assert native.packet.ethertype == reference.packet.ethertype


def test_reading_goes_on_with_the_same_state(both: list[Dissector]) -> None:
    """Frames may be read as values, or written, in turn."""
    reference, native = Annotator("all", both), begin_annotator("all", both)
    for place, frame in enumerate(conversations()):
        if place % 3 == 0:
            assert native.read(frame).line() == reference.read(frame).line()
            assert native.packet.datagrams == reference.packet.datagrams
        else:
            assert native.line(frame) == reference.line(frame)


FAR = 2**70


@pytest.mark.parametrize("times", [[0, FAR, 5], [FAR, 3, FAR + 5], [None, 7, None], [2**63 - 1, -(2**63), 2**63]])
def test_times_that_no_recorder_writes(times: list[int | None], both: list[Dissector]) -> None:
    """Beyond 64 bits, or none at all."""
    frames = [frame._replace(time=times[place % 3]) for place, frame in enumerate(conversations()[:90])]
    assert same(frames, both) > 50


def test_without_compiled_dissectors_it_is_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not compiled, none at all, or all switched off."""
    shutil.copy(PROJECT / "tests" / "dissector" / "toy.py", tmp_path)
    toy = find_one(str(tmp_path / "toy.py"))
    assert type(begin_annotator("all", [toy])) is Annotator
    assert type(begin_annotator("all", [])) is Annotator
    monkeypatch.setenv("PCAPKIT_NO_EXTENSIONS", "1")
    assert type(begin_annotator("all")) is Annotator
