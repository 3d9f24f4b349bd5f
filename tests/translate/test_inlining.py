"""Small functions in the place of their calls: the same results, and no calls."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.translate.running import Twins
from tests.translate.test_arithmetic import U32S

SOURCE = """
@record
class Pair:
    a: U32
    b: U32
    told: U32


class Bit(Names):
    LOW = 0, "low", "the lowest"
    HIGH = 5, "high", "a higher one"


def distance(a: U32, b: U32) -> I64:
    ahead = (a - b) % 2**32
    return ahead if ahead < 2**31 else ahead - 2**32


def lopsided(a: U32, b: U32) -> I64:
    ahead = (a - b) % 2**32
    return ahead if ahead < 2**30 else ahead - 2**32


def swap(pair: Pair, a: U32, b: U32) -> None:
    pair.a = b
    pair.b = a


def mark(pair: Pair, bit: Bit) -> None:
    pair.told = including(pair.told, bit)


def count(pair: Pair) -> U32:
    pair.told = (pair.told + 1) % 2**32
    return pair.told


def twice(a: U32) -> U32:
    return (a + a) % 2**32


def is_marked(pair: Pair) -> bool:
    return has(pair.told, Bit.HIGH) and not has(pair.told, Bit.LOW)


def far(a: U32, b: U32) -> I64:
    return distance(a, b) - lopsided(a, b)


def order(a: U32, b: U32) -> I64:
    found = 0
    if distance(a, b) > 0:
        found += 1
    if distance(a, b) >= 0 and distance(b, a) < 5:
        found += 10
    if 3 - distance(a, b) > 0:
        found += 100
    return found


def swapped(a: U32, b: U32) -> I64:
    pair = Pair()
    pair.a = a
    pair.b = b
    swap(pair, pair.a, pair.b)  # the second assignment must not read what the first has written
    return pair.a * 2 - pair.b


def marked(a: U32, b: U32) -> bool:
    pair = Pair()
    pair.told = a
    mark(pair, Bit.HIGH)
    return is_marked(pair)


def counted(a: U32, b: U32) -> I64:
    pair = Pair()
    pair.told = b
    return twice(count(pair)) * 4 + pair.told + a % 2
"""
ENTRIES = ["far", "order", "swapped", "marked", "counted"]


def body_of(lua: str, name: str) -> str:
    """The text of one of its functions."""
    return lua.partition(f"function {name}(")[2].partition("\nend\n")[0]


def test_no_calls_and_no_change(tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    """Whatever the arguments: each is evaluated as often as it has an effect."""
    twins = Twins(tmp_path_factory.mktemp("inlining"), SOURCE, entries=ENTRIES)

    @given(U32S, U32S, st.sampled_from(ENTRIES))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def agree(a: int, b: int, entry: str) -> None:
        twins.agree(a, b, entry=entry)

    agree()
    for a, b in ((0, 2**31), (2**31, 0), (2**32 - 1, 0), (0, 2**32 - 1), (5, 5), (2**30, 0)):
        for entry in ENTRIES:
            twins.agree(a, b, entry=entry)
    lua = twins.lua
    assert "distance(" not in lua
    assert "mark(" not in lua
    assert "(a - b + 2147483648) % 4294967296 > 2147483648" in body_of(lua, "order")
    assert "lopsided(a, b)" in body_of(lua, "far")
    assert "swap(pair, pair.a, pair.b)" in body_of(lua, "swapped")
    assert "twice(count(pair))" in body_of(lua, "counted")
    assert "pair.told % 64 >= 32 and pair.told % 2 < 1" in lua or "not (pair.told % 2 >= 1)" in lua


def test_a_function_that_is_too_long_is_called(tmp_path: Path) -> None:
    """What is put in the place of each call would make the text longer, and no easier to read."""
    source = """
def long(a: U32) -> U32:
    return (((((a + 1) * 3 + 2) % 1000 + 5) * 7) % 100 + a) % 50


def f(a: U32, b: U32) -> I64:
    return long(a) - long(b)
"""
    twins = Twins(tmp_path, source, entries=["f"])
    assert "long(a) - long(b)" in twins.lua
    twins.agree(12345, 678)
