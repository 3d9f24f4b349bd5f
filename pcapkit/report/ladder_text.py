"""A ladder drawn with characters."""

from collections.abc import Iterator
from typing import Final

from pcapkit.report.ladder import Fold, Ladder, Rung
from pcapkit.report.values import span

_COLOURS: Final = {"open": "32", "close": "34", "reset": "31", "odd": "35", "data": ""}
_PROBLEM: Final = "33"
_BOLD: Final = "1"
_STATE: Final = 12
_STEPS: Final = 22
_LEAST: Final = 30  # characters of an arrow
_MOST: Final = 60


class Paint:
    """Colours for a terminal (ECMA-48 SGR), or none."""

    def __init__(self, *, colour: bool) -> None:
        """colour: whether to use any."""
        self._colour = colour

    def __call__(self, text: str, *codes: str) -> str:
        """The text in these colours."""
        wanted = ";".join(filter(None, codes))
        return f"\x1b[{wanted}m{text}\x1b[0m" if self._colour and wanted and text.strip() else text


def ladder_text(ladder: Ladder, width: int = 110, *, colour: bool = False) -> Iterator[str]:
    """The lines of a ladder.

    Arrows: `---` a segment, `===` two steps of the handshake in one, `. .` a repeat. Left and right of them: the
    states of the endpoints where they change.
    """
    paint = Paint(colour=colour)
    numbers = max([1, *(len(str(rung.number)) for rung in ladder.rungs if isinstance(rung, Rung))])
    before = numbers + 2 + 12 + _STATE + 1
    arrow = max(_LEAST, min(_MOST, width - before - _STATE - 2 - _STEPS))
    blank = " " * (before - _STATE - 1)
    between = " " * max(1, arrow - len(ladder.left) - len(ladder.right))
    ends = paint(ladder.left + between + ladder.right, _BOLD)
    yield f"{blank}{ladder.left_title:>{_STATE}} {ends} {ladder.right_title}".rstrip()
    for rung in ladder.rungs:
        if isinstance(rung, Fold):
            yield f"{blank}{'':<{_STATE}} |{(':  ' + rung.text() + '  :').center(arrow - 2)}|"
            continue
        code = _COLOURS[rung.family]
        first, *others = rung.steps
        head = f"{rung.number:>{numbers}}  {span(rung.time):>11} {rung.left_state:>{_STATE}} "
        line = f"{head}{paint(_arrow(rung, arrow), code)} {rung.right_state:<{_STATE}} {paint(first, code)}"
        yield line.rstrip()
        for step in others:
            yield f"{blank}{'':<{_STATE}} |{'':<{arrow - 2}}| {'':<{_STATE}} {paint('+ ' + step, code, _BOLD)}"
        for problem in rung.problems:
            yield f"{blank}{'':<{_STATE}} |{'':<{arrow - 2}}| {'':<{_STATE}} {paint('! ' + problem, _PROBLEM)}"


def _arrow(rung: Rung, width: int) -> str:
    """A row of exactly `width` characters."""
    inner = width - 3
    text = f" {rung.text} "
    if len(text) > inner:
        text = text[: inner - 1] + ">"
    left = (inner - len(text)) // 2
    if rung.repeat:
        shaft = (". " * width)[:left] + text + (" ." * width)[: inner - left - len(text)]
    else:
        shaft = text.center(inner, "=" if rung.merged else "-")
    return f"|{shaft}>|" if rung.rightwards else f"|<{shaft}|"
