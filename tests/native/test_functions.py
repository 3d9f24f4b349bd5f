"""Functions of the subset: compiled, they give what Python gives, at the edges above all."""

import re
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.native.compiled import Both, together
from tests.translate.test_arithmetic import CONDITIONS, EXPRESSIONS, SIGNED, SIGNED_EXPRESSIONS, U32S
from tests.translate.test_arithmetic import MODULE as ARITHMETIC
from tests.translate.test_statements import COUNTER, HOLDING, MODULES, OFFSETS, READING, TABLES

quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

FUNCTION = "\n\ndef {name}(a: {kind}, b: {kind}) -> {result}:\n    return {expression}\n"
DECLARATIONS = ARITHMETIC.partition("def f(")[0]


DIVISORS = (1, 2, 3, 10, 2**31 - 1, 10**9, 2**32, 2**52)
DIVISION = "\n\ndef q{n}(a: I64) -> I64:\n    return a // {by}\n\n\ndef r{n}(a: I64) -> I64:\n    return a % {by}\n"


def numbered(letter: str, expressions: list[str], kind: str, result: str) -> str:
    """A function for each expression."""
    return "".join(
        FUNCTION.format(name=f"{letter}{number}", kind=kind, result=result, expression=expression)
        for number, expression in enumerate(expressions)
    )


def names_in(source: str, letter: str) -> list[str]:
    """The functions that numbered made with this letter."""
    return re.findall(rf"^def ({letter}\d+)\(", source, re.MULTILINE)


