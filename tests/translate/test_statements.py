"""Statements, records, tables and reading: the same in Python and in every Lua."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.translate.running import Twins
from tests.translate.test_arithmetic import U32S

MODULES = {
    "reassigned parameter": """
def f(a: U32, b: U32) -> I64:
    a = a % 1000
    a += b % 10
    a *= 2
    less = a
    less -= 5
    b = 7
    b //= 2
    b <<= 3
    b >>= 1
    b &= 15
    b %= 5
    return a * 10 + b + less
""",
    "local of an inner block": """
def f(a: U32, b: U32) -> I64:
    if a > b:
        x = a - b
        y = x * 2
        return y
    elif a == b:
        x = 5
    else:
        x = 6
        if b > 100:
            x += 1
    return x
""",
    "local of several branches": """
def f(a: U32, b: U32) -> I64:
    result = 0
    if a % 2 == 0:
        x = a % 100
        result += x
    if b % 2 == 0:
        x = b % 100
        result += 1000 * x
    return result
""",
    "loop": """
def f(a: U32, b: U32) -> I64:
    total = 0
    for i in range(a % 20):
        total += i
    for i in range(3, b % 20):
        for j in range(i, 10, 3):
            if j == 8:
                break
            total += i * j
        if total > 300:
            break
    for _ in range(5):
        total = total % 1009 * 3
    return total
""",
    "empty loop and pass": """
def f(a: U32, b: U32) -> I64:
    for _ in range(10, 3):
        return 99
    for _ in range(4):
        pass
    if a == b:
        pass
    else:
        return 1
    return 2
""",
    "loop that keeps a value": """
def f(a: U32, b: U32) -> I64:
    last = -1
    for i in range(16):
        if has(a, i):
            seen = i * 2
            last = seen
    return last
""",
    "return in a loop": """
def f(a: U32, b: U32) -> U32:
    for i in range(32):
        if has(a, i) and not has(b, i):
            return i
    return 255
""",
    "early return of nothing": """
@record
class Box:
    value: U32


def put(box: Box, value: U32) -> None:
    if value > 100:
        return
    box.value = value


def f(a: U32, b: U32) -> U32:
    box = Box()
    put(box, a)
    put(box, b % 50)
    return box.value
""",
    "record in a record": """
@record
class Inner:
    count: U16
    flag: bool


@record
class Outer:
    first: Inner
    second: Inner
    key: Key
    signed: I64


def bump(inner: Inner, by: U32) -> bool:
    inner.count += by % 7
    inner.flag = not inner.flag
    return inner.flag


def f(a: U32, b: U32) -> I64:
    outer = Outer()
    inner = outer.first
    bump(inner, a)
    if bump(outer.second, b) and not bump(outer.first, b):
        outer.signed = -3
    chosen = outer.first if a > b else outer.second
    chosen.count += 100
    return outer.first.count * 100000 + outer.second.count + outer.signed + len(outer.key)
""",
    "names": """
class State(Names):
    NONE = 0, "none"
    OPEN = 1, "open", "it is"
    DONE = 7, "done"


@record
class Machine:
    state: State


def following(state: State) -> State:
    if state == State.NONE:
        return State.OPEN
    return State.DONE if state == State.OPEN else State.NONE


def f(a: U32, b: U32) -> I64:
    machine = Machine()
    for _ in range(a % 5):
        machine.state = following(machine.state)
    return machine.state + 10 * (1 if machine.state != State.DONE else 0)
""",
    "words of Lua": """
@record
class Odd:
    end: U32
    end_: U32
    nil: U32
    local: bool


def until(then: U32, function: U32) -> U32:
    end = then % 10
    repeat = Odd()
    repeat.end = end
    repeat.end_ = function % 10
    repeat.nil = 3
    repeat.local = True
    goto = repeat.end * 100 + repeat.end_ * 10 + repeat.nil
    return goto if repeat.local else 0


def f(a: U32, b: U32) -> U32:
    floor = until(a, b)
    byte = floor // 2
    power = byte << 1
    sub = 2 if power > 100 else 3
    add = including(sub, 4)
    string = add // 3
    math = add + string
    _G = math
    return _G
""",
    "chained bools": """
def f(a: U32, b: U32) -> U32:
    even = a % 2 == 0
    larger = a > b
    both = even and larger
    neither = not even and not larger
    if both != neither and (even or larger):
        return 1
    if even == larger:
        return 2
    return 3
""",
    "functions in any order": """
def f(a: U32, b: U32) -> I64:
    return later(a) + LATE + other(b)


def later(a: U32) -> I64:
    return other(a) * 3


def other(a: U32) -> U32:
    return a % 11


LATE: Final = 4
""",
    "comments and texts of all kinds": """
