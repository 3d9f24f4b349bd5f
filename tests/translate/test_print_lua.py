"""Text from Lua trees: it parses back to the same tree, as far as Lua itself can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcapkit.translate import lua_tree as lua
from pcapkit.translate.print_lua import expression, print_lua, quoted
from tests.translate.running import LUAS, run_lua

NUMBERS = st.integers(-5, 9).map(lambda number: lua.Number(str(number)))
STEPS = {"+": 1, "-": 1, "*": 1, "%": 1}


def evaluated(tree: lua.Expression) -> int | None:
    """The value of a tree of numbers, None where something is divided by zero."""
    match tree:
        case lua.Number(text=text):
            return int(text)
        case lua.Unary(op="-", value=value):
            inner = evaluated(value)
            return -inner if inner is not None else None
        case lua.Binary(op=op, left=left, right=right):
            a, b = evaluated(left), evaluated(right)
            if a is None or b is None or (op == "%" and b == 0):
                return None
            return {"+": a + b, "-": a - b, "*": a * b, "%": a % b if b else 0}[op]
    raise AssertionError(tree)


TREES = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.builds(lua.Binary, st.sampled_from(sorted(STEPS)), inner, inner),
        st.builds(lua.Unary, st.just("-"), inner),
    ),
    max_leaves=8,
)


@given(TREES)
def test_parentheses_stand_where_they_are_needed(tree: lua.Expression) -> None:
    """Evaluated by Lua, the text gives the value of the tree."""
    wanted = evaluated(tree)
    if wanted is not None:
        got = run_lua("lua54", f"return {{ f = function() return {expression(tree)} end }}")["f"]()
        assert got == wanted


BOOLS = st.recursive(
    st.sampled_from(["true", "false"]).map(lua.Name),
    lambda inner: st.one_of(
        st.builds(lua.Binary, st.sampled_from(["and", "or", "==", "~="]), inner, inner),
        st.builds(lua.Unary, st.just("not"), inner),
    ),
    max_leaves=8,
)


def truth(tree: lua.Expression) -> bool:
    """The value of a tree of bools."""
    match tree:
        case lua.Name(name=name):
            return name == "true"
        case lua.Unary(value=value):
            return not truth(value)
        case lua.Binary(op=op, left=left, right=right):
            a, b = truth(left), truth(right)
            return {"and": a and b, "or": a or b, "==": a == b, "~=": a != b}[op]
    raise AssertionError(tree)


@given(BOOLS)
def test_bools_group_as_in_the_tree(tree: lua.Expression) -> None:
    """and, or, not and comparisons."""
    assert run_lua("lua51", f"return {{ f = function() return {expression(tree)} end }}")["f"]() is truth(tree)


@given(st.text(max_size=12))
def test_any_text_can_be_quoted(text: str) -> None:
    """A string comes out of every Lua as it went in."""
    wanted = text.encode(errors="surrogatepass")
    for name in LUAS:
        assert run_lua(name, f"return {{ f = function() return {quoted(text)} end }}")["f"]() == wanted


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=12), min_size=1, max_size=3))
def test_no_comment_leaves_its_line(lines: list[str]) -> None:
    """Whatever a comment says, what follows it is read."""
    text = print_lua([lua.Comment(tuple(lines)), lua.Local(("x",), lua.Number("3"), behind=lines[0])])
    for name in ("lua51", "lua54", "luajit21"):
        assert run_lua(name, f"{text}return {{ f = function() return x end }}")["f"]() == 3


ONE = lua.Number("1")


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        (lua.Binary("-", lua.Name("a"), lua.Binary("-", lua.Name("b"), lua.Name("c"))), "a - (b - c)"),
        (lua.Binary("-", lua.Binary("-", lua.Name("a"), lua.Name("b")), lua.Name("c")), "a - b - c"),
        (lua.Unary("-", lua.Unary("-", lua.Name("a"))), "- -a"),
        (lua.Unary("not", lua.Binary("==", lua.Name("a"), lua.Name("b"))), "not (a == b)"),
        (lua.Binary("==", lua.Unary("not", lua.Name("a")), lua.Name("b")), "not a == b"),
        (lua.Binary("..", lua.Name("a"), lua.Binary("..", lua.Name("b"), lua.Name("c"))), "a .. b .. c"),
        (lua.Binary("..", lua.Binary("..", lua.Name("a"), lua.Name("b")), lua.Name("c")), "(a .. b) .. c"),
        (lua.Binary("or", lua.Name("a"), lua.Binary("and", lua.Name("b"), lua.Name("c"))), "a or (b and c)"),
        (
            lua.Binary("+", lua.Choice(lua.Name("a"), lua.Name("b"), lua.Name("c")), lua.Number("1")),
            "(a and b or c) + 1",
        ),
        (
            lua.Choice(lua.Binary("or", lua.Name("a"), lua.Name("b")), lua.Number("1"), lua.Number("2")),
            "(a or b) and 1 or 2",
        ),
        (lua.Dot(lua.Constructor(()), "a"), "({}).a"),
    ],
)
def test_the_usual_way_to_write_it(tree: lua.Expression, wanted: str) -> None:
    """No parentheses that a person would leave out."""
    assert expression(tree) == wanted


def test_long_conditions_take_several_lines() -> None:
    """An operand a line, and the same meaning."""
    long = lua.Name("a_rather_long_name_for_a_thing")
    condition: lua.Expression = long
    for _ in range(5):
        condition = lua.Binary("and", condition, long)
    statement = lua.If((lua.Case(condition, (lua.Return(lua.Number("1")),), behind="why"),))
    text = print_lua([statement])
    assert max(map(len, text.splitlines())) < 60
    assert text.count("and a_rather") == 5
    assert "then -- why\n" in text
    chunk = f"local a_rather_long_name_for_a_thing = true\nreturn {{ f = function()\n{text} end }}"
    assert run_lua("lua51", chunk)["f"]() == 1
