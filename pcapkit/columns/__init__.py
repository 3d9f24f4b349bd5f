"""What headers and a dissector say of the frames of a capture, as columns: for all that looks at whole captures.

    for batch in read("run.pcapng", find_one("tcp_handshake")):
        for row in range(len(batch)):
            if batch.found[row]:
                count[batch.fields["connection"][row]] += batch.payload_length[row]

A `Batch` holds some thousand frames, so that memory does not grow with the capture. Where the dissector and pcapkit's
engine are compiled, they fill the columns in without a Python object for a frame; elsewhere Python does, with the same
result.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator

from pcapkit.columns.batch import HEADERS, ROWS, Batch, values_of
from pcapkit.dissector import Dissector

__all__ = ["ROWS", "Batch", "read", "values_of"]


def read(
    path: str | os.PathLike[str],
    dissector: Dissector,
    *,
    only: Collection[str] | None = None,
    rows: int = ROWS,
    native: bool = True,
    forgotten: Counter[str] | None = None,
) -> Iterator[Batch]:
    """The frames of a pcap or pcapng file, gzipped or not; "-" is standard input. All of them, in their order.

    only: the names of the columns and fields that are wanted, None for all: the fewer, the faster. `number` is always
    there, `values_of` needs `found` and all fields. rows: the most frames in a batch. A batch is handed on earlier
    where a pipe has no more for now. native: False keeps to Python. forgotten: gets what the dissector had to
    forget, once the reading is over, as pcapkit.dissector.forgetting.forgotten says; what it may keep is bounded as in
    pcapkit.native.begin.

    Raises FileError at once if the file cannot be opened or is no capture file, ReadError where it is damaged or cut
    short, after every frame before that place.
    """
    unknown = [] if only is None else [name for name in only if not _is_column(name, dissector)]
    if unknown:
        raise ValueError(f"no columns {', '.join(unknown)}")
    if native:
        from pcapkit.columns.native import read_natively

        batches = read_natively(path, dissector, only, rows, forgotten)
        if batches is not None:
            return batches
    from pcapkit.columns.plain import read_plainly

    return read_plainly(path, dissector, only, rows, forgotten)


def _is_column(name: str, dissector: Dissector) -> bool:
    return name in {*HEADERS, "address_length", "addresses"} or any(name == one.name for one in dissector.fields)
