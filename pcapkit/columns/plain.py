"""Columns filled in by Python, one frame after the other."""

import os
from collections.abc import Iterator

from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.columns.batch import Batch
from pcapkit.columns.rows import put_row
from pcapkit.dissector import Dissector
from pcapkit.errors import ReadError


def read_plainly(path: str | os.PathLike[str], dissector: Dissector, rows: int) -> Iterator[Batch]:
    """See `pcapkit.columns.read`."""
    return _batches(read_frames(path), dissector, rows)


def _batches(frames: Iterator[CapturedFrame], dissector: Dissector, rows: int) -> Iterator[Batch]:
    run = dissector.begin()
    batch, row = Batch(dissector, rows), 0
    try:
        for frame in frames:
            values = run.feed(frame.number, frame.time, frame.data, frame.wire_length, frame.interface.link_type)
            put_row(batch, row, frame, run.packet, dissector.fields, values)
            row += 1
            if row == rows:
                yield batch
                batch, row = Batch(dissector, rows), 0
    except ReadError:
        if row:
            batch.cut(row)
            yield batch
        raise
    if row:
        batch.cut(row)
        yield batch
