"""Ranges hold what they promise: the result of an operation on values in them lies in the range of the result."""

import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.translate.flow import Flow
from pcapkit.translate.narrowing import CONTRARY, TURNED, narrowed
from pcapkit.translate.ranges import LARGEST, Range
from pcapkit.translate.tree import Boolean, Compare, Integer, Local, LocalUse

NUMBERS = st.one_of(st.integers(-10, 10), st.integers(-(2**32), 2**32))


@st.composite
def values_in(draw: st.DrawFn) -> tuple[Range, int]:
    """A range, open or not, and a value in it."""
    value = draw(NUMBERS)
    low = draw(st.one_of(st.none(), st.integers(0, 100).map(lambda less: value - less)))
    high = draw(st.one_of(st.none(), st.integers(0, 100).map(lambda more: value + more)))
    return Range(low, high), value


def holds(range: Range, value: int) -> bool:
    """Whether a value is in a range."""
    return (range.low is None or range.low <= value) and (range.high is None or value <= range.high)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul])
@given(a=values_in(), b=values_in())
def test_sums_and_products(operation: Callable[..., object], a: tuple[Range, int], b: tuple[Range, int]) -> None:
    """+ - * of any two."""
    result, value = operation(a[0], b[0]), operation(a[1], b[1])
    assert isinstance(result, Range)
    assert isinstance(value, int)
    assert holds(result, value)


@given(values_in(), values_in(), st.integers(1, 1000))
def test_the_rest(a: tuple[Range, int], b: tuple[Range, int], by: int) -> None:
    """Division, remainder, sign, joining and widening; and what a range says of itself."""
    assert holds(a[0].divided(by), a[1] // by)
    assert holds(a[0].modulo(by), a[1] % by)
    assert holds(-a[0], -a[1])
    for both in (a[0].joined(b[0]), a[0].widened(b[0])):
        assert holds(both, a[1])
        assert holds(both, b[1])
    if holds(b[0], a[1]):
        assert holds(a[0].narrowed(b[0]), a[1])
    assert a[0].only in {None, a[1]}
    assert a[0].may_be_negative or a[1] >= 0
    assert not a[0].within(0, 5) or 0 <= a[1] <= 5
    assert not a[0].outside(0, 5) or not 0 <= a[1] <= 5


@given(values_in(), st.lists(values_in()))
def test_widening_ends(first: tuple[Range, int], others: list[tuple[Range, int]]) -> None:
    """However often a range is widened, it changes a few times only, and never shrinks."""
    known, changes = first[0], 0
    for other, value in [*others, (Range(-(2**50), 2**50), 0)]:
        wider = known.widened(known.joined(other))
        assert wider.joined(known) == wider
        assert holds(wider, value)
        changes += wider != known
        known = wider
    assert changes <= 7


def test_what_is_exact() -> None:
    """Up to 2**53 on both sides, and open bounds are the author's."""
    assert Range(-LARGEST, LARGEST).exact
    assert Range(None, None).exact
    assert not Range(0, LARGEST + 1).exact
    assert not Range(-LARGEST - 1, None).exact


COMPARED = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@given(values_in(), values_in(), st.sampled_from(sorted(COMPARED)))
def test_a_comparison_narrows_what_it_compares(a: tuple[Range, int], b: tuple[Range, int], op: str) -> None:
    """Whichever way a comparison goes, the values that made it go so are still in the ranges."""
    left, right = (LocalUse(Local(name, Integer(range)), Integer(range)) for name, range in (("a", a[0]), ("b", b[0])))
    flow = Flow(frozenset("ab"), frozenset(), {"a": a[0], "b": b[0]})
    holding, failing = narrowed(Compare(op, left, right, Boolean()), flow)
    taken = holding if COMPARED[op](a[1], b[1]) else failing
    assert holds(taken.ranges["a"], a[1])
    assert holds(taken.ranges["b"], b[1])


def test_every_comparison_has_its_contrary() -> None:
    """Turned round or denied twice, a comparison is itself."""
    assert set(CONTRARY) == set(TURNED) == set(COMPARED)
    assert all(CONTRARY[CONTRARY[op]] == op and TURNED[TURNED[op]] == op for op in COMPARED)