@pytest.fixture(scope="module")
def arithmetic(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """e: expressions, c: conditions, s: expressions of signed integers, q and r: quotients and remainders."""
    source = DECLARATIONS + numbered("e", EXPRESSIONS, "U32", "I64") + numbered("c", CONDITIONS, "U32", "bool")
    source += numbered("s", SIGNED_EXPRESSIONS, "I64", "I64")
    source += "".join(DIVISION.format(n=number, by=by) for number, by in enumerate(DIVISORS))
    return Both(
        tmp_path_factory.mktemp("arithmetic"), source, [name for letter in "ecsqr" for name in names_in(source, letter)]
    )


@pytest.mark.parametrize("letter", ["e", "c", "s"])
def test_an_expression_has_one_value(letter: str, arithmetic: Both) -> None:
    """Every operator, alone and beside those that bind more or less tightly."""
    numbers = SIGNED if letter == "s" else U32S
    names = [name for name in arithmetic.entries if name[0] == letter]
    assert len(names) == len({"e": EXPRESSIONS, "c": CONDITIONS, "s": SIGNED_EXPRESSIONS}[letter])

    @quick
    @given(numbers, numbers)
    def check(a: int, b: int) -> None:
        for name in names:
            arithmetic.agree(a, b, entry=name)
            arithmetic.agree(a, a, entry=name)

    check()


@pytest.mark.parametrize("place", range(len(DIVISORS)))
def test_a_quotient_is_exact_up_to_the_largest_number(place: int, arithmetic: Both) -> None:
    """Divisors that are powers of two and others, on both sides of zero."""
    by = DIVISORS[place]
    for near in (0, 1, by - 1, by, 2**53 - 1, 2**53 - by, by * (2**53 // by) - 1, 2**52 + 1):
        for name in (f"q{place}", f"r{place}"):
            arithmetic.agree(near, entry=name)
            arithmetic.agree(-near, entry=name)


ORDER = {
    "a value read before a call that changes it": """
@record
class Box:
    value: U32


def bump(box: Box) -> U32:
    box.value = (box.value * 7 + 1) % 65536
    return box.value % 10


def f(a: U32, b: U32) -> I64:
    box = Box()
    box.value = a % 1000
    x = box.value * 100000 + bump(box)
    y = bump(box) * 100000 + box.value
    z = bump(box) - bump(box) * 3 + box.value % 5
    box.value += bump(box)
    return x + y * 3 + z * 7 + box.value
""",
    "calls behind and and or": """
@record
class Box:
    value: U32
    other: U32


def test(box: Box, by: U32) -> bool:
    box.value += 1
    return box.value % 3 == by % 3


def make(box: Box) -> Box:
    made = Box()
    made.value = box.value % 100 + 1
    box.value += 2
    return made


def f(a: U32, b: U32) -> I64:
    box = Box()
    box.value = a % 10
    if test(box, b) and not test(box, a) or test(box, 1) and box.value % 2 == 0:
        box.other = 1
    elif test(box, 2) or make(box).value > 3 and test(box, b):
        box.other = 2
    elif make(box).value == make(box).value or test(box, 0):
        box.other = 3
    ok = make(box).value > 2 and (test(box, 1) or make(box).value > box.value)
    chosen = make(box).value if test(box, a) else make(make(box)).value
    total = 0
    for i in range(make(box).value % 5, box.value % 9):
        total = (total * 3 + i * box.value) % 100003
        box.value += 1
    return total * 1000 + chosen * 10 + box.value + box.other * 7 + (1 if ok else 0)
""",
    "records of every turn are apart": """
@record
class Box:
    value: U32


def f(a: U32, b: U32) -> I64:
    last = Box()
    total = 0
    for i in range(a % 6):
        made = Box()
        made.value = i + b % 7
        total = (total + made.value * 10 + last.value) % 100003
        last = made
    return total + last.value
""",
    "arguments from left to right": """
@record
class Box:
    value: U32


def next(box: Box) -> U32:
    box.value += 1
    return box.value


def three(x: U32, y: U32, z: U32) -> U32:
    return x * 10000 + y * 100 + z


def f(a: U32, b: U32) -> I64:
    box = Box()
    box.value = a % 50
    first = three(next(box), box.value, next(box))
    second = three(box.value, next(box), box.value + next(box))
    return first + second * (1 if next(box) > box.value - 1 else 2)
""",
}


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """A function for each module, those of test_statements first."""
    modules = MODULES | ORDER
    return Both(tmp_path_factory.mktemp("statements"), together(modules), [f"f{n}" for n in range(len(modules))])


def test_a_module_does_the_same(statements: Both) -> None:
    """Statements of every kind."""

    @quick
    @given(U32S, U32S)
    def check(a: int, b: int) -> None:
        for name in statements.entries:
            statements.agree(a, b, entry=name)
            statements.agree(a, a, entry=name)

    check()


def test_the_order_of_evaluation_is_kept(statements: Both) -> None:
    """Where a call changes what stands beside it."""
    for a in range(60):
        for b in range(12):
            for name in statements.entries[len(MODULES) :]:
                statements.agree(a, b, entry=name)


def test_reading_stays_within_the_frame(tables: Both) -> None:
    """Offsets and lengths up to the largest, frames down to the empty one."""
    both = tables

    @settings(quick, max_examples=300)
    @given(st.binary(max_size=60), OFFSETS, OFFSETS)
    def check(frame: bytes, at: int, other: int) -> None:
        for entry in ("byte_at3", "two_at3", "four_at3", "joined3"):
            both.agree(frame, at, entry=entry)
        both.agree(frame, at, min(other, 40), entry="part_at3")
        both.agree(frame, at, other, entry="same3")
        both.agree(frame, entry="size3")
        both.agree(frame, entry="total3")

    check()


KEYS = """
@record
class Kept:
    key: Key
    number: U32


@record
class Store:
    kept: Kept
    table: Table[Kept]


def long(frame: Frame) -> I64:
    size = u16(frame, 0)
    whole = part(frame, 0, size) + part(frame, 1, size)
    store = Store()
    if store.table.find(whole) is not None:
        return -1
    store.table.remove(whole)
    if whole == part(frame, 0, 3):
        return -2
    return len(whole) + len(whole + part(frame, 0, 5))


def stored(frame: Frame, size: U32) -> I64:
    store = Store()
    store.kept.key = part(frame, 1, size % 20)
    again = store.kept.key + part(frame, 0, size % 21)
    again = again + part(frame, 0, 0)
    made = store.table.add(again)
    made.key = again
    found = store.table.find(store.kept.key + part(frame, 0, size % 21))
    if found is None:
        return -1
    return len(found.key) * 10 + (1 if found.key == again else 0) + (2 if found.key != store.kept.key else 0)
"""


def test_keys_are_kept_and_put_together(tables: Both) -> None:
    """Keys in records, of every length, and longer than any table takes."""
    both = tables

    @settings(quick, max_examples=200)
    @given(st.binary(max_size=120), st.integers(0, 2**32 - 1))
    def check(frame: bytes, size: int) -> None:
        both.agree(frame, size, entry="stored2")
        both.agree(frame, entry="long2")

    check()


def test_tables_find_what_was_added(tables: Both) -> None:
    """find, add and remove, tables inside records of tables; and all of it is given back."""
    both = tables
    left = set()

    @settings(quick, max_examples=200)
    @given(st.lists(st.sampled_from([0, 1, 255]), max_size=14).map(bytes), st.integers(0, 10))
    def check(frame: bytes, size: int) -> None:
        both.agree(frame, size, entry="f0")
        left.add(both.native.left)

    check()
    assert len(left) == 1


MANY = """
@record
class Entry:
    number: U32
    turns: U32


@record
class Store:
    entries: Table[Entry]
    sum: I64


def f(frame: Frame, wide: U32) -> I64:
    store = Store()
    length = 1 + wide % 20
    for at in range(len(frame) % 65536):
        key = part(frame, at, length)
        what = u8(frame, at + length) % 4
        entry = store.entries.find(key)
        if what == 0:
            made = store.entries.add(key)
            made.number = at
            if entry is not None:
                made.turns = entry.turns + 1
                entry.number += 1000
        elif what == 1:
            store.entries.remove(key)
            if entry is not None:
                store.sum = (store.sum % 2**32 * 3 + entry.number) % 2**32
        elif entry is not None:
            entry.turns += 1
            store.sum = (store.sum % 2**32 * 5 + entry.number * 7 + entry.turns) % 2**32
    return store.sum
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """f0: of TABLES, f1: of MANY, the others by their names."""
    source = together({"tables": COUNTER + TABLES, "many": MANY, "keys": KEYS, "reading": READING, "hold": HOLDING})
    entries = [
        "byte_at3",
        "two_at3",
        "four_at3",
        "joined3",
        "part_at3",
        "same3",
        "size3",
        "total3",
        "long2",
        "stored2",
        "f0",
        "f1",
        "f4",
        "g4",
    ]
    return Both(tmp_path_factory.mktemp("tables"), source, entries)


def test_queues_rare_parts_and_walks(tables: Both) -> None:
    """As in every Lua; and what they took is given back."""
    both = tables

    @settings(quick, max_examples=200)
    @given(st.integers(0, 2**32), st.integers(0, 4000), st.integers(0, 2**32 - 1), st.sampled_from([2, 8, 256]))
    def check(seed: int, length: int, size: int, letters: int) -> None:
        frame = bytes(Random(seed).choices(range(letters), k=length))
        both.agree(frame, size, entry="f4")
        both.agree(frame[:500], size, entry="g4")

    check()


def test_a_table_grows_and_shrinks(tables: Both) -> None:
    """Thousands of keys added, replaced, removed; a record that was removed can still be read in its frame."""
    both = tables

    @settings(quick, max_examples=25)
    @given(st.integers(0, 2**32), st.integers(0, 12000), st.integers(0, 40), st.sampled_from([2, 3, 5, 40, 256]))
    def check(seed: int, size: int, wide: int, letters: int) -> None:
        frame = bytes(Random(seed).choices(range(letters), k=size))
        both.agree(frame, wide, entry="f1")

    check()
