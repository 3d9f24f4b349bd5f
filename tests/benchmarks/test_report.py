"""Tables, and the bars."""

from tests.benchmarks import live, offline
from tests.benchmarks.__main__ import _markdown
from tests.benchmarks.bars import BARS, compared
from tests.benchmarks.recorders import ALL
from tests.benchmarks.report import Report, Table
from tests.benchmarks.series import Series
from tests.benchmarks.summary import summary


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
            ours = name.endswith(f"{ALL} lost") or "stopping" in name
            return Series([0.0 if len(first) == 1 or ours else 1.0])

        def high(name: str, first: list[str] = first) -> Series:
            return Series([1e9 if name == first[0] else 1.0])

        verdicts = bar.found(low)[1], bar.found(high)[1]
        assert sorted(verdicts) == [False, True], bar


def test_a_load_of_which_nobody_loses_anything_tells_nothing() -> None:
    """It is no bar that is met; what was found is shown."""
    lost = {name: Series([0.0]) for name in (f"live/{live.LARGE}/{ALL} lost", f"live/{live.LARGE}/tcpdump lost")}
    rows = [row for row in compared(Report(figures=lost)).rows if row[2] != "-"]
    assert [row[2:] for row in rows] == [("0 lost, tcpdump 0: too small a load", "not measured")]


def test_the_summary_has_ratios_and_losses() -> None:
    """How many times as much others take; nothing of what was not measured, and fit for a README."""
    figures = {
        f"offline/{offline.LABEL}": Series([100.0, 110.0, 90.0]),
        f"offline/{offline.PLUGIN}": Series([31_250.0]),
        "offline/capinfos -c": Series([220.0]),
        f"live/{live.SMALL}/{ALL} cpu": Series([0.04]),
        f"live/{live.SMALL}/dumpcap cpu": Series([0.8]),
        f"live/{live.SMALL}/dumpcap lost": Series([1234.0]),
        f"startup/{ALL}": Series([0.09]),
    }
    report = Report(figures=figures, missing=["tcpdump: needs it"])
    table = summary(report)
    assert [row[1:] for row in table.rows] == [
        ["100 ns a frame", f"capinfos -c: 2.2x; {offline.PLUGIN}: 312x"],
        ["0.040 CPU s a million frames", "dumpcap: 20x, and loses 1,234"],
        ["90 ms", "-"],
    ]
    text = _markdown([table, compared(report)], report.missing)
    assert text.startswith("**pcapkit beside others**\n\n| what | pcapkit | the others take |\n|---|---|---|\n")
    assert "| offline label | at least 200x as fast as tshark with the plugin | 312x | met |\n" in text
    assert text.endswith("\nLeft out: tcpdump: needs it\n")
