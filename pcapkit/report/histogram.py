"""How spans of time are distributed, as columns on a logarithmic scale: SVG inside a page that has its colours."""

from collections.abc import Sequence
from html import escape
from typing import Final

from pcapkit.report.summary import PER_DECADE, Bar, bars
from pcapkit.report.values import span

_HEIGHT: Final = 96  # pixels of the greatest column
_WIDTH: Final = 300
_WIDEST: Final = 26  # pixels of a column
_TOP: Final = 18
_EDGE: Final = 26  # beside the columns, for the labels of the axis
_FEW: Final = 5  # times of which a picture would say no more than words


def histogram(title: str, times: Sequence[int]) -> str:
    """A figure, with what is typical and what is extreme in words below its title. times: ns."""
    name = escape(title)
    ordered = sorted(times)
    if not ordered:
        told = "none was captured whole"
    elif len(ordered) == 1:
        told = span(ordered[0])
    else:
        told = (
            f"half of {len(ordered):,} within {span(ordered[(len(ordered) - 1) // 2])}, the longest {span(ordered[-1])}"
        )
    drawn = _drawn(f"{name}: {told}", bars(ordered)) if len(ordered) >= _FEW else ""
    return f"<figure class=times><figcaption>{name} <div class=dim>{told}</div></figcaption>{drawn}</figure>"


def _drawn(label: str, found: Sequence[Bar]) -> str:
    column = min(_WIDEST, (_WIDTH - 2 * _EDGE) / len(found))
    start = (_WIDTH - len(found) * column) / 2
    most = max(bar.count for bar in found)
    base = _TOP + _HEIGHT
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {base + 24}" width="{_WIDTH}" role=img aria-label="{label}">',
        *(_column(bar, start + place * column, column, most) for place, bar in enumerate(found) if bar.count),
        f'<path class=axis d="M{start:.1f} {base}.5h{len(found) * column:.1f}"/>',
    ]
    for place, edge in _edges(found):
        x = start + place * column
        parts.append(f'<path class=axis d="M{x:.1f} {base}v4"/>')
        parts.append(f'<text class="m dim" x="{x:.1f}" y="{base + 17}">{_round(edge)}</text>')
    return "".join([*parts, "</svg>"])


def _column(bar: Bar, x: float, width: float, most: int) -> str:
    height = max(2, round(_HEIGHT * bar.count / most))
    top = _TOP + _HEIGHT - height
    count = f'<text class=m x="{x + width / 2:.1f}" y="{top - 4}">{bar.count}</text>' if bar.count == most else ""
    return (
        f"<g><title>{span(bar.low)} to {span(bar.high)}: {bar.count:,}</title>"
        f'<rect class=column x="{x + width / 14:.1f}" y="{top}" width="{width * 6 / 7:.1f}" height="{height}" rx=2 />'
        f"{count}</g>"
    )


def _round(edge: int) -> str:
    number, _, unit = span(edge).partition(" ")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {unit}"


def _edges(found: Sequence[Bar]) -> list[tuple[int, int]]:
    """The powers of ten among the edges between columns; where there are not two, the outermost edges."""
    edges = [bar.low for bar in found] + [found[-1].high]
    round_ones = [(place, edge) for place, edge in enumerate(edges) if str(edge).rstrip("0") == "1"]
    if len(round_ones) < 2:
        return [(0, edges[0]), (len(edges) - 1, edges[-1])] if len(found) > 1 else [(0, edges[0])]
    every = 1 + len(found) // (6 * PER_DECADE)
    return round_ones[::every]
