"""Integer expressions: the same in Python and in every Lua, at the edges above all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.translate.running import Twins

EDGES = [0, 1, 2, 3, 127, 128, 255, 256, 2**16 - 1, 2**16, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 2, 2**32 - 1]
U32S = st.one_of(st.sampled_from(EDGES), st.integers(0, 2**32 - 1))
SIGNED = st.one_of(
    st.sampled_from([sign * edge for edge in [*EDGES, 2**52] for sign in (1, -1)]), st.integers(-(2**52), 2**52)
)

EXPRESSIONS = [
    "a + b",
    "a - b",
    "b - a + 5",
    "a - (b - 7)",
    "a - b - 7",
    "-a",
    "- -a",
    "-(a - b)",
    "a * 3 - b * 5",
    "(a % 65536) * (b % 65536)",
    "(a - b) % 4294967296",
    "(a - b) % 2**32",
    "(b - a) % 7",
    "a // 3",
    "(a - b) // 16",
    "(a - b) // 1000000007",
    "a // 2 // 3",
    "a // 2 * 3",
    "a // (2 * 3)",
    "a % 7 % 3",
    "a % 7 * 3",
    "a * 3 % 7",
    "a & 255",
    "(a - b) & 65535",
    "a & 1",
    "a & 8",
    "8 & a",
    "a & 0x80000000",
    "(a - b) & 2147483648",
    "a >> 0",
    "a >> 1",
    "a >> 31",
    "(a - b) >> 4",
    "a >> (b & 31)",
    "a << 4",
    "(a & 65535) << (b & 31)",
    "1 << (b % 32)",
    "a >> 3 << 3",
    "a & 0x0FFF >> 2",
    "a if a > b else b",
    "(a if a > b else b) + 1",
    "1 if a == b else 2 if a < b else 3",
    "(a if b & 1 == 0 else b) if a != 0 else 9",
    "LIMIT - a % LIMIT",
    "MIXED + a",
    "NEGATIVE * 2 + a",
    "a + Colour.GREEN",
    "including(a, b % 32)",
    "including(including(0, 31), 0)",
    "0x10 + 1_000 + 0b11 + 0o17 + a",
]

CONDITIONS = [
    "a == b",
    "a != b",
    "a < b",
    "a <= b",
    "a > b",
    "a >= b",
    "a < b < 70000",
    "10 <= a % 100 <= b % 100",
    "not a < b",
    "not (a < b and b != 7)",
    "a < b or b == 7 and a == 7",
    "(a < b or b == 7) and a == 7",
    "a & FLAG != 0",
    "a & FLAG == 0",
    "a & FLAG == FLAG",
    "FLAG == a & FLAG",
    "0 != a & FLAG",
    "a & 1 != 0",
    "a & FIRST != 0",
    "a & FIRST == 0",
    "a & 0x80000000 != 0",
    "(a - b) & FLAG != 0",
    "a & 7 == 5",
    "a & FLAG > b",
    "has(a, b % 32)",
    "has(a, Colour.GREEN) and has(a, 0)",
    "has(including(a, b & 31), b & 31)",
    "(a == b) == (b < a)",
    "(a < b) != True",
    "YES and a > 5",
    "a > 5 and not NO",
    "Colour.GREEN == a",
]

MODULE = """
LIMIT: Final = 1000
MIXED: Final = LIMIT * 2 + 0x10
NEGATIVE: Final = -5
FLAG: Final = 0x10
FIRST: Final = 0x01
YES: Final = True
NO: Final = False


class Colour(Names):
    RED = 0, "red"
    GREEN = 3, "green", "as grass"


def f(a: {kind}, b: {kind}) -> {result}:
    return {expression}
"""

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_has_one_value(expression: str, tmp_path: Path) -> None:
    """Every operator, alone and beside those that bind more or less tightly."""
    twins = Twins(tmp_path, MODULE.format(expression=expression, kind="U32", result="I64"), entries=["f"])

    @quick
    @given(U32S, U32S)
    def check(a: int, b: int) -> None:
        twins.agree(a, b)

    check()


@pytest.mark.parametrize("expression", CONDITIONS)
def test_a_condition_has_one_value(expression: str, tmp_path: Path) -> None:
    """Every comparison and connective, also where the two sides are equal."""
    twins = Twins(tmp_path, MODULE.format(expression=expression, kind="U32", result="bool"), entries=["f"])

    @quick
    @given(U32S, U32S)
    def check(a: int, b: int) -> None:
        twins.agree(a, b)
        twins.agree(a, a)

    check()


SIGNED_EXPRESSIONS = [
    "a + 1",
    "a - b % 10",
    "a % 4294967296",
    "a // 7",
    "a // 4096",
    "a >> 5",
    "a & 65535",
    "a & 64",
    "-a",
]


@pytest.mark.parametrize("expression", SIGNED_EXPRESSIONS)
def test_negative_numbers_round_down_everywhere(expression: str, tmp_path: Path) -> None:
    """Division and remainder go by the floor, as in Python, up to 2**52 on both sides."""
    twins = Twins(tmp_path, MODULE.format(expression=expression, kind="I64", result="I64"), entries=["f"])

    @quick
    @given(SIGNED, SIGNED)
    def check(a: int, b: int) -> None:
        twins.agree(a, b)

    check()


def test_a_quotient_is_exact_up_to_the_largest_number(tmp_path: Path) -> None:
    """A rounded quotient never reaches the next integer below 2**53."""
    source = "def f(a: I64) -> I64:\n    return a // {by}\n"
    for by in (2, 3, 10, 2**31 - 1, 10**9, 2**32):
        twins = Twins(tmp_path, source.format(by=by), entries=["f"])
        for near in (2**53 - 1, 2**53 - by, by * (2**53 // by) - 1, 2**52 + 1):
            twins.agree(near)
            twins.agree(-near)