WIDE: Final = 3  # ]] -- "a\\\\n
\"\"\"Documented ]==] with \\\\ and "quotes".\"\"\"


# --[[ above
def f(a: U32, b: U32) -> I64:
    \"\"\"Says --[[ what

    it does ]].
    \"\"\"
    # before
    total = WIDE  # [[ behind
    # last but one
    if (
        a > b  # inside
        and b > 5
    ):  # then
        # first
        total += 1
        # at the end of the block
    # before else
    else:  # otherwise
        total += 2
    # very last

    return total
    # after
""",
}

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize("what", MODULES)
def test_a_module_does_the_same(what: str, tmp_path: Path) -> None:
    """Statements of every kind."""
    twins = Twins(tmp_path, MODULES[what], entries=["f"])

    @quick
    @given(U32S, U32S)
    def check(a: int, b: int) -> None:
        twins.agree(a, b)
        twins.agree(a, a)

    check()


READING = """
def byte_at(frame: Frame, at: U32) -> U32:
    return u8(frame, at)


def two_at(frame: Frame, at: U32) -> U32:
    return u16(frame, at)


def four_at(frame: Frame, at: U32) -> U32:
    return u32(frame, at)


def part_at(frame: Frame, at: U32, length: U32) -> Key:
    return part(frame, at, length)


def size(frame: Frame) -> U32:
    return len(frame)


def same(frame: Frame, at: U32, other: U32) -> bool:
    return part(frame, at, 2) == part(frame, other, 2) and part(frame, 0, 1) != part(frame, 1, 1)


def total(frame: Frame) -> U32:
    sum = 0
    for at in range(len(frame) % 100):
        sum += u8(frame, at)
    return sum


def joined(frame: Frame, at: U32) -> Key:
    return part(frame, at, 2) + part(frame, 0, 1) + part(frame, at + 1, 3)
"""

OFFSETS = st.one_of(st.integers(0, 12), st.sampled_from([2**31 - 2, 2**31 - 1, 2**31, 2**32 - 1]))


def test_reading_stays_within_the_frame(tmp_path: Path) -> None:
    """Offsets and lengths up to the largest, frames down to the empty one."""
    twins = Twins(tmp_path, READING)

    @settings(quick, max_examples=150)
    @given(st.binary(max_size=10), OFFSETS, OFFSETS)
    def check(frame: bytes, at: int, other: int) -> None:
        for entry in ("byte_at", "two_at", "four_at", "joined"):
            twins.agree(frame, at, entry=entry)
        twins.agree(frame, at, other, entry="part_at")
        twins.agree(frame, at, other, entry="same")
        twins.agree(frame, entry="size")
        twins.agree(frame, entry="total")

    check()


TABLES = """
@record
class Entry:
    number: U32
    inside: Table[Counter]


@record
class Store:
    entries: Table[Entry]
    count: U32


def look(store: Store, key: Key) -> Entry | None:
    return store.entries.find(key)


def enter(store: Store, key: Key) -> Entry:
    entry = look(store, key)
    if entry is None:
        entry = store.entries.add(key)
        store.count += 1
    counter = entry.inside.find(key)
    if counter is not None and counter.value < 3:
        counter.value += 1
    else:
        entry.inside.add(key)
    entry.number += 1
    return entry


def f(frame: Frame, size: U32) -> U32:
    store = Store()
    for at in range(12):
        key = part(frame, at, size % 4)
        entry = enter(store, key)
        if entry.number == 3:
            store.entries.remove(key)
            store.entries.remove(key)
    again = store.entries.find(part(frame, 0, size % 4))
    if again is None or again.number == 0:
        return store.count
    inside = again.inside.find(part(frame, 0, size % 4))
    return store.count * 100 + again.number * 10 + (inside.value if inside is not None else 9)
"""

COUNTER = """
@record
class Counter:
    value: U8


"""


def test_tables_find_what_was_added(tmp_path: Path) -> None:
    """find, add and remove, and records that are None until they are compared."""
    twins = Twins(tmp_path, COUNTER + TABLES, entries=["f"])

    @settings(quick, max_examples=150)
    @given(st.lists(st.sampled_from([0, 1, 255]), max_size=14).map(bytes), st.integers(0, 10))
    def check(frame: bytes, size: int) -> None:
        twins.agree(frame, size)

    check()


HOLDING = """
@record
class Span:
    at: U52
    size: U16
    wide: bool


@record
class Side:
    number: U32
    odd: bool
    span: Rare[Span]
    late: Rare[Span]


@record
class Place:
    left: Side
    right: Side


@record
class Line:
    keys: Queue


@record
class Room:
    places: Table[Place]
    line: Line
    sum: U32


