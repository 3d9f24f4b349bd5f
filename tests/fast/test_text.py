"""Text written natively: the same bytes as pcapkit.annotate makes."""

from array import array
from functools import lru_cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcapkit.annotate.annotator import BRIEF, Quiet
from pcapkit.annotate.comment import BETWEEN, PREFIX, Grammar
from pcapkit.annotate.describe import Describer
from pcapkit.capfile.reader import read_frames
from pcapkit.dissector import Dissector, Values, find_one
from pcapkit.dissector.run import _values
from pcapkit.fast.wording import words
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from pcapkit.subset import FieldSpec, Names
from pcapkit.subset.widths import Width
from tests.fast.engine import need_engine
from tests.fast.strategies import LINKS, any_frames
from tests.layers import build
from tests.layers.build import ethernet, ipv4, ipv6, tcp, udp
from tests.needs import PROJECT

FULL = -2
HERE = Path(__file__).parent
TOYS = [HERE.parent / "dissector" / "toy.py", HERE.parent / "crosscheck" / "toy.py"]
HANDSHAKE = find_one("tcp_handshake")
DECLARED = (HANDSHAKE, *(find_one(str(path)) for path in TOYS))


@lru_cache
def made_once(*chosen: Dissector) -> Any:
    """The wording of dissectors that many examples share."""
    return need_engine().Wording(words(chosen))


def written(wording: Any, frame: tuple[bytes, int, int], told: list[list[int] | None], level: str) -> str:
    """The text, after whose room nothing may have changed."""
    engine = need_engine()
    data, wire, link = frame
    room = bytearray(b"\xa5" * (wording.bound + 100))
    said = [array("q", row) if row is not None else None for row in told]
    length = wording.write(data, wire, link, said, engine.TEXT_LEVELS[level], memoryview(room)[: wording.bound])
    assert 0 <= length <= wording.bound
    assert room[wording.bound :] == b"\xa5" * 100
    return room[:length].decode()


def expected(frame: tuple[bytes, int, int], dissectors: list[Dissector], told: list[Values | None], level: str) -> str:
    """The same by pcapkit.annotate's parts, from values."""
    data, wire, link = frame
    packet = Packet()
    decode(data, wire, link, packet)
    text = Describer().text(data, wire, link, packet)
    spoken = [(one, values) for one, values in zip(dissectors, told, strict=True) if values is not None]
    if level == "none" or (level == "steps" and all(Quiet(one).has(values) for one, values in spoken)):
        return ""
    if spoken and not text:
        text = f"frame of {wire} bytes"
    for one, values in spoken:
        if level == "brief":
            kept = {one.fields[0].name, *(field.name for field in one.fields if field.kind in BRIEF)}
            text += BETWEEN + Grammar(one).format({name: value for name, value in values.items() if name in kept})
        else:
            text += f"{BETWEEN}{one.name}: {Grammar(one).format(values)}"
    return (PREFIX if level in ("steps", "all") else "") + text if text else ""


@settings(max_examples=300)
@given(any_frames())
def test_headers(frame: tuple[bytes, int, int]) -> None:
    """Every kind of header, whole, cut and damaged, without a dissector."""
    wording = made_once()
    for level in ("all", "line", "brief", "steps", "none"):
        assert written(wording, frame, [], level) == expected(frame, [], [], level)


BODIES = [
    b"",
    bytes(8),
    bytes(range(1, 49)),
    ipv4(17, udp(source=5, target=9)),
    ipv4(6, tcp()[:8], placement=3),
    ipv6(132, bytes(range(9))),
    bytes(16) + b"\1\1" + bytes(range(6)) + b"\2\4" + bytes(range(30)),
    bytes(8) + b"\5\1\0\0\0\0\5\xdc\3\4\x40" + bytes(13) + b"\x20\1\x0d\xb8" + bytes(12),
]


