"""Labelled segments as rows of their own, for the connections that are looked at frame by frame."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pcapkit.columns import Batch


class Row(NamedTuple):
    """One TCP segment. The dissector's fields have its own numbers, and 0 where they are absent."""

    number: int  # of the frame, from 1
    time: int  # ns since 1970
    source_port: int
    flags: int
    seq: int
    ack: int
    payload_length: int  # bytes
    connection: int
    sender: int
    step: int  # a set, as its bits
    client_state: int
    server_state: int
    answers: int
    delay: int  # ns
    inferred: int
    problems: int  # a set


HEADERS = Row._fields[:7]
FIELDS = Row._fields[7:]
COLUMNS = (*Row._fields, "found", "wire_length", "destination_port", "address_length", "addresses")
"""All that the views look at: no other column has to be filled in."""

CONNECTION = Row._fields.index("connection")


def rows(batch: Batch) -> Iterator[tuple[Any, ...]]:
    """For each row of a batch: whether the dissector says something of it, then what a Row is made of."""
    headers = (getattr(batch, name) for name in HEADERS)
    return zip(batch.found, *headers, *(batch.fields[name] for name in FIELDS), strict=True)


def ends_of(batch: Batch, row: int) -> tuple[bytes, bytes]:
    """Who sent the segment in a row, and to whom: address and port of each."""
    return (
        batch.source(row) + batch.source_port[row].to_bytes(2, "big"),
        batch.destination(row) + batch.destination_port[row].to_bytes(2, "big"),
    )