def stretch(span: Span, by: U32) -> I64:
    span.at = (span.at + by % 2**16 * 2**35 + 2**51) % 2**52
    span.size = (span.size + by) % 2**16
    span.wide = by % 3 == 0
    return span.at // 2**20 + span.size + (1 if span.wide else 0)


def side_of(place: Place, right: bool) -> Side:
    return place.right if right else place.left


def first_of(line: Line) -> Key:
    return line.keys.take()


def f(frame: Frame, size: U32) -> I64:
    room = Room()
    alone = Side()
    for at in range(len(frame) % 4096):
        key = part(frame, at, 1 + size % 3)
        what = u8(frame, at + 1) % 8
        place = room.places.find(key)
        if place is None:
            place = room.places.add(key)
            place.right.odd = what % 2 == 1
            room.line.keys.put(key)
        side = side_of(place, place.right.odd)
        if what == 0:
            room.places.remove(key)
        elif what == 1:
            first = first_of(room.line)
            gone = room.places.find(first + part(frame, 0, 0))
            room.sum = (room.sum * 3 + len(first)) % 2**32
            if gone is not None:
                room.sum = (room.sum + stretch(gone.left.late, 1)) % 2**32
        elif what == 2:
            span = side.span
            span.size = at % 2**16
            room.sum = (room.sum + stretch(side.span, at) + span.size) % 2**32
        elif what == 3:
            room.sum = (room.sum * 5 + stretch(side.late if side.odd else alone.span, at)) % 2**32
        elif what == 4:
            again = room.places.add(key)
            again.left.late.at = (side.span.at + 1) % 2**52
        else:
            side.number = at
            side.odd = not side.odd
    alone.number = len(room.line.keys)
    return room.sum + alone.number + alone.span.size


def g(frame: Frame, size: U32) -> I64:
    room = Room()
    left = 0
    for at in range(len(frame) % 512):
        place = room.places.add(part(frame, at, 2))
        place.left.number = u8(frame, at)
        place.left.late.at = size % 2**32
    for _ in range(5000):
        key = room.places.walk()
        walked = room.places.find(key)
        if walked is not None:
            walked.right.odd = True
            if walked.left.number % 4 < size % 4:
                room.places.remove(key)
    for at in range(len(frame) % 512):
        there = room.places.find(part(frame, at, 2))
        if there is not None:
            left += 1 if there.right.odd else 1000
    return left
"""


def test_queues_rare_parts_and_walks(tmp_path: Path) -> None:
    """First in, first out; parts made when they are touched; walks that pass by every record."""
    twins = Twins(tmp_path, HOLDING, entries=["f", "g"])

    @settings(quick, max_examples=60)
    @given(st.lists(st.integers(0, 255), max_size=80).map(bytes), st.integers(0, 2**32 - 1))
    def check(frame: bytes, size: int) -> None:
        twins.agree(frame, size)
        twins.agree(frame, size, entry="g")

    check()
    assert twins.agree(bytes(range(255)), 2, entry="g") == 127  # those that leave a rest of 2 or 3


def test_a_hidden_name_keeps_its_meaning(tmp_path: Path) -> None:
    """A local may be called like a function or constant of the module that others use."""
    source = """
SYN: Final = 2


def flags(SYN_: U32) -> U32:
    return SYN_ + SYN


def f(flags_: U32) -> I64:
    add = flags(flags_)
    new_Box = add + 1
    return new_Box * SYN


def g(flags: U32) -> I64:
    SYN = flags % 5
    return SYN * 3
"""
    twins = Twins(tmp_path, source, entries=["f", "g"])
    for number in (0, 1, 77, 2**32 - 1):
        twins.agree(number)
        twins.agree(number, entry="g")


def test_modules_may_use_the_same_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What two modules call alike stays apart, whoever uses it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    one = "LIMIT: Final = 3\n\n\ndef inner(a: U32) -> U32:\n    return a % LIMIT\n\n\n"
    one += "def one(a: U32) -> U32:\n    return inner(a)\n"
    two = one.replace(" 3", " 10").replace("one", "two")
    head = "from typing import Final\n\nfrom pcapkit.subset import U32\n\n"
    (tmp_path / "same_names_one.py").write_text(head + one)
    (tmp_path / "same_names_two.py").write_text(head + two)
    source = "LIMIT: Final = 100\n\n\ndef inner(a: U32) -> U32:\n    return a % LIMIT\n\n\n"
    source += "def f(a: U32) -> U32:\n    return inner(a) + one(a) * 1000 + two(a) * 10000\n"
    imports = "from same_names_one import one\nfrom same_names_two import two\n"
    twins = Twins(tmp_path, source, head=head + imports, entries=["f"])
    assert twins.agree(129) == 29 + 0 * 1000 + 9 * 10000
