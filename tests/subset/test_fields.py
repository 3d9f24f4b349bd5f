"""What a dissector declares."""

import pytest

from pcapkit.subset import U8, U32, Duration, FrameNumber, Names, dissector, field, fields, fields_of
from pcapkit.subset.widths import Width


class Kind(Names):
    """Three kinds."""

    PLAIN = 0, "plain", "nothing special"
    LOUD = 1, "loud", "everybody hears it"
    ODD = 2, "odd"


@fields
class Told:
    """A field of each kind."""

    kinds: U32 = field("Kinds", "what it is", every=Kind, quiet=(Kind.PLAIN, Kind.ODD))
    size: U8 = field("Size")
    first: Kind = field("First kind")
    answers: FrameNumber = field("Answers")
    delay: Duration = field("Delay", when="answers")
    sure: bool = field("Sure", "beyond doubt", when="sure")
    problems: U32 = field("Problem", every=Kind, expert=True)


SPECS = {spec.name: spec for spec in fields_of(Told)}


def test_order_and_kinds() -> None:
    """As declared."""
    assert [(spec.name, spec.kind) for spec in fields_of(Told)] == [
        ("kinds", "set"),
        ("size", "number"),
        ("first", "names"),
        ("answers", "frame"),
        ("delay", "duration"),
        ("sure", "flag"),
        ("problems", "expert"),
    ]


def test_titles_and_meanings() -> None:
    """What people read."""
    assert (SPECS["kinds"].title, SPECS["kinds"].meaning) == ("Kinds", "what it is")
    assert (SPECS["size"].title, SPECS["size"].meaning) == ("Size", "")


def test_names() -> None:
    """Of a set from `every`, of a single one from its type."""
    assert SPECS["kinds"].names is Kind
    assert SPECS["first"].names is Kind
    assert SPECS["problems"].names is Kind
    assert SPECS["size"].names is None


def test_when() -> None:
    """A frame number of 0 is none, without saying so."""
    assert {name: spec.when for name, spec in SPECS.items() if spec.when} == {
        "answers": "answers",
        "delay": "answers",
        "sure": "sure",
    }


def test_widths() -> None:
    """From the types."""
    assert SPECS["kinds"].width == Width(32)
    assert SPECS["size"].width == SPECS["first"].width == Width(8)
    assert SPECS["delay"].width == Width(64, signed=True)
    assert (SPECS["delay"].width.low, SPECS["delay"].width.high) == (-(2**63), 2**63 - 1)
    assert (SPECS["sure"].width.low, SPECS["sure"].width.high) == (0, 1)


def test_quiet() -> None:
    """The numbers of those members; none is the ordinary case."""
    assert SPECS["kinds"].quiet == frozenset((0, 2))
    assert all(not spec.quiet for name, spec in SPECS.items() if name != "kinds")


def test_it_is_a_record() -> None:
    """All zero, and with no room for more."""
    told = Told()
    assert (told.kinds, told.size, told.first, told.answers, told.delay, told.problems) == (0,) * 6
    assert told.sure is False
    with pytest.raises(AttributeError):
        told.other = 1  # type: ignore[attr-defined]


def test_entry_point_is_marked() -> None:
    """And stays what it was."""

    @dissector("toy", "A toy", protocol="tcp")
    def entry(size: int) -> bool:
        return size > 1

    assert entry.DISSECTOR == ("toy", "A toy", "tcp")  # type: ignore[attr-defined]
    assert entry(2)
