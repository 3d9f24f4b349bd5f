"""Blocks of rings on their way to the sink, natively: what holds them up, and what ends them."""

import shutil
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pcapkit.capture import blockwise
from pcapkit.capture.blockwise import BlockByBlock
from pcapkit.capture.linktypes import ETHERNET
from pcapkit.capture.ring import BLOCK_TIMEOUT_MS, Ring, open_socket
from pcapkit.capture.source import Source
from pcapkit.dissector import Dissector, find_one
from pcapkit.errors import CaptureError
from pcapkit.fast import live
from pcapkit.fast.annotator import begin_annotator
from pcapkit.native import build
from tests.capture.lab import Wire, numbered
from tests.capture.ring_blocks import block, entry
from tests.fast.engine import need_engine
from tests.native.compiled import need_compiler
from tests.needs import PROJECT

MS = 1_000_000
FIRST = 1_700_000_000


class Counting:
    """A sink that takes everything, and counts."""

    def __init__(self) -> None:
        self.kept = [0, 0]

    def room(self) -> tuple[int, int]:
        return 1 << 40, 1 << 40

    def turn(self) -> bool:
        return True

    def blocks(self, kept: Sequence[int], lost: Sequence[int], wire: Sequence[int]) -> None:
        self.kept = [had + new for had, new in zip(self.kept, kept, strict=False)]

    def flush(self) -> None:
        pass


class Line:
    """A ring that has one block after the other ready, and knows since when frames are in the next one."""

    size = 4 << 20
    block_count = 16

    def __init__(self) -> None:
        self.blocks: list[memoryview] = []
        self._taken: list[memoryview] = []
        self.held = 0
        self.most_held = 0
        self.since: int | None = None

    def ready(self) -> memoryview | None:
        return self.blocks[0] if self.blocks else None

    def begun(self, clock: int) -> int:
        return clock if self.since is None else self.since

    def take(self) -> int:
        self._taken.append(self.blocks.pop(0))
        self.held += 1
        self.most_held = max(self.most_held, self.held)
        return 0

    def give_back(self, place: int) -> None:
        self.held -= 1

    def lost_before(self, raw: memoryview) -> int:
        return 0


def passing(lines: Sequence[Line], sink: Counting, annotator: Any = None) -> BlockByBlock:
    need_engine()
    interface = SimpleNamespace(link=ETHERNET, loopback=False, name="played")
    sources = cast(
        "list[Source]", [SimpleNamespace(interface=interface, ring=ring, snaplen=200, delivered=0) for ring in lines]
    )
    begun = live.begin(sources, annotator)
    assert begun is not None
    return BlockByBlock(sources, sink, None, BLOCK_TIMEOUT_MS, *begun)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time in ms since FIRST, that the test sets."""
    made = SimpleNamespace(now=0)
    monkeypatch.setattr(
        blockwise,
        "time",
        SimpleNamespace(time_ns=lambda: FIRST * 1000 * MS + made.now * MS, monotonic_ns=lambda: made.now * MS),
    )
    return made


def frames_at(moment: int, count: int = 10) -> memoryview:
    """A block with frames of one moment, in ms since FIRST."""
    return block(*[entry(numbered(number), seconds=FIRST, nanoseconds=moment * MS) for number in range(count)])


def test_a_quiet_interface_holds_up_a_busy_one_for_20_ms(clock: SimpleNamespace) -> None:
    """A block every 3 ms passes without half of the ring being held: none is copied."""
    busy, quiet, sink = Line(), Line(), Counting()
    both = passing([busy, quiet], sink)
    for clock.now in range(0, 300, 3):
        busy.blocks.append(frames_at(clock.now))
        both.read_round()
        both.pass_on()
        assert sink.kept[0] >= 10 * (clock.now - 21) / 3
    assert busy.most_held <= 8


def test_frames_wait_for_what_may_be_in_a_block_that_is_not_ready(clock: SimpleNamespace) -> None:
    """Not longer than it takes until that is, and in order of time."""
    busy, slow, sink = Line(), Line(), Counting()
    both = passing([busy, slow], sink)
    slow.since = (FIRST * 1000 + 50) * MS
    for moment in (29, 31):
        busy.blocks.append(frames_at(moment))
    clock.now = 60
    for _ in range(3):
        both.read_round()
        both.pass_on()
    assert sink.kept == [10, 0]  # up to 20 ms before that block was begun
    slow.blocks.append(frames_at(100))
    both.read_round()
    both.pass_on()
    assert sink.kept[1] == 0
    slow.since = None
    clock.now = 125
    both.read_round()
    both.pass_on()
    assert sink.kept == [20, 10]


def test_a_ring_knows_since_when_frames_are_in_its_open_block(pair: Wire) -> None:
    """What the kernel writes while a block is not handed over yet."""
    sock = pair.left.inside(lambda: open_socket(cooked=False))
    ring = Ring(sock, 1 << 20, 1000)
    try:
        ring.start("left", 0, cooked=False, promiscuous=False, loopback=False)
        began = time.time_ns()
        assert ring.ready() is None
        assert ring.begun(began) == began
        with pair.right.raw("right") as sender:
            sender.send(numbered(1))
        until = time.monotonic() + 0.5
        while (since := ring.begun(clock := time.time_ns())) == clock and time.monotonic() < until:
            time.sleep(0.001)
        assert ring.ready() is None
        assert began - 10_000 * MS < since < clock
        while ring.ready() is None and time.monotonic() < until + 5:
            time.sleep(0.01)
        ring.release()
        later = time.time_ns()
        assert ring.ready() is None
        assert ring.begun(later) == later  # the next block is begun as soon as one is handed over
    finally:
        ring.close()


@pytest.fixture(scope="module")
def choking(tmp_path_factory: pytest.TempPathFactory) -> Dissector:
    need_compiler()
    path = tmp_path_factory.mktemp("choking") / "choking.py"
    shutil.copy(PROJECT / "tests" / "dissector" / "choking.py", path)
    build(path)
    return find_one(str(path))


def test_a_dissector_that_fails_ends_the_recording_in_one_sentence(choking: Dissector) -> None:
    """What was encoded before is there, and nothing of what the failure left half done."""
    good, bad = entry(bytes([8]) * 60), entry(bytes([50]) * 60)
    ring, sink = Line(), Counting()
    ring.blocks = [block(good, good), block(*[good] * 70, bad, good), block(good)]
    one = passing([ring], sink, begin_annotator("all", [choking]))
    one.read_round()
    one.pass_on()
    one.read_round()
    with pytest.raises(CaptureError, match="comments: a key has at most 40 bytes; use --annotate none"):
        one.pass_on()
    assert sink.kept[0] == 2 + 64  # the batch with the bad frame is given up
    assert not one.waiting
    assert ring.held == 0
