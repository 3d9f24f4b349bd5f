"""Records that hold tables, where memory runs out in the middle of a frame."""

from typing import Any

import pytest

from pcapkit.dissector import Dissector, find_one
from pcapkit.native import begin
from pcapkit.native.compiling import add_sources, compile_into, extension
from tests.native.compiled import need_compiler

LIMITS = range(100_000, 250_000, 17_000)  # bytes
FRAMES = 1000

NESTED = '''\
"""Two records with tables in them for each frame, and a third record of another kind."""

from pcapkit.layers.packet import Packet
from pcapkit.subset import I64, U32, U52, Frame, Table, dissector, field, fields, part, record


@record
class Inner:
    """What a table inside a record holds."""

    value: U32


@record
class Outer:
    """A record with a table, and large."""

    inner: Table[Inner]
    a: U52
    b: U52
    c: U52
    d: U52
    e: U52
    f: U52


@record
class Other:
    """A record that has its table elsewhere, and numbers where an Outer has it."""

    number: U52
    before: U52
    inner: Table[Inner]
    a: U52
    b: U52
    c: U52
    d: U52
    e: U52


@record
class Capture:
    """Tables of both."""

    outers: Table[Outer]
    others: Table[Other]


@fields
class Told:
    """What comes out."""

    one: U32 = field("One", "of the first record")
    two: U32 = field("Two", "of the second one, written before")
    found: bool = field("Found", "the second record's table still has it")
    third: U32 = field("Third", "of the third record")


@dissector("nested", "Nested", protocol="tcp", headers_only=True)
def dissect(capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Told) -> bool:
    """Refer to all of it until the end."""
    first = capture.outers.add(part(frame, 0, 4))
    one = first.inner.add(part(frame, 0, 1))
    second = capture.outers.add(part(frame, 4, 4))
    two = second.inner.add(part(frame, 0, 1))
    two.value = 2
    one.value = 1
    third = capture.others.add(part(frame, 0, 4))
    third.number = 2**51
    third.inner.add(part(frame, 0, 1))
    told.one = one.value
    told.two = two.value
    told.found = second.inner.find(part(frame, 0, 1)) is not None
    told.third = third.number // 2**32
    capture.others.remove(part(frame, 0, 4))
    return True
'''


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Dissector:
    """The dissector above, compiled."""
    need_compiler()
    source = tmp_path_factory.mktemp("nested") / "nested.py"
    source.write_text(NESTED, encoding="utf-8")
    made = extension(source)
    made.extra_compile_args += ["-O1"]
    add_sources(made, source, source.parent / "made")
    compile_into(made, source.parent, source.parent / "made")
    return find_one(str(source))


def test_no_record_is_another_one(nested: Dissector) -> None:
    """What a frame made stays apart, whichever record could not be kept: where only the large ones could not, all is
    told as if they were. Where nothing could, the run goes on all the same.
    """
    kept = 0
    for limit in LIMITS:
        native: Any = begin(nested, limit=limit)
        python = nested.begin()
        assert type(native).__name__ == "NativeRun"
        same = True
        for number in range(1, FRAMES + 1):
            fed = (
                number,
                number,
                bytes([7]) + number.to_bytes(3, "big") + bytes([8]) + number.to_bytes(3, "big"),
                8,
                1,
            )
            same &= native.feed(*fed) == python.feed(*fed)
        assert 0 < native.lost < FRAMES
        assert native.memory < 2 * limit
        kept += same
    assert kept != 0
