"""A ladder as the text of a Mermaid sequence diagram, for pages that draw these."""

from collections.abc import Iterator

from pcapkit.report.ladder import Fold, Ladder


def ladder_mermaid(ladder: Ladder) -> Iterator[str]:
    """The lines of the diagram. Thick and thin lines do not exist there: two steps in one frame get a note."""
    yield "sequenceDiagram"
    yield f"    participant L as {_plain(f'{ladder.left_title} {ladder.left}'.strip())}"
    yield f"    participant R as {_plain(f'{ladder.right_title} {ladder.right}'.strip())}"
    for rung in ladder.rungs:
        if isinstance(rung, Fold):
            yield f"    Note over L,R: {_plain(rung.text())}"
            continue
        line = "--" if rung.kind.repeat else "-"
        head = "x" if rung.kind.family == "reset" else ">>"
        ends = "L{}{}R" if rung.rightwards else "R{}{}L"
        steps = " + ".join(rung.kind.steps)
        yield f"    {ends.format(line, head)}: {_plain(f'{rung.number}. {rung.text} ({steps})')}"
        if rung.kind.merged:
            yield f"    Note over L,R: frame {rung.number}: {rung.merged_text}"
        for problem in rung.notes:
            yield f"    Note over L,R: {_plain(problem)}"
        if rung.left_state:
            yield f"    Note left of L: {rung.left_state}"
        if rung.right_state:
            yield f"    Note right of R: {rung.right_state}"


def _plain(text: str) -> str:
    """Text without what Mermaid would read as its own: `;` and `#` end or begin something there."""
    return text.replace("#", "No. ").replace(";", ",")
