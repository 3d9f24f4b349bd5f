"""Counting which values stand together, natively: as a Counter of tuples does."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.capture.linktypes import ETHERNET
from pcapkit.fast.annotator import NativeAnnotator, begin_annotator
from tests.fast.engine import need_engine

NUMBER = st.integers(0, 3) | st.integers(-(2**63), 2**63 - 1)
MOST = 1 << 16  # OCCURRENCES_MOST


def occurrences(*fields: int, dissector: int = 0) -> Any:
    return need_engine().Occurrences(dissector, fields)


@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER)), st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_as_a_counter_does(told: list[tuple[int, int, int]], fields: list[int]) -> None:
    counted = occurrences(*fields)
    for half in (told[::2], told[1::2]):
        for values in half:
            counted.add(values)
        assert counted.drain() == Counter(tuple(values[field] for field in fields) for values in half)
    assert counted.drain() == {}


def test_memory_is_bounded_and_what_has_no_room_is_told() -> None:
    counted = occurrences(0)
    for number in range(MOST + 100):
        counted.add([number])
    counted.add([5])  # it has its place
    whole = 3 * MOST // 4
    assert counted.drain() == {(number,): 2 if number == 5 else 1 for number in range(whole)}
    assert counted.others == MOST + 100 - whole
    counted.add([MOST + 7])
    assert counted.drain() == {(MOST + 7,): 1}


def test_only_fields_that_there_are() -> None:
    need_engine()
    for fields in ((), (0,) * 5):
        with pytest.raises(ValueError, match="fields"):
            occurrences(*fields)
    with pytest.raises(ValueError, match="no field 1"):
        occurrences(1).add([0])
    annotator = begin_annotator("all")
    if not isinstance(annotator, NativeAnnotator):
        pytest.skip("a dissector is not compiled")
    engine = need_engine()
    link = (ETHERNET.number, 100, ETHERNET.tag_offset, ETHERNET.cooked, False)
    live = engine.LiveEncoder([link], annotator.runs, annotator.wording, engine.TEXT_LEVELS["all"])
    with pytest.raises(ValueError, match="no field 99"):
        live.count_in(occurrences(99))
    for dissector in (-1, 99):
        with pytest.raises(ValueError, match="no dissector"):
            live.count_in(occurrences(0, dissector=dissector))
