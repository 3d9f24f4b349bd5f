"""How spans of time are distributed: every column has something in it, and the words beside it are right."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.report.histogram import histogram
from pcapkit.report.summary import bars

US, MS = 1_000, 1_000_000


def figure(times: list[int]) -> ElementTree.Element:
    """As XML, to which HTML's short forms are put right."""
    text = re.sub(r"(class|role|rx)=(\w+)", r'\1="\2"', histogram("Times", times))
    return ElementTree.fromstring(text)


def test_nothing_is_drawn_of_what_is_not_there() -> None:
    """Between 20 us and 200 ms lie four powers of ten; only the times that there are have a column."""
    drawn = figure([20 * US] * 9 + [25 * US] * 3 + [200 * MS])
    columns = list(drawn.iter("rect"))
    assert len(columns) == 2
    heights = [int(column.attrib["height"]) for column in columns]
    assert heights[0] > 10 * heights[1] > 0
    told = " ".join(drawn.itertext())
    assert "half of 13 within 20.0 us, the longest 200 ms" in told
    assert "100 us" in told
    assert "10 ms" in told


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ([], "none was captured whole"),
        ([34 * US], "34.0 us"),
        ([1 * MS, 3 * MS], "half of 2 within 1.00 ms, the longest 3"),
    ],
)
def test_few_times_are_told_in_words(times: list[int], told: str) -> None:
    """A column for each would say no more."""
    drawn = figure(times)
    assert told in " ".join(drawn.itertext())
    assert drawn.find("svg") is None


@given(st.lists(st.integers(0, 10**18), min_size=1, max_size=50))
def test_every_time_is_in_one_bar(times: list[int]) -> None:
    """Also 0, and what lies on an edge."""
    found = bars(times)
    assert sum(bar.count for bar in found) == len(times)
    assert found[0].count
    assert found[-1].count
    assert all(one.high == other.low for one, other in pairwise(found))
    if len(times) >= 5:
        drawn = figure(times)
        assert len(list(drawn.iter("rect"))) == sum(bar.count > 0 for bar in found)
        right = float(drawn.find("svg").attrib["width"])  # type: ignore[union-attr]
        assert all(0 <= float(text.attrib["x"]) <= right for text in drawn.iter("text"))