@pytest.mark.parametrize("protocol", [1, 2, 58])
def test_every_message(protocol: int) -> None:
    """Every type of ICMP, ICMPv6 and IGMP, with and without what belongs to it."""
    wording = made_once()
    for kind in range(256):
        for code in (0, 4, 200):
            for place, body in enumerate(BODIES):
                message = build.icmp(kind, code, bytes([0xE0, 0, place, place]), body)
                frame = ethernet(0x0800, ipv4(protocol, message))
                one = (frame, len(frame), 1)
                assert written(wording, one, [], "line") == expected(one, [], [], "line")


@pytest.mark.parametrize("name", ["arp_on_switch", "eleven_frames", "fast_open", "ipv6"])
def test_samples_with_bytes_changed(name: str) -> None:
    """Headers that lie, by thousands."""
    wording = made_once()
    chance = Random(name)
    read = read_frames(str(PROJECT / "samples" / f"{name}.pcapng"))
    frames = [(frame.data, frame.wire_length, frame.interface.link_type) for frame in read]
    for _ in range(1500):
        data, wire, link = chance.choice(frames)
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 5))):
            changed[chance.randrange(min(len(changed), 90))] = chance.choice((0, 1, 255, chance.randrange(256)))
        kept = chance.choice((len(changed), len(changed), chance.randrange(len(changed) + 1)))
        one = (bytes(changed[:kept]), wire, chance.choice((link, link, link, *LINKS)))
        assert written(wording, one, [], "line") == expected(one, [], [], "line")


TEXTS = st.one_of(
    st.sampled_from(["Step", "step", "a b", "one; two", "", "#7", "x + y", "no", "é", "Client state", "w" * 70]),
    st.text(max_size=12),
)


def _kind_of_names(rows: list[tuple[int, str]]) -> type[Names]:
    made: Any = Names
    members = {f"M{number}": (number, label) for number, label in dict(rows).items()}
    return made("Made", members)  # type: ignore[no-any-return]


NAMES = st.lists(st.tuples(st.integers(0, 31), TEXTS), min_size=1, max_size=6).map(_kind_of_names)

WIDTHS = {
    "number": [Width(8), Width(16), Width(32), Width(64, signed=True)],
    "names": [Width(8)],
    "set": [Width(8), Width(16), Width(32)],
    "expert": [Width(8), Width(32)],
    "flag": [Width(1)],
    "frame": [Width(32)],
    "duration": [Width(64, signed=True)],
}


@st.composite
def dissectors(draw: st.DrawFn) -> Dissector:
    """Any fields: titles and labels that can be said and that cannot, conditions, quiet members, problems."""
    kinds = draw(st.lists(st.sampled_from(sorted(WIDTHS)), min_size=1, max_size=8))
    fields = []
    for place, kind in enumerate(kinds):
        names = draw(NAMES) if kind in ("names", "set", "expert") else None
        when = draw(st.one_of(st.none(), st.sampled_from([f"f{other}" for other in range(len(kinds))])))
        quiet = frozenset(map(int, names)) if names is not None and draw(st.booleans()) else frozenset()
        width = draw(st.sampled_from(WIDTHS[kind]))
        fields.append(FieldSpec(f"f{place}", draw(TEXTS), kind, names, when, width, "", quiet))
    name = draw(st.sampled_from(["toy", "x", "tcp_handshake", "n" * 50]))
    return Dissector(name, "", "tcp", "", tuple(fields), bool, object, object)


@st.composite
def numbers(draw: st.DrawFn, dissector: Dissector) -> list[int] | None:
    """What it might tell; None for nothing."""
    if draw(st.integers(0, 4)) == 0:
        return None
    return [
        draw(st.one_of(st.just(0), st.sampled_from([field.width.low, field.width.high, min(1, field.width.high)]),
                       st.integers(field.width.low, field.width.high)))
        for field in dissector.fields
    ]  # fmt: skip


