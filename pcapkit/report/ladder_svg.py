"""A ladder drawn as SVG: one picture that needs nothing else, in light and dark."""

from collections.abc import Iterator
from html import escape
from typing import Final

from pcapkit.report.ladder import Fold, Ladder, Rung
from pcapkit.report.values import span

STYLE: Final = """\
.pk{--ink:#1f2328;--dim:#656d76;--line:#8c959f;--paper:#fff;--glow:#ddf4ff;--open:#1a7f37;--close:#0969da;--reset:#cf222e;
--odd:#8250df;--data:#57606a;font:13px system-ui,sans-serif}
@media (prefers-color-scheme:dark){.pk{--ink:#e6edf3;--dim:#8d96a0;--line:#6e7681;--paper:#0d1117;--glow:#12325c;
--open:#3fb950;--close:#58a6ff;--reset:#f85149;--odd:#bc8cff;--data:#9198a1}}
@media print{.pk{--ink:#000;--paper:#fff}}
.pk text{fill:var(--ink)}.pk .dim{fill:var(--dim)}.pk .b{font-weight:600}
.pk .m{text-anchor:middle}.pk .e{text-anchor:end}
.pk .num{font:12px ui-monospace,monospace}
.pk .life{stroke:var(--line)}.pk .glow{fill:var(--glow)}
.pk .paper{fill:var(--paper)}.pk .open{--c:var(--open)}.pk .close{--c:var(--close)}.pk .reset{--c:var(--reset)}
.pk .odd{--c:var(--odd)}.pk .data{--c:var(--data)}.pk .arrow{stroke:var(--c);fill:none;stroke-width:1.5}
.pk .arrow.thick{stroke-width:4}.pk .arrow.again{stroke-dasharray:6 5}.pk .head{fill:var(--c)}
.pk text.step{fill:var(--c);font-weight:600}.pk text.note{fill:var(--odd)}"""

_WIDTH: Final = 1000
_LEFT: Final = 264  # x of the lifelines
_RIGHT: Final = 660
_STEP: Final = 30  # pixels between two rungs
_TOP: Final = 64


def ladder_svg(ladder: Ladder, *, style: bool = True) -> str:
    """The picture as an `svg` element. style: with its style sheet inside; else the page around it has STYLE."""
    body = list(_rungs(ladder))
    height = _TOP + sum(size for _, size in body) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pk" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
        f' height="{height}" role="img" aria-label="{_quoted(_title(ladder))}">',
        f"<style>{STYLE}</style>" if style else "",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        _end(_LEFT, ladder.left, ladder.left_title),
        _end(_RIGHT, ladder.right, ladder.right_title),
        f'<path class="life" d="M{_LEFT} 50V{height - 8}M{_RIGHT} 50V{height - 8}"/>',
    ]
    y = _TOP
    for text, size in body:
        parts.append(f'<g transform="translate(0 {y})">{text}</g>')
        y += size
    return "\n".join(filter(None, [*parts, "</svg>"])) + "\n"


def _title(ladder: Ladder) -> str:
    return f"connection {ladder.number}: {ladder.left} and {ladder.right}"


def _quoted(text: str) -> str:
    return escape(text, quote=True)


def _end(x: int, name: str, title: str) -> str:
    above = f'<text class="dim m" x="{x}" y="18">{_quoted(title)}</text>' if title else ""
    return f'{above}<text class="b m" x="{x}" y="38">{_quoted(name)}</text>'


def _rungs(ladder: Ladder) -> Iterator[tuple[str, int]]:
    """Each rung with its height."""
    for rung in ladder.rungs:
        if isinstance(rung, Fold):
            middle = (_LEFT + _RIGHT) // 2
            yield f'<text class="dim m" x="{middle}" y="20">&#8942; {_quoted(rung.text())} &#8942;</text>', _STEP
        else:
            yield _rung(rung), max(_STEP + 6, 18 * (len(rung.kind.steps) + len(rung.notes)) + 18)


def _rung(rung: Rung) -> str:
    start, end = (_LEFT, _RIGHT) if rung.rightwards else (_RIGHT, _LEFT)
    tip = end - 3 if rung.rightwards else end + 3
    back = tip - 9 if rung.rightwards else tip + 9
    kind = f"arrow{' thick' if rung.kind.merged else ''}{' again' if rung.kind.repeat else ''}"
    size = 7 if rung.kind.merged else 4
    parts = [f"<title>{_quoted(_hover(rung))}</title>"]
    if rung.kind.merged:
        parts.append(
            f'<rect class="glow" x="{_LEFT}" y="0" width="{_WIDTH - _LEFT}" height="{18 * len(rung.kind.steps) + 14}"/>'
            f'<text class="b step m" x="{(_LEFT + _RIGHT) // 2}" y="42">{rung.merged_text}</text>'
        )
    parts += [
        f'<text class="dim num e" x="56" y="24">{rung.number}</text>',
        f'<text class="dim num e" x="166" y="24">{span(rung.time)}</text>',
        f'<text class="m" x="{(_LEFT + _RIGHT) // 2}" y="14">{_quoted(rung.text)}</text>',
        f'<path class="{kind}" d="M{start} 20H{back}"/>',
        f'<path class="head" d="M{tip} 20L{back} {20 - size}V{20 + size}Z"/>',
    ]
    for x, anchor, state in ((_LEFT - 8, "e", rung.left_state), (_RIGHT + 8, "", rung.right_state)):
        if state:
            parts.append(f'<text class="num {anchor}" x="{x}" y="24">{_quoted(state)}</text>')
    y = 24
    for step in rung.kind.steps:
        parts.append(f'<text class="step" x="{_RIGHT + 112}" y="{y}">{_quoted(step)}</text>')
        y += 18
    for problem in rung.notes:
        parts.append(f'<text class="note" x="{_RIGHT + 112}" y="{y}">! {_quoted(problem)}</text>')
        y += 18
    return f'<g class="{rung.kind.family}">{"".join(parts)}</g>'


def _hover(rung: Rung) -> str:
    text = f"frame {rung.number}: {' + '.join(rung.kind.steps)}"
    if rung.answers:
        text += f", answers frame {rung.answers} after {span(rung.delay)}"
    return text
