"""The native runtime behind the face that all runtimes have."""

import shutil
from pathlib import Path

import pytest

from pcapkit.crosscheck.face import RuntimeFailure
from pcapkit.crosscheck.frames import batches
from pcapkit.crosscheck.native import NativeRuntime
from pcapkit.crosscheck.python import PythonRuntime
from pcapkit.dissector import Dissector, find_one
from tests.native.compiled import compiled_handshake
from tests.needs import PROJECT


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Dissector:
    """The compiled handshake dissector."""
    return compiled_handshake(tmp_path_factory)


def samples() -> list[Path]:
    """The project's own captures."""
    return sorted(path for path in (PROJECT / "samples").rglob("*.pcap*") if path.is_file())


def test_it_answers_as_the_reference_does(compiled: Dissector) -> None:
    """Every frame of every sample."""
    native, python = NativeRuntime(compiled), PythonRuntime(compiled)
    assert native.missing() is None
    assert native.version().startswith("pcapkit ")
    answered = 0
    for path in samples():
        ours, theirs = native.begin(path), python.begin(path)
        for frames in batches(path):
            for answers in (ours, theirs):
                answers.submit(frames)
            got, wanted = ours.collect(frames), theirs.collect(frames)
            assert got == wanted, path
            answered += len(got)
        assert ours.finish(False) == []
        ours.close()
    assert answered
    native.close()


def test_where_nothing_is_compiled_it_is_missing(tmp_path: Path) -> None:
    """And says why."""
    shutil.copy(PROJECT / "dissectors" / "tcp_handshake.py", tmp_path)
    runtime = NativeRuntime(find_one(str(tmp_path / "tcp_handshake.py")))
    assert "no compiled form" in str(runtime.missing())
    with pytest.raises(RuntimeFailure, match="no compiled form"):
        runtime.begin(tmp_path)


def test_no_more_memory_is_a_failure_of_the_runtime(compiled: Dissector, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the frames that it was at, for the report; the other runtimes go on."""
    runtime = NativeRuntime(compiled)
    first = samples()[0]
    answers = runtime.begin(first)

    class Broken:
        def columns(self, rows: int) -> dict[str, object]:
            return {}

        def label(self, *_: object) -> int:
            raise MemoryError("no more memory")

    monkeypatch.setattr(answers, "_run", Broken())
    frames = next(iter(batches(first)))
    with pytest.raises(RuntimeFailure, match=f"MemoryError: no more memory, in frames 1 to {len(frames)}$"):
        answers.collect(frames)


def test_times_beyond_64_bits_and_gaps_in_the_numbers(compiled: Dissector) -> None:
    """What no block of native frames can hold is fed frame by frame, and numbers need not follow each other."""
    path = PROJECT / "samples" / "ten_frames.pcapng"
    frames = [frame for batch in batches(path) for frame in batch]
    for index, frame in enumerate(frames):
        frame.number += 5 * (index // 3)
    for far in (None, 0, 4):
        if far is not None:
            frames[far].time = 2**70
        native, python = NativeRuntime(compiled).begin(path), PythonRuntime(compiled).begin(path)
        for part in (frames[:7], frames[7:]):
            assert native.collect(part) == python.collect(part)
