"""Columns filled in by the engine, but for the frames that it leaves to Python."""

import os
from collections import Counter
from collections.abc import Container, Iterator
from types import ModuleType

from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_with
from pcapkit.capfile.source import Source
from pcapkit.columns.batch import Batch
from pcapkit.columns.rows import put_row
from pcapkit.dissector import Dissector
from pcapkit.dissector.forgetting import forgotten as forgotten_by
from pcapkit.errors import ReadError
from pcapkit.fast import load as load_engine
from pcapkit.fast.taking import NativeRuns
from pcapkit.layers.packet import Packet
from pcapkit.native import NativeRun, memory_limit
from pcapkit.native import load as load_dissector


def read_natively(
    path: str | os.PathLike[str],
    dissector: Dissector,
    only: Container[str] | None,
    rows: int,
    forgotten: Counter[str] | None,
) -> Iterator[Batch] | None:
    """See `pcapkit.columns.read`; None where the engine or the dissector is not compiled."""
    engine, module = load_engine(), load_dissector(dissector)
    if isinstance(engine, str) or isinstance(module, str):
        return None
    run: NativeRun = module.NativeRun(memory_limit())
    try:
        filling = _Filling(engine, run, dissector, only, rows)
    except ValueError:  # the two were compiled from different sources
        return None
    return _batches(read_with(path, filling), run, filling, dissector, forgotten)


def _batches(
    frames: Iterator[CapturedFrame | None],
    run: NativeRun,
    filling: "_Filling",
    dissector: Dissector,
    forgotten: Counter[str] | None,
) -> Iterator[Batch]:
    packet = Packet()
    try:
        for frame in frames:
            if frame is not None:
                from pcapkit.layers.decode import decode  # few captures have such a frame

                link = frame.interface.link_type
                values = run.feed(frame.number, frame.time, frame.data, frame.wire_length, link)
                decode(frame.data, frame.wire_length, link, packet)
                put_row(filling.batch, filling.row, frame, packet, dissector.fields, values)
                filling.row += 1
            if filling.row == filling.rows or (frame is None and filling.early):
                yield filling.batch_done()
    except ReadError:
        if filling.row:
            yield filling.batch_done()
        raise
    finally:
        if forgotten is not None:
            forgotten.update(forgotten_by([run]))
    if filling.row:
        yield filling.batch_done()


class _Filling(NativeRuns):
    """Takes frames into a batch. row: the first that is free. early: the source has no more for now."""

    def __init__(
        self, engine: ModuleType, run: NativeRun, dissector: Dissector, only: Container[str] | None, rows: int
    ) -> None:
        names = [spec.name for spec in dissector.fields]
        whens = [-1 if spec.when is None else names.index(spec.when) for spec in dissector.fields]
        self._columns = engine.Columns(engine.Runs([run]), whens)
        super().__init__(engine, self._columns)
        self.rows = rows
        self.row = 0
        self.early = False
        self._column = engine.column
        self._only = only
        self.batch = Batch(dissector, rows, only, self._column)
        self._dissector = dissector

    def take(self, source: Source, number: int) -> int:
        """Fill in rows of the batch."""
        before = self.row
        self.early = False
        while True:
            self.lead(source)
            why, source.position, self.row, needed = self._columns.fill(
                source.buffer,
                source.position,
                source.end,
                number + self.row - before,
                self.batch.columns(),
                self.batch.address_length,
                self.batch.addresses,
                self.row,
            )
            if not self.goes_on(source, why, needed, self.row - before):
                self.early = source.slow and why == self._more
                break
        return self.row - before

    def batch_done(self) -> Batch:
        """The rows that are filled in; a new batch begins."""
        done = self.batch
        if self.row < self.rows:
            done.cut(self.row)
        self.batch, self.row = Batch(self._dissector, self.rows, self._only, self._column), 0
        return done
