"""What was found: tables for the terminal and for Markdown, and the figures that the bars are held against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.series import Series


@dataclass
class Table:
    """A title, the head of each column, rows of as many cells, and what has to be said with them."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self) -> Iterator[str]:
        """Lines for a terminal: the first column to the left, figures to the right."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        yield f"\n{self.title}"
        for row in (self.columns, *self.rows):
            cells = [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)]
            yield "  ".join([f"  {row[0]:<{widths[0]}}", *cells]).rstrip()
        for note in self.notes:
            yield f"  {note}"

    def markdown(self) -> Iterator[str]:
        """Lines of Markdown."""
        yield from ("", f"**{self.title}**", "")
        yield f"| {' | '.join(self.columns)} |"
        yield f"|{'---|' * len(self.columns)}"
        for row in self.rows:
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"
        if self.notes:
            yield ""
            yield " ".join(self.notes)


@dataclass
class Report:
    """All tables and figures of one run."""

    tables: list[Table] = field(default_factory=list)
    figures: dict[str, Series] = field(default_factory=dict)
    """By name: `offline/annotate all` in ns a frame; see the parts for the names and units."""
    missing: list[str] = field(default_factory=list)
    """What was left out, and what to install for it."""

    def figure(self, name: str) -> float | None:
        """The median of a figure, None where it was not measured."""
        series = self.figures.get(name)
        return series.median if series is not None and series.values else None
