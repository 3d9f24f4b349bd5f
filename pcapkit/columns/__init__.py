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
from collections.abc import Iterator

from pcapkit.columns.batch import ROWS, Batch, values_of
from pcapkit.dissector import Dissector

__all__ = ["ROWS", "Batch", "read", "values_of"]


def read(
    path: str | os.PathLike[str], dissector: Dissector, *, rows: int = ROWS, native: bool = True
) -> Iterator[Batch]:
    """The frames of a pcap or pcapng file, gzipped or not; "-" is standard input. All of them, in their order.

    rows: the most frames in a batch. A batch is handed on earlier where a pipe has no more for now. native: False
    keeps to Python. Raises FileError at once if the file cannot be opened or is no capture file, ReadError where it is
    damaged or cut short, after every frame before that place; MemoryError where what is known of open connections has
    no more room.
    """
    if native:
        from pcapkit.columns.native import read_natively

        batches = read_natively(path, dissector, rows)
        if batches is not None:
            return batches
    from pcapkit.columns.plain import read_plainly

    return read_plainly(path, dissector, rows)
