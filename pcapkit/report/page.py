"""One HTML page that shows a capture's connections, and needs nothing but itself.

Everything that comes from the capture goes in as JSON or as escaped text, and is put on the page as text alone; the
page's policy lets no script run but the one that is hashed into it.
"""

import hashlib
import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Any, Final

from pcapkit.report.connection import CLOSED, OPENED, REFUSED, RESETS, UNANSWERED, Connection
from pcapkit.report.explanations import Explanations
from pcapkit.report.histogram import histogram
from pcapkit.report.kinds import Kind
from pcapkit.report.ladder import Fold, Ladder
from pcapkit.report.summary import Summary
from pcapkit.report.values import size, span
from pcapkit.report.vocabulary import Vocabulary

SHOWN: Final = (
    "number", "client", "client_port", "server", "server_port", "opened", "tries", "handshake_time", "response_time",
    "client_frames", "server_frames", "client_bytes", "server_bytes", "closed", "closed_first", "duration", "start",
    "server_time", "client_time", "client_state", "server_state", "problems", "roles",
)  # fmt: skip


def page(
    title: str,
    summary: Summary,
    connections: Iterable[Connection],
    ladders: Iterable[Ladder],
    words: Vocabulary,
    notes: Iterable[str] = (),
    frames: int | None = None,
) -> str:
    """The whole page.

    title: the capture's name; notes: sentences that stand at the top, such as on damage; frames: how many the capture
    has, of whatever kind; None: those of its connections.
    """
    none = "" if summary.connections else f"<p>{_none(summary.frames if frames is None else frames)}</p>"
    kinds: dict[Kind, int] = {}
    data = {
        "columns": SHOWN,
        "connections": [_row(one) for one in connections],
    }
    drawn = {
        "ladders": {str(ladder.number): _ladder(ladder, kinds) for ladder in ladders},
        "kinds": [[kind.steps, kind.problems, kind.family, kind.merged, kind.repeat] for kind in kinds],
    }
    script = _part("page.js")
    parts = {
        "POLICY": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_hash(script)}'; img-src data:",
        "TITLE": escape(title),
        "STYLE": _part("page.css"),
        "NOTES": "".join(f"<p class=note role=note>{escape(note)}</p>" for note in notes),
        "FACTS": _facts(summary),
        "OPENED": _counts("Opened", summary.opened, dict(OPENED), summary.connections),
        "CLOSED": _counts("Closed", summary.closed, dict(CLOSED), summary.connections)
        + _counts("Closed first", summary.closed_first, {}, summary.connections),
        "TIMES": histogram("Handshake times", summary.handshakes) + histogram("Response times", summary.responses),
        "PROBLEMS": none or _problems(summary, words),
        "HIDDEN": " hidden" if none else "",
        "NONE": none,
        "DATA": _json(data),
        "LADDERS": _json(drawn),
        "SCRIPT": script,
    }
    # In one pass: a mark that the capture brought along is only text.
    return re.sub(r"@([A-Z]+)@", lambda found: parts[found[1]], _part("page.html"))


def _part(name: str) -> str:
    return (files("pcapkit.report") / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _json(data: Any) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _row(one: Connection) -> list[Any]:
    return [getattr(one, name) for name in SHOWN]


def _ladder(ladder: Ladder, kinds: dict[Kind, int]) -> list[Any]:
    """A ladder for the script; what many segments have in common goes into `kinds`, and its place there instead."""
    rungs: list[list[Any]] = []
    for rung in ladder.rungs:
        if isinstance(rung, Fold):
            rungs.append([rung.text()])
            continue
        kind = kinds.setdefault(rung.kind, len(kinds))
        made = [rung.number, rung.time, int(rung.rightwards), rung.text, kind]
        if rung.answers or rung.left_state or rung.right_state or rung.jump:
            made += [
                rung.left_state,
                rung.right_state,
                rung.answers,
                rung.delay,
                *rung.notes[len(rung.kind.problems) :],
            ]
        rungs.append(made)
    return [ladder.left, ladder.right, ladder.left_title, ladder.right_title, rungs]


def _facts(summary: Summary) -> str:
    facts = [
        (f"{summary.connections:,}", "connection" if summary.connections == 1 else "connections"),
        (f"{summary.frames:,}", "TCP frame" if summary.frames == 1 else "TCP frames"),
        (size(summary.bytes), "bytes"),
    ]
    if summary.start is not None and summary.end is not None:
        from pcapkit.cli.clock import iso_time

        facts.append((span(summary.end - summary.start), f"from {iso_time(summary.start)[:19].replace('T', ' ')} UTC"))
    return "".join(f"<div class=fact><b>{escape(value)}</b> {escape(name)}</div>" for value, name in facts)


def _counts(title: str, counts: dict[str, int], meanings: dict[str, str], whole: int) -> str:
    rows = [
        (f'<th scope=row title="{escape(meanings.get(name, ""), quote=True)}">{_finder(name)}</th>', count)
        for name, count in sorted(counts.items(), key=lambda item: -item[1])
    ]
    return _bars(title, rows, whole)


def _finder(name: str) -> str:
    """A name which, where scripts run, narrows the table to the connections that have it."""
    return f'<button type=button class=find data-find="{escape(name, quote=True)}">{escape(name)}</button>'


def _bars(title: str, rows: list[tuple[str, int]], whole: int) -> str:
    """A table of counts, each with a bar of its share; `whole` is as long as there is room."""
    lines = "".join(
        f'<tr>{head}<td class=n>{count:,}</td><td class=bar aria-hidden=true><i style="width:{_share(count, whole)}%">'
        "</i></td></tr>"
        for head, count in rows
    )
    return f"<table class=counts><caption>{title}</caption>{lines}</table>"


def _share(count: int, whole: int) -> float:
    """Percent; what is there at all can be seen."""
    return round(max(100 * count / whole, 0.4), 1) if count else 0


def _none(frames: int) -> str:
    return f"There are no TCP connections in its {frames:,} frame{'s' * (frames != 1)}."


def _problems(summary: Summary, words: Vocabulary) -> str:
    odd = summary.problems + Counter({name: summary.opened[name] for name in (REFUSED, UNANSWERED)})
    odd += Counter({name: summary.closed[name] for name in RESETS})
    if not odd:
        return "<p>Nothing odd was found.</p>"
    explain = Explanations(lambda text: text)
    meanings = {problem.label: explain.problem(problem.name) or problem.meaning for problem in words.problems}
    items = "".join(
        f"<dt>{_finder(name)} <span class=dim>({count:,} connection{'s' * (count != 1)})</span></dt>"
        f"<dd>{escape(meanings.get(name) or explain.finding(name))}</dd>"
        for name, count in odd.most_common()
    )
    return f"<dl>{items}</dl>"
