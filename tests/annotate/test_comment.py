"""The grammar of comments: format and parse are inverse, whatever a dissector declares."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcapkit.annotate import format_fields, is_own, parse_comment
from pcapkit.annotate.comment import seconds_text
from pcapkit.dissector import Dissector, Values, find_one
from pcapkit.subset import FieldSpec, Names
from pcapkit.subset.widths import Width

HANDSHAKE = find_one("tcp_handshake")
TOY = find_one(str(Path(__file__).parent.parent / "dissector" / "toy.py"))


class Awkward(Names):
    """Labels that could be mistaken for something else."""

    PLUS = 0, "a + b"
    SEMICOLON = 1, "a; b"
    BAR = 2, "a | b"
    TWICE = 3, "same"
    TWICE_TOO = 4, "same"
    EMPTY = 5, ""
    UNSET = 6, "-"
    NUMBER = 7, "#3"
    FOREIGN = 8, "größer"
    LINES = 9, "two\nlines"
    BLANK = 10, " padded "
    PLAIN = 11, "plain"
    SURE = 12, "sure"


def spec(name: str, title: str, kind: str, bits: int = 32, *, signed: bool = False) -> FieldSpec:
    names = Awkward if kind in ("set", "expert", "names") else None
    return FieldSpec(name, title, kind, names, None, Width(bits, signed), "")


AWKWARD = HANDSHAKE._replace(
    name="awkward",
    fields=(
        spec("first", "First", "set"),
        spec("ack", "Ack", "names", 8),
        spec("ack_is", "Ack is", "names", 8),
        spec("sure", "Sure", "flag", 1),
        spec("no", "No", "names", 8),
        spec("delay", "Delay; or | so", "duration", 64, signed=True),
        spec("problem", "", "expert"),
        spec("number", "Number", "number"),
    ),
)
FLAG_FIRST = AWKWARD._replace(name="flag_first", fields=(spec("sure", "Sure", "flag", 1), spec("a", "A", "number")))

WITHOUT_FIELDS = AWKWARD._replace(name="without_fields", fields=())


def value_of(field: FieldSpec) -> st.SearchStrategy[Any]:
    if field.kind == "flag":
        return st.booleans()
    if field.kind in ("set", "expert"):
        return st.sets(st.integers(0, field.width.bits - 1), min_size=1, max_size=5).map(
            lambda members: tuple(sorted(members))
        )
    return st.integers(field.width.low, field.width.high)


def values_of(dissector: Dissector) -> st.SearchStrategy[Values]:
    """Any of the declared fields, with any value that it can hold."""
    return st.fixed_dictionaries({}, optional={field.name: value_of(field) for field in dissector.fields})


@settings(max_examples=150)
@pytest.mark.parametrize("dissector", [HANDSHAKE, TOY, AWKWARD, FLAG_FIRST, WITHOUT_FIELDS], ids=lambda one: one.name)
@given(data=st.data())
def test_parse_is_the_inverse_of_format(dissector: Dissector, data: st.DataObject) -> None:
    """Also in a whole comment, among others."""
    values = data.draw(values_of(dissector))
    part = format_fields(dissector, values)
    assert part.isascii()
    assert part.isprintable()
    assert " | " not in part
    for comment in (
        f"pcapkit: text | {dissector.name}: {part}",
        f"pcapkit: x | a: b | {dissector.name}: {part} | c: d",
    ):
        parsed = parse_comment(comment, dissector)
        assert parsed == values
        assert list(parsed or {}) == [field.name for field in dissector.fields if field.name in values]
        assert parsed is not None
        assert all(type(parsed[name]) is type(values[name]) for name in values)


def test_how_it_reads() -> None:
    """The example of the documentation."""
    values: Values = {
        "step": (1, 14),
        "connection": 0,
        "sender": 2,
        "client_state": 4,
        "server_state": 3,
        "answers": 1,
        "delay": 40123,
        "inferred": True,
        "expected_ack": 1001,
        "ack_check": 1,
        "problems": (1, 3),
    }
    assert format_fields(HANDSHAKE, values) == (
        "open 2/3 SYN-ACK + repeat; connection 0; sender server; client state ESTABLISHED; server state SYN-RECEIVED;"
        " answers frame 1; delay 0.000040123 s; inferred; expected ack 1001; ack is right;"
        " problem second ISN + port reused while open"
    )


def test_what_cannot_stand_for_itself() -> None:
    """Such labels give way to numbers, and such titles to names."""
    assert format_fields(AWKWARD, {"first": (0, 3, 11), "ack": 11, "sure": False, "delay": -1}) == (
        "#0 + #3 + plain; ack plain; sure no; delay -0.000000001 s"
    )
    assert format_fields(AWKWARD, {"number": 5}) == "-; number 5"
    assert format_fields(HANDSHAKE, {"step": (31,), "sender": 200}) == "#31; sender #200"
    assert format_fields(HANDSHAKE, {}) == "-"


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "hello",
        "tcp_handshake: open 1/3 SYN",
        "pcapkit",
        "pcapkit: TCP 10.0.0.1:1 > 10.0.0.2:2 [SYN]",
        "pcapkit: x | other: open 1/3 SYN",
        "pcapkit: tcp_handshake: open 1/3 SYN",
        "their words | tcp_handshake: open 1/3 SYN",
        " pcapkit: x | tcp_handshake: open 1/3 SYN",
    ],
)
def test_not_ours(comment: str) -> None:
    """Other people's comments, and ours without this dissector."""
    assert parse_comment(comment, HANDSHAKE) is None


