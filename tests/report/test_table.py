"""Tables within a width."""

import pytest

from pcapkit.report.table import Heading, fitting, table

HEADINGS = [Heading("#", right=True, least=2), Heading("who", cut=True), Heading("spare", spare=1), Heading("what")]
ROWS = [["1", "somebody with a long name", "x", "ends"], ["20", "b", "y", "goes on"]]


def test_as_wide_as_it_must_be() -> None:
    """Numbers to the right, texts to the left, nothing cut."""
    assert list(table(HEADINGS, ROWS)) == [
        " #  who                        spare  what",
        " 1  somebody with a long name  x      ends",
        "20  b                          y      goes on",
    ]


@pytest.mark.parametrize("width", [44, 40, 36, 30])
def test_a_narrow_one_is_cut_where_it_may_be(width: int) -> None:
    """And stays within the width."""
    lines = list(table(HEADINGS, ROWS, width))
    assert max(map(len, lines)) <= width
    assert lines[1].endswith("ends")
    assert "somebod" in lines[1]


def test_a_very_narrow_one_does_without_some_columns() -> None:
    """The least important first, and only as many as must be."""
    assert fitting(HEADINGS, 80) == [0, 1, 2, 3]
    assert fitting(HEADINGS, 28) == [0, 1, 3]
    assert fitting(HEADINGS, 5) == [0, 1, 3]


def test_what_a_terminal_would_obey_is_not_sent_to_it() -> None:
    """Names come from the capture."""
    (_, line) = table([Heading("name")], [["a\x1b[2Jb\n"]])
    assert "\x1b" not in line
    assert "\n" not in line
