"""A table of text that fits its width: titles break, words in brackets go, columns go, and what is left is cut."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, Literal, NamedTuple

from pcapkit.cli.linetext import printable

_GAP: Final = "  "
_NARROW: Final = " "  # where that is too much
_LEAST: Final = 8  # characters that a cut column keeps
_MEASURED: Final = 1000  # rows by which widths are decided: those behind may stand out, but need not be held
_NOTHING: Final = ("", "-")  # cells that tell nothing

Cut = Literal["", "end", "start", "address"]
"""Where a text may be cut: nowhere; a name of a file at its start; an address in its middle, so that the port stays."""


class Heading(NamedTuple):
    """A column: its title, whether its numbers stand to the right, and where it may be cut.

    spare: which columns a narrow terminal does without, the least number first, and before all those that tell
    nothing in any row; 0: none. brief: its cells may do without what they have in brackets.
    """

    title: str
    right: bool = False
    cut: Cut = ""
    spare: int = 0
    least: int = _LEAST  # characters that it is to keep, as long as there are others to spare
    brief: bool = False


class Layout(NamedTuple):
    """How a table is to be shown. kept: places of the columns shown; widths: of these."""

    kept: list[int]
    widths: list[int]
    gap: str
    full: bool  # titles in one line, cells with what is in brackets


class Table:
    """A table whose first rows have been looked at, so that it is known how wide its columns are."""

    def __init__(self, headings: Sequence[Heading], rows: Iterable[Sequence[str]], width: int | None = None) -> None:
        """width: characters a line may have; None: any number."""
        each = ([printable(cell) for cell in row] for row in rows)
        self._headings = headings
        self._measured = list(islice(each, _MEASURED))
        self._rest = each
        self._cut = width is not None
        self._layout = self._laid_out(width)

    @property
    def missing(self) -> list[str]:
        """Titles of the columns for which there is no room, those that tell nothing left out."""
        all_measured = len(self._measured) < _MEASURED
        return [
            heading.title
            for place, heading in enumerate(self._headings)
            if place not in self._layout.kept and not (all_measured and self._is_empty(place))
        ]

    def lines(self, mark: str = ">") -> Iterator[str]:
        """The lines, the titles first. mark: a character in place of what is cut off."""
        kept, widths, gap, full = self._layout
        titles = [heading.title for heading in self._headings]
        above = [] if full else [[title.rpartition(" ")[0] for title in titles]]
        if not any(any(row[place] for place in kept) for row in above):
            above = []
        below = titles if full else [title.rpartition(" ")[2] for title in titles]
        for row in chain(above, [below], self._measured, self._rest):
            pieces = []
            for place, size in zip(kept, widths, strict=True):
                heading = self._headings[place]
                text = row[place] if full else _shortened(row[place], heading)
                if self._cut and len(text) > size:
                    text = _cut(text, size, heading.cut, mark)
                pieces.append(text.rjust(size) if heading.right else text.ljust(size))
            yield gap.join(pieces).rstrip()

    def _laid_out(self, width: int | None) -> Layout:
        headings = self._headings
        places = list(range(len(headings)))
        widths = [
            max([len(heading.title), *(len(row[place]) for row in self._measured)])
            for place, heading in enumerate(headings)
        ]
        if width is None or sum(widths) + len(_GAP) * (len(widths) - 1) <= width:
            return Layout(places, widths, _GAP, full=True)
        widths = [
            max(
                [
                    *(len(word) for word in heading.title.rsplit(" ", 1)),
                    *(len(_shortened(row[place], heading)) for row in self._measured),
                ]
            )
            for place, heading in enumerate(headings)
        ]
        kept = self._spared(widths, width)
        found = [widths[place] for place in kept]
        gap = _GAP if sum(found) + len(_GAP) * (len(kept) - 1) <= width else _NARROW
        _fit([headings[place] for place in kept], found, width - len(gap) * (len(kept) - 1))
        return Layout(kept, found, gap, full=False)

    def _spared(self, widths: Sequence[int], width: int) -> list[int]:
        """The places of the columns that there is room for."""
        headings = self._headings
        kept = list(range(len(headings)))
        spare = [place for place in kept if headings[place].spare]
        spare.sort(key=lambda place: (not self._is_empty(place), headings[place].spare))
        for place in spare:
            # Rather than without the last of them, a table is with addresses that are cut.
            last = place == spare[-1]
            needed = [
                min(widths[one], _LEAST if last else headings[one].least) if headings[one].cut else widths[one]
                for one in kept
            ]
            if sum(needed) + len(_NARROW) * (len(kept) - 1) <= width:
                break
            kept.remove(place)
        return kept

    def _is_empty(self, place: int) -> bool:
        return all(row[place] in _NOTHING for row in self._measured)


def _fit(headings: Sequence[Heading], widths: list[int], width: int) -> None:
    """Narrow what may be cut: first to what each is to keep, then beyond. width: of all, without gaps."""
    excess = sum(widths) - width
    for least in ([heading.least for heading in headings], [_LEAST] * len(headings)):
        while excess > 0:
            places = [place for place, heading in enumerate(headings) if heading.cut and widths[place] > least[place]]
            if not places:
                break
            widths[max(places, key=lambda place: widths[place] - least[place])] -= 1
            excess -= 1


def _shortened(text: str, heading: Heading) -> str:
    return text.partition(" (")[0] if heading.brief else text


def _cut(text: str, size: int, where: Cut, mark: str) -> str:
    """At most `size` characters of a text that has more; all, where it may not be cut."""
    match where:
        case "end":
            return text[: size - 1] + mark
        case "start":
            return mark + text[1 - size :]
        case "address":
            host, colon, port = text.rpartition(":")
            port = ("]" if host.endswith("]") else "") + colon + port
            room = size - len(port) - 1
            if room < 1:
                return mark + text[1 - size :]
            host = text[: -len(port)]
            tail = room // 2
            return host[: room - tail] + mark + host[len(host) - tail :] + port
    return text
