"""The connections of a capture, out of its labelled frames, in one pass.

Memory grows with the connections that are open, not with frames: a connection that has ended is handed over once it
has been silent for longer than late frames take, by the time of the capture.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pcapkit.columns import Batch
from pcapkit.report.connection import Connection
from pcapkit.report.life import Life, Words
from pcapkit.report.rows import ends_of
from pcapkit.report.vocabulary import Vocabulary

LATE: Final = 240 * 1_000_000_000
"""ns: twice the maximum segment lifetime (RFC 9293 section 3.4.1); nothing of an ended connection comes later."""

_SWEEP: Final = 65_536  # frames between two looks for connections that are over


def connections(batches: Iterable[Batch], words: Vocabulary, file: str = "") -> Iterator[Connection]:
    """Each connection when no more can be told of it; those that stay open come last, in the order of their numbers."""
    terms = Words(words)
    lives: dict[int, Life] = {}
    frames = 0
    for batch in batches:
        _take(batch, terms, lives)
        frames += len(batch)
        if frames >= _SWEEP:
            frames = 0
            for life in _over(lives, batch.time[-1]):
                yield life.row(terms, file)
    for life in sorted(lives.values(), key=lambda life: life.number):
        yield life.row(terms, file)


def _take(batch: Batch, words: Words, lives: dict[int, Life]) -> None:
    """Add a batch of frames to their connections."""
    plain, data_bit, repeat = words.plain, words.data, words.repeat
    fields = batch.fields
    columns = zip(
        batch.found,
        batch.number,
        batch.time,
        batch.wire_length,
        batch.payload_length,
        batch.source_port,
        *(fields[name] for name in ("connection", "sender", "step", "client_state", "server_state", "problems")),
        strict=True,
    )
    for row, columns_of_row in enumerate(columns):
        found, number, time, length, payload, port, connection, sender, steps, client, server, problems = columns_of_row
        if not found:
            continue
        life = lives.get(connection)
        if life is None:
            life = lives[connection] = Life(connection, number, time, *ends_of(batch, row))
        if life.ports_differ:
            side = 0 if port == life.port else 1
        else:
            side = 0 if batch.source(row) == life.first[:-2] else 1
        if sender == words.client:
            life.client_side = side
        elif sender == words.server:
            life.client_side = 1 - side
        life.frames[side] += 1
        life.bytes[side] += length
        if time > life.time:
            life.time = time
        life.last_frame = number
        life.client_state = client
        life.server_state = server
        life.steps |= steps
        if steps & ~plain or problems:
            life.event(words, side, number, steps, problems, fields["delay"][row], fields["answers"][row])
        if steps & data_bit and not steps & repeat:
            life.payload[side] += payload
            if life.response_time is None:
                _time_data(life, side, time)


def _time_data(life: Life, side: int, time: int) -> None:
    if side == max(life.client_side, 0):
        if life.request_time is None:
            life.request_time = time
    elif life.request_time is not None:
        life.response_time = time - life.request_time


def _over(lives: dict[int, Life], now: int) -> Iterator[Life]:
    over = [number for number, life in lives.items() if life.ended and now - life.time > LATE]
    for number in over:
        yield lives.pop(number)
