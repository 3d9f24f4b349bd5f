"""Tables within a width."""

import pytest

from pcapkit.cli.tabular import FILE, SUMMARY, summary
from pcapkit.report.table import Heading, Table
from tests.report.test_collect import SAMPLES, of_file

HEADINGS = [Heading("#", right=True), Heading("who", cut="end"), Heading("spare", spare=1), Heading("what")]
ROWS = [["1", "somebody with a long name", "x", "ends"], ["20", "b", "y", "goes on"]]


def test_as_wide_as_it_must_be() -> None:
    """Numbers to the right, texts to the left, nothing cut."""
    assert list(Table(HEADINGS, ROWS).lines()) == [
        " #  who                        spare  what",
        " 1  somebody with a long name  x      ends",
        "20  b                          y      goes on",
    ]


@pytest.mark.parametrize("width", [44, 40, 36, 30])
def test_a_narrow_one_is_cut_where_it_may_be(width: int) -> None:
    """And stays within the width."""
    lines = list(Table(HEADINGS, ROWS, width).lines())
    assert max(map(len, lines)) <= width
    assert lines[1].endswith("ends")
    assert "somebod" in lines[1]


def test_a_very_narrow_one_does_without_some_columns() -> None:
    """The least important first, and only as many as must be."""
    assert [Table(HEADINGS, ROWS, width).missing for width in (80, 25, 20, 5)] == [[], [], ["spare"], ["spare"]]


def test_what_a_terminal_would_obey_is_not_sent_to_it() -> None:
    """Names come from the capture."""
    (_, line) = Table([Heading("name")], [["a\x1b[2Jb\n"]]).lines()
    assert "\x1b" not in line
    assert "\n" not in line


def test_titles_break_and_brackets_go_first() -> None:
    """Before anything is cut or left out."""
    headings = [Heading("closed", brief=True), Heading("response time", right=True, spare=1)]
    rows = [["merged (3 frames)", "2 ms"]]
    assert list(Table(headings, rows, 32).lines()) == [
        "closed             response time",
        "merged (3 frames)           2 ms",
    ]
    assert list(Table(headings, rows, 20).lines()) == ["        response", "closed      time", "merged      2 ms"]


@pytest.mark.parametrize(
    ("text", "cut", "size", "shown"),
    [
        ("folder/flags.pcapng", "start", 13, "~flags.pcapng"),
        ("[2001:db8:1:2:3:4:5:6]:443", "address", 17, "[2001:~4:5:6]:443"),
        ("192.168.100.100:65535?", "address", 16, "192.~.100:65535?"),
        ("second ISN, repeats", "end", 12, "second ISN,~"),
        ("65535:65535", "address", 8, "6~:65535"),
    ],
)
def test_what_is_cut_keeps_what_matters(text: str, cut: str, size: int, shown: str) -> None:
    """The end of a file's name, the port of an address."""
    headings = [Heading("a", cut=cut)]  # type: ignore[arg-type]
    _, line = Table(headings, [[text]], size).lines("~")
    assert line == shown
    assert len(line) == size


@pytest.mark.parametrize("width", [80, 100, 120, 160])
@pytest.mark.parametrize("name", ["ten_frames", "ipv6", "filtered_port", "forged_rst_inside"])
def test_times_stay_as_long_as_they_can(name: str, width: int) -> None:
    """They are what the table is for: frames, bytes and words in brackets go before them."""
    (one,) = of_file(SAMPLES / f"{name}.pcapng")
    table = Table(SUMMARY, [summary(one, several=False)], width)
    text = list(table.lines())
    assert max(map(len, text)) <= width
    assert not {"response time", "server time"} & set(table.missing)
    assert width < 100 or "client time" not in table.missing
    assert width < 120 or not {"frames", "duration"} & set(table.missing)
    assert f":{one.client_port} " in text[-1]
    assert f":{one.server_port} " in text[-1]
    assert one.opened in text[-1]
    assert one.closed in text[-1]


def test_several_files_at_eighty_columns() -> None:
    """Their names keep their ends, and a time remains."""
    (one,) = of_file(SAMPLES / "ten_frames.pcapng")
    one = one._replace(file="a/long/way/to/flags.pcapng", client="192.168.100.100", server="192.168.100.101")
    table = Table([FILE, *SUMMARY], [summary(one, several=True)], 80)
    line = list(table.lines())[-1]
    assert len(line) <= 80
    assert ".pcapng " in line
    assert "281 us" in line
    assert "merged" in line
