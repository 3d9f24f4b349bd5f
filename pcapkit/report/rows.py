"""One labelled segment as a row of its own, for the connections that are looked at frame by frame."""

from typing import NamedTuple

from pcapkit.columns import Batch


class Row(NamedTuple):
    """One TCP segment. The dissector's fields have its own numbers, and 0 where they are absent."""

    number: int  # of the frame, from 1
    time: int  # ns since 1970
    source: bytes  # address and port
    target: bytes
    flags: int
    seq: int
    ack: int
    payload: int  # bytes
    connection: int
    sender: int
    step: int  # a set, as its bits
    client_state: int
    server_state: int
    answers: int
    delay: int  # ns
    inferred: int
    problems: int  # a set


_FIELDS = Row._fields[8:]


def row_of(batch: Batch, row: int) -> Row:
    """The segment in a row of a batch."""
    fields = batch.fields
    source, target = ends_of(batch, row)
    return Row(
        batch.number[row],
        batch.time[row],
        source,
        target,
        batch.flags[row],
        batch.seq[row],
        batch.ack[row],
        batch.payload_length[row],
        *(fields[name][row] for name in _FIELDS),
    )


def ends_of(batch: Batch, row: int) -> tuple[bytes, bytes]:
    """Who sent the segment in a row, and to whom: address and port of each."""
    return (
        batch.source(row) + batch.source_port[row].to_bytes(2, "big"),
        batch.destination(row) + batch.destination_port[row].to_bytes(2, "big"),
    )
