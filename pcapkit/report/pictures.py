"""Some of a capture's connections, each with its ladder and with the row that tells how it opened and closed."""

from collections.abc import Iterable
from typing import NamedTuple

from pcapkit.columns import Batch
from pcapkit.errors import ReadError
from pcapkit.report.collect import Wanted, connections
from pcapkit.report.connection import Connection
from pcapkit.report.ladder import Ladder, Ladders
from pcapkit.report.vocabulary import Vocabulary


class Picture(NamedTuple):
    """One connection: what happened frame by frame, and what came of it."""

    ladder: Ladder
    row: Connection


class Pictures(NamedTuple):
    """Those that were wanted, by number; how many connections and frames there are, and how the capture is damaged."""

    found: list[Picture]
    connections: int
    frames: int
    damage: ReadError | None


def pictures(batches: Iterable[Batch], words: Vocabulary, wanted: Wanted, *, fold: bool = True) -> Pictures:
    """The connections whose numbers are wanted; of a damaged capture: as far as it goes."""
    drawn = Ladders(words, wanted, fold=fold)
    rows: dict[int, Connection] = {}
    damage: ReadError | None = None
    try:
        for one in connections(drawn.adding(batches), words, wanted=wanted):
            rows[one.number] = one
    except ReadError as error:
        damage = error
    found = [Picture(ladder, rows[ladder.number]) for ladder in drawn.made()]
    return Pictures(found, drawn.count, drawn.frames, damage)
