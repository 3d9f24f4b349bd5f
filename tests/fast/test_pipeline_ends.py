"""Files on two processors: early ends, errors, signals, forks, and files that change meanwhile."""

import gc
import io
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pcapkit.capfile.source import Source, watch_reading
from pcapkit.columns import read
from pcapkit.dissector import Dissector
from pcapkit.errors import PcapkitError
from pcapkit.fast import taking
from tests.capfile import forge
from tests.fast.captures import columns, handshake, talk
from tests.fast.engine import need_engine
from tests.fast.pipeline import PAGE, Pipeline, long, threads

pytestmark = pytest.mark.usefixtures("nothing_left")


def test_closed_early(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """Nobody waits for what is read ahead, and it ends with the file's reader."""
    path = tmp_path / "x"
    path.write_bytes(long(3000))
    pipeline.of(2)
    before = threads()
    batches = read(path, dissector, rows=10)
    for _ in range(5):
        next(batches)
    assert threads() == before + 1
    batches.close()  # type: ignore[attr-defined]  # it is a generator
    assert threads() == before
    for rows in (1, 3, 1000):
        batches = read(path, dissector, rows=rows)
        next(batches)
        next(batches)
        del batches
        gc.collect()
        assert threads() == before


def test_an_error_while_another_thread_reads(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """What is raised where the blocks go comes through, and the thread has ended then."""
    path = tmp_path / "x"
    path.write_bytes(long(3000))
    pipeline.of(2)
    before = threads()

    class Full(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if self.tell() > 100_000:
                raise OSError(28, os.strerror(28))
            return super().write(data)

    from pcapkit.capfile.annotate import annotate
    from pcapkit.fast.annotator import begin_annotator
    from pcapkit.fast.commenting import runs_of

    annotator = begin_annotator("all", [dissector])
    with pytest.raises(PcapkitError, match="No space left"):
        annotate(path, Full(), annotator.line, runs=runs_of(annotator, "all"))
    assert threads() == before


def test_interrupted(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """Ctrl-C reaches this thread, never the other."""
    path = tmp_path / "x"
    path.write_bytes(long(6000))
    pipeline.of(2)
    pipeline.chunks(200, 1)
    before = threads()
    main = threading.main_thread().ident
    assert main is not None

    def read_for_ever(timer: threading.Timer) -> None:
        timer.start()
        while True:
            for _ in read(path, dissector, rows=3):
                pass

    for delay in (0.0, 0.001, 0.004):
        timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            read_for_ever(timer)
        timer.join()
    gc.collect()
    assert threads() == before


def test_a_child_of_a_fork_goes_on_alone(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """There is no other thread in it; the parent has its own still."""
    path = tmp_path / "x"
    path.write_bytes(long(2000))
    pipeline.of(2)
    wanted = columns(path, dissector, native=True)[0][1]
    batches = read(path, dissector, rows=100)
    times = [*next(batches).time]
    child = os.fork()
    if child == 0:
        try:
            for batch in batches:
                times += batch.time
            os._exit(0 if times == wanted else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    for batch in batches:
        times += batch.time
    assert times == wanted


def test_a_child_of_a_fork_begins_with_a_thread_of_its_own(tmp_path: Path) -> None:
    """Where the parent's has nothing to do at that moment."""
    from pcapkit import native

    dissector = handshake()
    engine = need_engine()
    filling = engine.Columns(engine.Runs([native.begin(dissector)]), [-1] * len(dissector.fields))
    path = tmp_path / "x"
    path.write_bytes(b"")

    def read_nothing(descriptor: int) -> int:
        assert filling.lead(descriptor, 0, PAGE, 1)
        rows = [engine.column(8) for _ in range(len(engine.COLUMNS) + len(dissector.fields))]
        found = threads()
        while filling.leading:
            filling.fill(b"", 0, 0, 1, rows, engine.column(8), bytearray(8 * 32), 0)
        return found

    alone = threads()
    with path.open("rb") as file:
        assert read_nothing(file.fileno()) == alone + 1
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if read_nothing(file.fileno()) == 2 else 1)
            finally:
                os._exit(2)
        assert os.waitpid(child, 0)[1] == 0
        filling.halt()


def test_a_file_that_shrinks_meanwhile(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """It ends where it ends, with a sentence or without, and with every frame before that."""
    path = tmp_path / "x"
    content = long(3000)
    pipeline.of(2)
    counts: list[int] = []

    def read_and_cut(size: int) -> None:
        for batch in read(path, dissector, rows=20):
            counts[-1] += len(batch)
            if counts[-1] == 100:
                os.truncate(path, size)

    for share in (2, 3, 5):
        path.write_bytes(content)
        counts.append(0)
        with pytest.raises(PcapkitError, match="cut short"):
            read_and_cut(len(content) // share + 1)
        assert counts[-1] >= 100


def test_a_file_that_grows_meanwhile(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """What was added before its end was reached is read, too."""
    path = tmp_path / "x"
    path.write_bytes(long(300))
    pipeline.of(2)
    count = 0
    for batch in read(path, dissector, rows=20):
        if count == 0:
            with path.open("ab") as more:
                more.write(forge.enhanced(talk()[0]) * 500)
        count += len(batch)
    assert count > 800


def test_standard_input_that_others_have_read_of(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """A file that is begun somewhere in its middle, up to damage whose offset counts from there."""
    whole, part = tmp_path / "whole", tmp_path / "part"
    content = long(100) + bytes(12)
    part.write_bytes(content)
    whole.write_bytes(bytes(5000) + content)
    pipeline.of(1)
    wanted = columns(part, dissector, native=True)
    pipeline.of(2)
    before = os.dup(0)
    try:
        with whole.open("rb", buffering=0) as file:
            file.seek(5000)
            os.dup2(file.fileno(), 0)
        got = columns(Path("-"), dissector, native=True)
    finally:
        os.dup2(before, 0)
        os.close(before)
    assert got[:3] == wanted[:3]
    assert got[3] == (wanted[3][0], wanted[3][1].replace(str(part), "standard input"))
    assert pipeline.led > 1


def test_no_thread_to_be_had(
    tmp_path: Path, pipeline: Pipeline, dissector: Dissector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a descriptor for it, this thread does everything."""
    import resource

    path = tmp_path / "x"
    path.write_bytes(long())
    pipeline.of(1)
    wanted = columns(path, dissector, native=True)
    pipeline.of(2)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    begin = Source.descriptor_for

    def without_more(source: Source, helper: Callable[[], None]) -> int:
        found = begin(source, helper)
        resource.setrlimit(resource.RLIMIT_NOFILE, (found + 1, before[1]))
        return found

    monkeypatch.setattr(Source, "descriptor_for", without_more)
    try:
        got = columns(path, dissector, native=True)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert got == wanted


def test_small_files_packed_ones_and_one_processor_do_without(
    tmp_path: Path, pipeline: Pipeline, dissector: Dissector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread is worth it where much is to be read of a file, with two processors."""
    import gzip

    path = tmp_path / "x"
    path.write_bytes(gzip.compress(long()))
    pipeline.of(2)
    columns(path, dissector, native=True)
    path.write_bytes(long())
    pipeline.of(1)
    columns(path, dissector, native=True)
    monkeypatch.setattr(taking, "AHEAD", len(long()))
    pipeline.of(2)
    columns(path, dissector, native=True)
    assert pipeline.led == 0


def test_processors_are_those_that_this_process_may_use() -> None:
    """So that one can be asked for."""
    whole = os.sched_getaffinity(0)
    assert taking.processors() == len(whole)
    os.sched_setaffinity(0, {min(whole)})
    try:
        assert taking.processors() == 1
    finally:
        os.sched_setaffinity(0, whole)


def test_progress_is_told(tmp_path: Path, pipeline: Pipeline, dissector: Dissector) -> None:
    """As far as frames were given out, and never backwards by more than a chunk."""
    path = tmp_path / "x"
    path.write_bytes(long(2000))
    pipeline.of(2)
    seen: list[int] = []
    watch_reading(lambda done, size: seen.append(done))
    try:
        for _ in read(path, dissector, rows=50):
            pass
    finally:
        watch_reading(None)
    assert len(seen) > 20
    assert seen[-1] == path.stat().st_size
    middle = [place for place in seen if 0 < place < seen[-1]]
    assert len({*middle}) > 10


def test_what_the_engine_refuses(dissector: Dissector) -> None:
    """Chunks that it has no room for, and a worker without words."""
    from pcapkit import native

    engine = need_engine()
    runs = engine.Runs([native.begin(dissector)])
    filling = engine.Columns(runs, [-1] * len(dissector.fields))
    for at, span, rows in ((0, 0, 1), (0, (128 << 10) + 1, 1), (0, 1, 0), (0, 1, 513), (-1, 1, 1)):
        with pytest.raises(ValueError, match="no chunk has"):
            filling.lead(0, at, span, rows)
    assert not filling.leading
    filling.halt()
    filling.halt()


def test_what_is_slow_to_come_leaves_time_for_signals(tmp_path: Path) -> None:
    """A worker that waits for its file does not keep this thread waiting."""
    from pcapkit import native

    dissector = handshake()
    engine = need_engine()
    filling = engine.Columns(engine.Runs([native.begin(dissector)]), [-1] * len(dissector.fields))
    path = tmp_path / "x"
    path.write_bytes(b"")
    with path.open("rb") as file:
        begun = time.monotonic()
        assert filling.lead(file.fileno(), 0, PAGE, 1)
        rows = [engine.column(8) for _ in range(len(engine.COLUMNS) + len(dissector.fields))]
        while filling.leading:
            found = filling.fill(b"", 0, 0, 1, rows, engine.column(8), bytearray(8 * 32), 0)
            assert found[:3] == (engine.RUN_OTHER, 0, 0)
        assert filling.reached == 0
        assert time.monotonic() - begun < 30
        filling.halt()
