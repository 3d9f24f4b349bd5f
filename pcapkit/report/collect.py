"""The connections of a capture, out of its labelled frames, in one pass.

Memory grows with the connections that are open, not with frames: a connection that has ended is handed over once it
has been silent for longer than late frames take, by the time of the capture, and one that never opened once the
dissector has forgotten it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pcapkit.columns import Batch
from pcapkit.errors import ReadError
from pcapkit.report.clock import CaptureClock
from pcapkit.report.connection import Connection
from pcapkit.report.life import BACK, Life, Words
from pcapkit.report.rows import ends_of
from pcapkit.report.vocabulary import Vocabulary

LATE: Final = 240 * 1_000_000_000
"""ns: twice the maximum segment lifetime (RFC 9293 section 3.4.1); what comes later is left out."""

ENDED: Final = 100_000
"""The most connections that have ended and are kept for what comes late; beyond, the oldest are handed over."""

PASSING: Final = 2**19
"""When so many others have begun since, the dissector has forgotten a connection that never opened."""

_SWEEP: Final = 65_536  # frames between two looks for connections that are over

Wanted = range | frozenset[int]
"""Numbers of connections."""


def connections(
    batches: Iterable[Batch], words: Vocabulary, file: str = "", wanted: Wanted | None = None
) -> Iterator[Connection]:
    """Each connection when no more can be told of it; those that stay open come last, in the order of their numbers.

    wanted: only these; whether the clock jumped is then told by their frames alone.
    Where the capture turns out to be damaged, its ReadError comes after all connections that precede the damage.
    """
    terms = Words(words)
    lives: dict[int, Life] = {}
    told = bytearray()
    clock = CaptureClock()
    frames = 0
    damage: ReadError | None = None
    try:
        for batch in batches:
            _take(batch, terms, lives, told, clock, wanted)
            frames += len(batch)
            if frames >= max(_SWEEP, len(lives) // 4):
                frames = 0
                for life in _over(lives, terms, clock.now):
                    if life.number >= len(told):
                        told.extend(bytes(2 * life.number + 1 - len(told)))
                    told[life.number] = 1
                    yield life.row(terms, file)
    except ReadError as error:
        damage = error
    for life in sorted(lives.values(), key=lambda life: life.number):
        yield life.row(terms, file)
    if damage is not None:
        raise damage


def _take(
    batch: Batch,
    words: Words,
    lives: dict[int, Life],
    told: bytearray,
    clock: CaptureClock,
    wanted: Wanted | None,
) -> None:
    """Add a batch of frames to their connections. told: for each number, 1 if it was handed over."""
    plain, data_bit, repeat = words.plain, words.data, words.repeat
    known, client_role = (words.client, words.server), words.client
    fields = batch.fields
    now = clock.now
    columns = zip(
        batch.found,
        batch.number,
        batch.time,
        batch.wire_length,
        batch.payload_length,
        *(fields[name] for name in ("connection", "sender", "step", "client_state", "server_state", "problems")),
        strict=True,
    )
    for row, (found, number, time, length, payload, connection, sender, steps, client, server, problems) in enumerate(
        columns
    ):
        if not found:
            continue
        life = lives.get(connection)
        if life is None:
            if (connection < len(told) and told[connection]) or (wanted is not None and connection not in wanted):
                continue
            life = lives[connection] = Life(connection, number, time, *ends_of(batch, row))
            clock.begun(life)
        if not now - BACK <= time <= now + BACK:
            clock.now = now
            if time > now:
                clock.ahead(life, time, lives)
            else:
                clock.back(life, time, lives)
            now = time
        elif time > now:
            now = time
        if sender in known:
            side = life.client_side
            if side < 0:
                side = _side(batch, row, life)
                life.client_side = side if sender == client_role else 1 - side
            elif sender != client_role:
                side = 1 - side
        else:
            side = _side(batch, row, life)
        life.frames[side] += 1
        life.bytes[side] += length
        if time > life.time:
            life.time = time
        elif time < life.time - BACK:
            life.jumped = True
        life.last_frame = number
        if steps & ~plain or problems:
            delay, answers = fields["delay"][row], fields["answers"][row]
            # The dissector counts time modulo 52 days: what comes before that which it answers may do so 52 days later.
            late = delay if 0 <= delay <= time - life.start else None
            life.event(words, side, number, steps, problems, late, answers)
        life.client_state = client
        life.server_state = server
        if steps & data_bit:
            life.steps |= steps
            if not steps & repeat:
                life.payload[side] += payload
                if life.response_time is None and life.client_side >= 0:  # who answers whom is known
                    _time_data(life, side, time)
    clock.now = now


def _side(batch: Batch, row: int, life: Life) -> int:
    """Who of the two sent the segment in a row: 0 is who sent the first."""
    if life.ports_differ:
        return 0 if batch.source_port[row] == life.port else 1
    return 0 if batch.source(row) == life.first[:-2] else 1


def _time_data(life: Life, side: int, time: int) -> None:
    if side == life.client_side:
        if life.request_time is None:
            life.request_time = time
    elif life.request_time is not None:
        life.response_time = time - life.request_time  # negative, where the clock went back


def _over(lives: dict[int, Life], words: Words, now: int) -> list[Life]:
    """Take out those that have ended, or never opened, and will get no more frames."""
    ended = [life for life in lives.values() if life.ended]
    over = [life for life in ended if now - life.time > LATE]
    if len(ended) - len(over) > ENDED:
        ended.sort(key=lambda life: life.time)
        over = ended[: max(len(over), len(ended) - ENDED)]
    old = next(reversed(lives), 0) - PASSING
    over += [life for life in lives.values() if life.number < old and not life.ended and words.is_opening(life.steps)]
    for life in over:
        del lives[life.number]
    return over
