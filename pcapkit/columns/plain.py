"""Columns filled in by Python, one frame after the other."""

import os
from collections import Counter
from collections.abc import Container, Iterator
from typing import cast

from pcapkit.capfile.blocks import ByteOrder
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.pcap import PcapHeader
from pcapkit.capfile.reader import read_with
from pcapkit.capfile.source import Source
from pcapkit.columns.batch import Batch
from pcapkit.columns.rows import put_row
from pcapkit.dissector import Dissector
from pcapkit.dissector.forgetting import forgotten as forgotten_by
from pcapkit.errors import ReadError


def read_plainly(
    path: str | os.PathLike[str],
    dissector: Dissector,
    only: Container[str] | None,
    rows: int,
    forgotten: Counter[str] | None,
) -> Iterator[Batch]:
    """See `pcapkit.columns.read`."""
    watch = _Watch()
    return _batches(cast("Iterator[CapturedFrame]", read_with(path, watch)), watch, dissector, only, rows, forgotten)


def _batches(
    frames: Iterator[CapturedFrame],
    watch: "_Watch",
    dissector: Dissector,
    only: Container[str] | None,
    rows: int,
    forgotten: Counter[str] | None,
) -> Iterator[Batch]:
    run = dissector.begin()
    batch, row = Batch(dissector, rows, only), 0
    try:
        for frame in frames:
            values = run.feed(frame.number, frame.time, frame.data, frame.wire_length, frame.interface.link_type)
            put_row(batch, row, frame, run.packet, dissector.fields, values)
            row += 1
            if row == rows or watch.is_dry():
                batch.cut(row)
                yield batch
                batch, row = Batch(dissector, rows, only), 0
    except ReadError:
        if row:
            batch.cut(row)
            yield batch
        raise
    finally:
        if forgotten is not None:
            forgotten.update(forgotten_by([run]))
    if row:
        batch.cut(row)
        yield batch


class _Watch:
    """Takes no frames, but sees from where they come."""

    def __init__(self) -> None:
        self._source: Source | None = None

    def begin_section(self, order: ByteOrder) -> None:
        pass

    def add_interface(self, interface: Interface) -> None:
        pass

    def begin_pcap(self, header: PcapHeader, bound: int) -> None:
        pass

    def take(self, source: Source, number: int) -> int:
        self._source = source
        return 0

    def is_dry(self) -> bool:
        """Whether the next frame may be long in coming."""
        source = self._source
        return source is not None and source.slow and source.position == source.end
