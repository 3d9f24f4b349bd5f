"""The connections of a capture, out of its labelled frames, in one pass.

Memory grows with the connections that are open, not with frames: a connection that has ended is handed over once it
has been silent for longer than late frames take, by the time of the capture.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pcapkit.report.connection import Connection
from pcapkit.report.life import Life, Words
from pcapkit.report.rows import Row
from pcapkit.report.vocabulary import Vocabulary

LATE: Final = 240 * 1_000_000_000
"""ns: twice the maximum segment lifetime (RFC 9293 section 3.4.1); nothing of an ended connection comes later."""

_SWEEP: Final = 65_536  # frames between two looks for connections that are over


def connections(
    rows: Iterable[Row], words: Vocabulary, file: str = "", *, keep: Callable[[Connection], bool] | None = None
) -> Iterator[Connection]:
    """Each connection when no more can be told of it; those that stay open come last, in the order of their numbers.

    keep: which of them to hand over; None: all.
    """
    terms = Words(words)
    lives: dict[int, Life] = {}
    for life in _finished(rows, terms, lives):
        made = life.row(terms, file)
        if keep is None or keep(made):
            yield made


def _finished(rows: Iterable[Row], words: Words, lives: dict[int, Life]) -> Iterator[Life]:
    client, server, plain, data_bit, repeat = words.client, words.server, words.plain, words.data, words.repeat
    for count, row in enumerate(rows, start=1):
        life = lives.get(row.connection)
        if life is None:
            life = lives[row.connection] = Life(row.connection, row.number, row.time, row.source, row.target)
        side = 0 if row.source == life.first else 1
        if row.sender == client:
            life.client_side = side
        elif row.sender == server:
            life.client_side = 1 - side
        life.frames[side] += 1
        life.bytes[side] += row.length
        life.time = max(life.time, row.time)
        life.last_frame = row.number
        life.client_state = row.client_state
        life.server_state = row.server_state
        steps = row.step
        life.steps |= steps
        if steps & ~plain or row.problems:
            life.event(words, side, row.number, steps, row.problems, row.delay, row.answers)
        if steps & data_bit and not steps & repeat:
            life.payload[side] += row.payload
            if life.response_time is None:
                _time_data(life, side, row.time)
        if count % _SWEEP == 0:
            yield from _sweep(lives, row.time)
    yield from sorted(lives.values(), key=lambda life: life.number)


def _time_data(life: Life, side: int, time: int) -> None:
    if side == max(life.client_side, 0):
        if life.request_time is None:
            life.request_time = time
    elif life.request_time is not None:
        life.response_time = time - life.request_time


def _sweep(lives: dict[int, Life], now: int) -> Iterator[Life]:
    over = [number for number, life in lives.items() if life.ended and now - life.time > LATE]
    for number in over:
        yield lives.pop(number)
