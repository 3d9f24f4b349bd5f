"""A table of text that fits its width: what does not fit is cut, the widest column first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, NamedTuple

from pcapkit.cli.linetext import printable

_GAP: Final = "  "
_NARROW: Final = " "  # where that is too much
_LEAST: Final = 8  # characters that a cut column keeps
_MEASURED: Final = 1000  # rows by which widths are decided: those behind may stand out, but need not be held


class Heading(NamedTuple):
    """A column: its title, whether its numbers stand to the right, and whether it may be cut.

    spare: which columns a narrow terminal does without, the least number first; 0: none.
    """

    title: str
    right: bool = False
    cut: bool = False
    spare: int = 0
    least: int = _LEAST  # characters that it needs to be of use


def fitting(headings: Sequence[Heading], width: int) -> list[int]:
    """The places of the columns that a table of this width has room for, by what they need at least."""
    kept = list(range(len(headings)))
    for spared in sorted((place for place in kept if headings[place].spare), key=lambda place: headings[place].spare):
        if sum(len(_NARROW) + headings[place].least for place in kept) - len(_NARROW) <= width:
            break
        kept.remove(spared)
    return kept


def table(headings: Sequence[Heading], rows: Iterable[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """The lines of a table, the titles first. width: characters a line may have; None: any number."""
    each = ([printable(cell) for cell in row] for row in rows)
    measured = list(islice(each, _MEASURED))
    widths = [
        max([len(heading.title), *(len(row[place]) for row in measured)]) for place, heading in enumerate(headings)
    ]
    gap = _GAP
    if width is not None:
        if sum(widths) + len(gap) * (len(widths) - 1) > width:
            gap = _NARROW
        _fit(headings, widths, width - len(gap) * (len(widths) - 1))
    for row in chain([[heading.title for heading in headings]], measured, each):
        pieces = [
            _cell(cell, size, heading, cut=width is not None)
            for cell, size, heading in zip(row, widths, headings, strict=True)
        ]
        yield gap.join(pieces).rstrip()


def _fit(headings: Sequence[Heading], widths: list[int], width: int) -> None:
    """Narrow what may be cut: first to what each needs to be of use, then beyond. width: of all, without gaps."""
    excess = sum(widths) - width
    for least in ([heading.least for heading in headings], [_LEAST] * len(headings)):
        while excess > 0:
            places = [place for place, heading in enumerate(headings) if heading.cut and widths[place] > least[place]]
            if not places:
                break
            widths[max(places, key=lambda place: widths[place] - least[place])] -= 1
            excess -= 1


def _cell(text: str, size: int, heading: Heading, *, cut: bool) -> str:
    if len(text) > size and heading.cut and cut:
        return text[: size - 1] + ">"
    return text.rjust(size) if heading.right else text.ljust(size)