def values_of(dissector: Dissector, row: list[int] | None) -> Values | None:
    """As the Python runtime reads a record that was filled in so."""
    if row is None:
        return None
    told = SimpleNamespace(**{field.name: number for field, number in zip(dissector.fields, row, strict=True)})
    return _values(dissector.fields, told)


FRAMES = [(bytes(12) + b"\x88\xcc" + bytes(46), 60, 1), (b"\x45", 20, 101), (b"", 2**32 - 1, 1)]


@settings(max_examples=60)
@given(st.data())
def test_any_dissectors(data: st.DataObject) -> None:
    """Several of them, with any fields, and anything told."""
    engine = need_engine()
    chosen = data.draw(st.lists(dissectors(), min_size=1, max_size=3))
    wording = engine.Wording(words(chosen))
    told = [data.draw(numbers(one)) for one in chosen]
    values = [values_of(one, row) for one, row in zip(chosen, told, strict=True)]
    frame = data.draw(st.sampled_from(FRAMES))
    for level in ("all", "line", "brief", "steps", "none"):
        assert written(wording, frame, told, level) == expected(frame, chosen, values, level)


@settings(max_examples=60)
@given(st.data(), any_frames())
def test_declared_dissectors(data: st.DataObject, frame: tuple[bytes, int, int]) -> None:
    """The fields of dissectors that there are: of every kind, with labels, conditions and problems."""
    wording = made_once(*DECLARED)
    chosen = list(DECLARED)
    told = [data.draw(numbers(one)) for one in chosen]
    values = [values_of(one, row) for one, row in zip(chosen, told, strict=True)]
    for level in ("all", "brief", "steps"):
        assert written(wording, frame, told, level) == expected(frame, chosen, values, level)


def test_what_was_said_before() -> None:
    """Few combinations many times, and more of them than are kept: each time with its own numbers, and its own news."""
    wording = made_once(HANDSHAKE)
    chance = Random(1)
    for number in range(1500):
        kinds = 2 if number < 700 else 40
        row = [
            chance.randint(field.width.low, field.width.high)
            if field.kind in ("number", "frame", "duration") and chance.random() < 0.8
            else chance.choice((0, 1, 2, 3, 5, 1 << 31)[:kinds]) & ((1 << field.width.bits) - 1)
            for field in HANDSHAKE.fields
        ]
        for level in ("all", "steps", "brief"):
            told = values_of(HANDSHAKE, row)
            assert written(wording, FRAMES[0], [row], level) == expected(FRAMES[0], [HANDSHAKE], [told], level)


@pytest.mark.parametrize("missing", [1, 100, 1 << 20])
def test_too_little_room(missing: int) -> None:
    """Nothing is written then, and it is said."""
    engine = need_engine()
    wording = engine.Wording(words([HANDSHAKE]))
    room = bytearray(b"\xa5" * max(0, wording.bound - missing))
    frame, told = bytes(60), [array("q", [0] * len(HANDSHAKE.fields))]
    assert wording.write(frame, 60, 1, told, engine.TEXT_LEVELS["all"], room) == FULL
    assert not room.strip(b"\xa5")
    assert wording.write(frame, 60, 1, [None], engine.TEXT_LEVELS["steps"], room) == 0  # nothing to say needs no room


def test_what_native_code_does_not_write() -> None:
    """Longer comments, and more fields, than are usual: Python's."""
    engine = need_engine()
    long = tuple(FieldSpec(name, name * 20_000, "number", None, None, Width(8), "") for name in "abc")
    many = tuple(FieldSpec(f"f{place}", f"f{place}", "number", None, None, Width(8), "") for place in range(65))
    for fields, reason in ((long, "more than are written natively"), (many, "65 fields: up to 64")):
        one = Dissector("x", "", "tcp", "", fields, bool, object, object)
        with pytest.raises(ValueError, match=reason):
            engine.Wording(words([one]))
