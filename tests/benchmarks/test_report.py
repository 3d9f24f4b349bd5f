"""Tables, and the bars."""

from tests.benchmarks.bars import BARS, compared
from tests.benchmarks.report import Report, Table
from tests.benchmarks.series import Series


def test_a_series_is_its_median_and_spread() -> None:
    """In words, too."""
    series = Series([3.0, 1.0, 1000.0])
    assert (series.median, series.highest) == (3.0, 1000.0)
    assert series.text(1) == "3.0 (1.0\N{EN DASH}1,000.0)"
    assert series.scaled(2).values == [6.0, 2.0, 2000.0]
    assert Series([1.5]).text(1) == "1.5"
    assert Series().text() == "-"


def test_tables_are_text_and_markdown() -> None:
    """Columns one under the other; a bar in a cell is no column."""
    table = Table("Title", ["what", "n"], [["a", "1"], ["b|c", "1,000"]], ["A note."])
    assert list(table.text()) == ["\nTitle", "  what      n", "  a         1", "  b|c   1,000", "  A note."]
    assert list(table.markdown())[3:] == [
        "| what | n |",
        "|---|---|",
        "| a | 1 |",
        "| b&#124;c | 1,000 |",
        "",
        "A note.",
    ]


def test_bars_without_figures_are_not_measured() -> None:
    """None is met by saying nothing."""
    rows = compared(Report()).rows
    assert len(rows) == len(BARS)
    assert {row[3] for row in rows} == {"not measured"}


def test_every_bar_can_be_met_and_missed() -> None:
    """Each by its own first figure, very low or very high."""
    for bar in BARS:
        first: list[str] = []

        def low(name: str, first: list[str] = first) -> Series:
            first.append(name)
            return Series([0.0 if len(first) == 1 or "lost" in name or "stopping" in name else 1.0])

        def high(name: str, first: list[str] = first) -> Series:
            return Series([1e9 if name == first[0] else 1.0])

        verdicts = bar.found(low)[1], bar.found(high)[1]
        assert sorted(verdicts) == [False, True], bar