@pytest.mark.parametrize(
    ("part", "piece"),
    [
        ("", ""),
        ("nonsense", "nonsense"),
        ("open 1/3 SYN; nonsense", "nonsense"),
        ("open 1/3 SYN; connection", "connection"),
        ("open 1/3 SYN; connection x", "connection x"),
        ("open 1/3 SYN; connection -1", "connection -1"),
        ("open 1/3 SYN; connection 01", "connection 01"),
        ("open 1/3 SYN; connection 4294967296", "connection 4294967296"),
        ("open 1/3 SYN; connection 1\u0660", "connection 1\u0660"),
        ("open 1/3 SYN; connection 0; connection 0", "connection 0"),
        ("open 1/3 SYN; sender client; connection 0", "connection 0"),
        ("open 1/3 SYN; sender nobody", "sender nobody"),
        ("open 1/3 SYN; sender #1", "sender #1"),
        ("open 1/3 SYN; sender #256", "sender #256"),
        ("open 1/3 SYN; delay 1", "delay 1"),
        ("open 1/3 SYN; delay 1.5 s", "delay 1.5 s"),
        ("open 1/3 SYN; delay -0.000000000 s", "delay -0.000000000 s"),
        ("open 1/3 SYN; delay 01.000000000 s", "delay 01.000000000 s"),
        ("open 1/3 SYN; delay 99999999999.000000000 s", "delay 99999999999.000000000 s"),
        ("open 1/3 SYN + open 1/3 SYN", "open 1/3 SYN + open 1/3 SYN"),
        ("repeat + data", "repeat + data"),
        ("#32", "#32"),
        ("open 1/3 SYN;connection 0", "open 1/3 SYN;connection 0"),
        ("open 1/3 SYN; ", ""),
        ("open 1/3 SYN; inferred yes", "inferred yes"),
        ("open 1/3 SYN\n", "open 1/3 SYN\n"),
    ],
)
def test_malformed(part: str, piece: str) -> None:
    """The error shows the piece."""
    with pytest.raises(ValueError, match="not understood") as caught:
        parse_comment(f"pcapkit: x | tcp_handshake: {part}", HANDSHAKE)
    assert str(caught.value) == f"not understood: {piece!r}"


@given(st.text(alphabet="abc0123456789 ;+#-./:\n\u00e9SYNopendatck", max_size=60))
def test_any_text(part: str) -> None:
    """It is understood and comes out the same, or it is refused with a ValueError."""
    comment = f"pcapkit: x | tcp_handshake: {part}"
    try:
        values = parse_comment(comment, HANDSHAKE)
    except ValueError:
        return
    assert values is not None
    assert format_fields(HANDSHAKE, values) == part


def test_is_own() -> None:
    """By its beginning."""
    assert is_own("pcapkit: anything")
    assert not is_own("pcapkit:")
    assert not is_own("not pcapkit: anything")


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0.000000000 s"),
        (40123, "0.000040123 s"),
        (-1, "-0.000000001 s"),
        (2**63 - 1, "9223372036.854775807 s"),
        (-(2**63), "-9223372036.854775808 s"),
    ],
)
def test_seconds(nanoseconds: int, text: str) -> None:
    """Exact."""
    assert seconds_text(nanoseconds) == text
