"""A ladder drawn with characters."""

from collections.abc import Iterator
from typing import Final

from pcapkit.report.ladder import Fold, Ladder, Rung
from pcapkit.report.values import span

_COLOURS: Final = {"open": "32", "close": "36", "reset": "31", "odd": "35", "data": ""}
_PROBLEM: Final = "33"
_BOLD: Final = "1"
_STATE: Final = 12  # characters of the longest state
_STEPS: Final = 18
_TIME: Final = 11
_LEAST: Final = 28  # characters of an arrow
_ROOMY: Final = 44  # characters of an arrow that has states beside it
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
    states of the endpoints where they change. Where the width does not allow that, the states stand below the arrow.
    """
    paint = Paint(colour=colour)
    numbers = max([1, *(len(str(rung.number)) for rung in ladder.rungs if isinstance(rung, Rung))])
    before = numbers + 2 + _TIME + 1
    arrow = min(_MOST, width - before - 2 * (_STATE + 1) - 1 - _STEPS)
    beside = arrow >= _ROOMY
    if not beside:
        arrow = max(_LEAST, min(_MOST, width - before - 1 - _STEPS))
    state = _STATE + 1 if beside else 0
    blank = " " * (before + state)
    room = width - before - 2 * state - arrow - 1 if beside else 0  # of notes at the side of the steps
    rail = f"{blank}|{'':<{arrow - 2}}| {'':<{state}}"
    yield from _ends(ladder, before + state, arrow, paint, beside=beside)
    for rung in ladder.rungs:
        if isinstance(rung, Fold):
            told = _cut((rung.text(), rung.text().replace(" of data", "")), arrow - 4)
            yield f"{blank}|{told.center(arrow - 2)}|"
            continue
        code = _COLOURS[rung.kind.family]
        first, *others = rung.kind.steps
        head = f"{rung.number:>{numbers}}  {span(rung.time):>{_TIME}} "
        left, right = (f"{rung.left_state:>{_STATE}} ", f"{rung.right_state:<{_STATE}} ") if beside else ("", "")
        weight = _BOLD if rung.kind.merged else ""
        yield f"{head}{left}{paint(_arrow(rung, arrow), code, weight)} {right}{paint(first, code)}".rstrip()
        lines = [paint(f"+ {step}", code, _BOLD) for step in others]
        notes = [f"! {note}" for note in rung.notes]
        lines += [paint(note, _PROBLEM) for note in notes if len(note) <= room]
        if not beside and (rung.left_state or rung.right_state):
            between = " " * (arrow - 4 - len(rung.left_state) - len(rung.right_state))
            told = f"{blank}| {rung.left_state}{between}{rung.right_state} | "
            yield (told + (lines.pop(0) if lines else "")).rstrip()
        told = f"^ {rung.merged_text} ^" if rung.kind.merged else ""
        for line in lines:
            yield (f"{blank}|{paint(told.center(arrow - 2), code, _BOLD)}| {'':<{state}}" if told else rail) + line
            told = ""
        if told:
            yield f"{blank}|{paint(told.center(arrow - 2), code, _BOLD)}|"
        for note in notes:
            if len(note) > room:
                yield f"{blank}|{paint(_cut((note,), arrow - 4).center(arrow - 2), _PROBLEM)}|"


def _ends(ladder: Ladder, begin: int, arrow: int, paint: Paint, *, beside: bool) -> Iterator[str]:
    """The two endpoints above their lifelines, where they fit into one line, and who they are."""
    left, right = ladder.left, ladder.right
    if not beside and ladder.left_title:
        yield f"{'':<{begin}}{ladder.left_title}{ladder.right_title:>{arrow - len(ladder.left_title)}}"
    if len(left) + len(right) + 1 > arrow:
        yield f"{'':<{begin}}{paint(left, _BOLD)}"
        left = ""
    between = " " * max(0, arrow - len(left) - len(right))
    ends = paint(left + between + right, _BOLD)
    if beside:
        yield f"{ladder.left_title:>{begin - 1}} {ends} {ladder.right_title}".rstrip()
    else:
        yield f"{'':<{begin}}{ends}"


def _arrow(rung: Rung, width: int) -> str:
    """A row of exactly `width` characters."""
    inner = width - 3
    whole = rung.text
    short = whole.replace(" length ", " len ")
    shorter = short.replace(", ", ",")
    text = f" {_cut((whole, short, shorter, shorter.replace(' seq', '')), inner - 4)} "
    left = (inner - len(text)) // 2
    if rung.kind.repeat:
        shaft = (". " * width)[:left] + text + (" ." * width)[: inner - left - len(text)]
    else:
        shaft = text.center(inner, "=" if rung.kind.merged else "-")
    return f"|{shaft}>|" if rung.rightwards else f"|<{shaft}|"


def _cut(texts: tuple[str, ...], room: int) -> str:
    """The first of the texts that fits, or what fits of the last."""
    for text in texts:
        if len(text) <= room:
            return text
    return texts[-1][: room - 1] + "~"
