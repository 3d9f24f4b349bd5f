"""Numbers with names, and sets of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.subset import Names, has, including
from pcapkit.subset.names import members_of


class Colour(Names):
    """Three of them, with a gap."""

    RED = 0, "red", "like a tomato"
    GREEN = 1, "green"
    BLUE = 31, "blue", "like the sky"


def test_a_member_is_its_number() -> None:
    """And carries its label and its meaning."""
    assert int(Colour.BLUE) == 31
    assert isinstance(Colour.BLUE, int)
    assert (Colour.BLUE.label, Colour.BLUE.meaning) == ("blue", "like the sky")
    assert (Colour.GREEN.label, Colour.GREEN.meaning) == ("green", "")
    assert Colour(31) is Colour.BLUE  # type: ignore[call-arg]


def test_numbers_without_a_name() -> None:
    """There is no such member."""
    with pytest.raises(ValueError, match="7"):
        Colour(7)  # type: ignore[call-arg]


@given(st.integers(0, 2**32 - 1), st.integers(0, 31))
def test_sets(members: int, member: int) -> None:
    """One bit for each member."""
    extended = including(members, member)
    assert has(extended, member)
    assert extended in (members, members + 2**member)
    assert has(members, member) == (members // 2**member % 2 == 1)
    assert including(extended, member) == extended


def test_members_in_order() -> None:
    """Those with a name; other bits have none."""
    assert members_of(0, Colour) == []
    assert members_of(1 << 31 | 1 << 7 | 1, Colour) == [Colour.RED, Colour.BLUE]
