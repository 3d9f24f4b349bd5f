"""Records begin all zero, hold no other attributes, and are held against their widths in tests."""

import gc
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.subset import I64, U8, U16, U32, U52, Key, Names, Queue, Rare, Table, record
from pcapkit.subset.records import CHECKED, MAX_KEY


class Mood(Names):
    """Two."""

    CALM = 0, "calm"
    CROSS = 1, "cross"


@record
class Inner:
    """A record that stands inside another."""

    count: U32


@record
class Outer:
    """One attribute of each kind."""

    small: U8
    middle: U16
    large: U32
    time: U52
    signed: I64
    yes: bool
    mood: Mood
    key: Key
    inner: Inner
    table: Table[Inner]


def test_all_zero() -> None:
    """Whatever the kind."""
    made = Outer()
    assert (made.small, made.middle, made.large, made.signed, made.mood) == (0, 0, 0, 0, Mood.CALM)
    assert made.yes is False
    assert made.key == b""
    assert made.inner.count == 0
    assert len(made.table) == 0


def test_records_are_apart() -> None:
    """What is inside one is not inside the other."""
    one, other = Outer(), Outer()
    one.inner.count = 5
    one.table.add(b"k")
    assert other.inner.count == 0
    assert len(other.table) == 0


def test_no_other_attributes() -> None:
    """A misspelt name is an error, not a new attribute."""
    with pytest.raises(AttributeError):
        Outer().lrage = 1  # type: ignore[attr-defined]


def test_docstring_and_name_stay() -> None:
    """They are what a reader sees."""
    assert Outer.__name__ == "Outer"
    assert Outer.__doc__ == "One attribute of each kind."


def test_what_a_record_cannot_hold() -> None:
    """A plain int says no width, and a float is none."""
    with pytest.raises(TypeError, match="cannot hold amount"):

        @record
        class Wrong:
            amount: float


LIMITS = [
    ("small", 0, 2**8 - 1),
    ("middle", 0, 2**16 - 1),
    ("large", 0, 2**32 - 1),
    ("time", 0, 2**52 - 1),
    ("signed", -(2**63), 2**63 - 1),
]


@pytest.mark.parametrize(("name", "low", "high"), LIMITS)
def test_widths(name: str, low: int, high: int) -> None:
    """Both ends fit, and nothing beyond them."""
    assert CHECKED, "tests run with PCAPKIT_CHECKED=1, see tests/conftest.py"
    made = Outer()
    for value in (low, high):
        setattr(made, name, value)
        assert getattr(made, name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(OverflowError, match=f"Outer.{name}"):
            setattr(made, name, value)


def test_a_bool_is_no_number() -> None:
    """And a number is no bool, as in every other runtime."""
    made = Outer()
    with pytest.raises(OverflowError):
        made.yes = 1  # type: ignore[assignment]
    with pytest.raises(OverflowError):
        made.small = True


def test_unchecked_costs_nothing() -> None:
    """Without PCAPKIT_CHECKED there is no __setattr__ of our own."""
    code = "from pcapkit.layers.packet import Packet; print('__setattr__' in vars(Packet))"
    for value, expected in (("0", "False"), ("1", "True")):
        environment = {**os.environ, "PCAPKIT_CHECKED": value}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "find"]), st.binary(max_size=2)), max_size=30))
def test_table(actions: list[tuple[str, bytes]]) -> None:
    """It does as a dict does."""
    table, model = Table(Inner), {}
    for number, (action, key) in enumerate(actions, 1):
        if action == "add":
            made = table.add(key)
            assert made.count == 0
            made.count = number
            model[key] = number
        elif action == "remove":
            table.remove(key)
            model.pop(key, None)
        found = table.find(key)
        assert (None if found is None else found.count) == model.get(key)
        assert len(table) == len(model)


def test_a_full_table_keeps_what_it_has() -> None:
    """What is added beyond can be used, and is not found again; a record that is replaced needs no room."""
    table = Table(Inner)
    table.limit = 2
    for key in (b"a", b"b"):
        table.add(key).count = 7
    table.add(b"c").count = 9
    assert (len(table), table.refused, table.find(b"c")) == (2, 1, None)
    table.add(b"a").count = 8
    assert [found.count for key in (b"a", b"b") if (found := table.find(key)) is not None] == [8, 7]
    table.remove(b"b")
    table.add(b"c")
    assert (len(table), table.refused) == (2, 1)


@record
class Holder:
    """A record with a part that most do without."""

    plain: U8
    rare: Rare[Inner]


def test_a_rare_part_is_made_when_it_is_touched() -> None:
    """Not before; and from then on it is the same one."""
    holder = Holder()
    assert not any(isinstance(held, Inner) for held in gc.get_referents(holder))
    rare = holder.rare
    assert rare.count == 0
    rare.count = 3
    assert holder.rare is rare
    assert holder.rare.count == 3
    with pytest.raises(AttributeError, match="'Holder' object has no attribute 'raer'"):
        _ = holder.raer  # type: ignore[attr-defined]


def test_only_records_are_rare() -> None:
    """A number takes less than what would lead to it."""
    with pytest.raises(TypeError, match="only a record can be rare"):

        @record
        class Wrong:
            amount: Rare[U32]


@given(st.lists(st.one_of(st.none(), st.binary(max_size=3)), max_size=30))
def test_queue(actions: list[bytes | None]) -> None:
    """First in, first out; None takes."""
    queue, model = Queue(), list[bytes]()
    for key in actions:
        if key is None:
            assert queue.take() == (model.pop(0) if model else b"")
        else:
            queue.put(key)
            model.append(key)
        assert len(queue) == len(model)


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "walk"]), st.binary(max_size=1)), max_size=60))
def test_walk(actions: list[tuple[str, bytes]]) -> None:
    """Whatever is done meanwhile, a walk of twice as many steps as there are records passes by each that stays."""
    table = Table(Inner)
    keys = set()
    for action, key in actions:
        if action == "add":
            table.add(key)
            keys.add(key)
        elif action == "remove":
            table.remove(key)
            keys.discard(key)
        else:
            table.walk()
    most = max(len(keys), len(actions))
    assert keys <= {table.walk() for _ in range(2 * most + 2)}


def test_longest_key() -> None:
    """Longer ones are refused, so that every runtime can hold them."""
    table = Table(Inner)
    table.add(bytes(MAX_KEY))
    with pytest.raises(ValueError, match="at most 40 bytes, this one 41"):
        table.add(bytes(MAX_KEY + 1))
    with pytest.raises(ValueError, match="at most 40 bytes, this one 41"):
        Queue().put(bytes(MAX_KEY + 1))
