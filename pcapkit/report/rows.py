"""The segments of a capture with what the dissector says of them, one row each."""

from typing import NamedTuple


class Row(NamedTuple):
    """One TCP segment. The dissector's fields have its own numbers, and 0 where they are absent."""

    number: int  # of the frame, from 1
    time: int  # ns since 1970
    length: int  # bytes on the wire
    source: bytes  # address and port
    target: bytes
    flags: int
    seq: int
    ack: int
    window: int
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
    expected_ack: int
    ack_check: int
    expected_seq: int
    seq_check: int
