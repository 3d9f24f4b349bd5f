"""The native path of the recorder, on ring blocks made by hand: what walk, TimeOrder and PcapngWriter make."""

from collections.abc import Sequence
from struct import pack_into
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pcapkit.capture.linktypes import COOKED, ETHERNET, RAW_IP, LinkType
from pcapkit.capture.timeorder import _LONGEST_WAIT_NS, HOLD_NS, TimeOrder
from pcapkit.capture.walk import walk
from tests.capture.ring_blocks import block, entry
from tests.fast.by_writer import Taken, written
from tests.fast.compiled import engine

LINKS = st.sampled_from([ETHERNET, COOKED, RAW_IP])
MUCH = 1 << 60
FOREVER = 2**62
LONG_AGO = -(2**62)

ENTRIES = st.builds(
    entry,
    st.binary(max_size=40),
    seconds=st.integers(0, 3),
    nanoseconds=st.integers(0, 5),
    wire_length=st.none() | st.integers(0, 2**32 - 1),
    status=st.sampled_from([0, 1 << 4, 1 << 4 | 1 << 6]),
    packet_type=st.integers(0, 6),
    tci=st.sampled_from([0, 7, 0x16064]),
    tpid=st.sampled_from([0, 0x88A8]),
    hardware=st.sampled_from([1, 512]),
    address=st.binary(max_size=8),
    protocol=st.sampled_from([0x0800, 0x86DD]),
)
BLOCKS = st.lists(ENTRIES, max_size=6).map(lambda entries: bytes(block(*entries)))


def encoder(links: Sequence[LinkType], snaplen: int, *, skip: bool = False) -> Any:
    return engine().LiveEncoder([(one.number, snaplen, one.tag_offset, one.cooked, skip) for one in links])


def with_drops(raw: bytes, link: LinkType, snaplen: int, dropped: int, *, skip: bool) -> list[Taken]:
    found = walk(memoryview(raw), link, snaplen, skip_outgoing=skip)
    return [(0, frame, 0 if place else dropped) for place, frame in enumerate(found)]


def all_of(live: Any, raw: bytes, dropped: int) -> bytes:
    """One block through an encoder of one source."""
    buffer = engine().FrameBuffer()
    live.take(0, raw, 3, dropped, 0, False)
    assert live.encode(buffer, MUCH, MUCH, 0, 0) == engine().NOTHING
    assert live.released() == [(0, 3)]
    assert not live.waiting
    return bytes(buffer)


@given(BLOCKS, LINKS, st.sampled_from([1, 13, 20, 262144]), st.sampled_from([0, 9]), st.booleans())
def test_one_interface(raw: bytes, link: LinkType, snaplen: int, dropped: int, skip: bool) -> None:
    frames = with_drops(raw, link, snaplen, dropped, skip=skip)
    live = encoder([link], snaplen, skip=skip)
    assert all_of(live, raw, dropped) == written(frames)
    assert live.counts() == ([len(frames)], [dropped if frames else 0])
    assert live.counts() == ([0], [0])


@given(st.binary(max_size=300), LINKS, st.booleans())
def test_any_bytes(raw: bytes, link: LinkType, skip: bool) -> None:
    frames = with_drops(raw, link, 100, 0, skip=skip)
    assert all_of(encoder([link], 100, skip=skip), raw, 0) == written(frames)


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 2**32 - 1) | st.integers(0, 400)), max_size=8), LINKS)
def test_any_damage(damage: list[tuple[int, int]], link: LinkType) -> None:
    raw = bytearray(block(*[entry(bytes(range(14 + i))) for i in range(5)]))
    for word, value in damage:
        if 4 * word + 4 <= len(raw):
            pack_into("=I", raw, 4 * word, value)
    frames = with_drops(bytes(raw), link, 262144, 0, skip=False)
    assert all_of(encoder([link], 262144), bytes(raw), 0) == written(frames)


def test_a_tag_in_every_frame_of_a_large_block() -> None:
    """More than is put together anew at once."""
    raw = bytes(block(*[entry(bytes([i % 256]) * 9000, status=1 << 4, tci=i) for i in range(400)]))
    frames = with_drops(raw, ETHERNET, 262144, 0, skip=False)
    assert all_of(encoder([ETHERNET], 262144), raw, 0) == written(frames)
    both = encoder([ETHERNET, ETHERNET], 262144)
    both.take(0, raw, 0, 0, 0, False)
    buffer = engine().FrameBuffer()
    assert both.encode(buffer, MUCH, MUCH, FOREVER, LONG_AGO) == engine().NOTHING
    assert bytes(buffer) == written(frames)


@settings(max_examples=40)
@given(BLOCKS, st.data())
def test_limits_stop_before_the_frame_that_does_not_fit(raw: bytes, data: st.DataObject) -> None:
    frames = with_drops(raw, ETHERNET, 64, 4, skip=False)
    sizes = [len(written([one])) for one in frames]
    live, buffer = encoder([ETHERNET], 64), engine().FrameBuffer()
    live.take(0, raw, 0, 4, 0, False)
    at = 0
    while True:
        frame_limit = data.draw(st.integers(0, len(frames) + 1))
        byte_limit = data.draw(st.integers(0, sum(sizes) + 1))
        before = len(buffer)
        result = live.encode(buffer, frame_limit, byte_limit, 0, 0)
        begun, room = at, byte_limit
        while at < len(frames) and at - begun < frame_limit and sizes[at] <= room:
            room -= sizes[at]
            at += 1
        assert len(buffer) - before == sum(sizes[begun:at])
        if at == len(frames):
            assert result == engine().NOTHING
            break
        assert result == engine().LIMITED
        assert live.waiting
    assert bytes(buffer) == written(frames)
    assert buffer.frames == len(frames)


def test_a_full_buffer_stops_after_the_block_that_fills_it() -> None:
    raw = bytes(block(*[entry(bytes(100)) for _ in range(1000)]))
    live, buffer = encoder([ETHERNET], 262144), engine().FrameBuffer()
    buffer.limit = 1000
    live.take(0, raw, 0, 0, 0, False)
    made = b""
    while (result := live.encode(buffer, MUCH, MUCH, 0, 0)) == engine().FULL:
        assert 1000 <= len(buffer) < 1200
        assert live.released() == []
        made += bytes(buffer)
        buffer.clear(keep_page=False)
    assert result == engine().NOTHING
    assert made + bytes(buffer) == written(with_drops(raw, ETHERNET, 262144, 0, skip=False))


ROUND = st.tuples(st.integers(0, 2), st.none() | BLOCKS, st.integers(0, 2), st.booleans(), st.integers(0, 200))


@settings(deadline=None)
@given(st.lists(ROUND, max_size=12))
def test_several_interfaces_in_order_of_time(rounds: list[tuple[int, bytes | None, int, bool, int]]) -> None:
    """Rounds of (source, its block or an empty ring, drops, copy, ms that pass), as a session plays them."""
    links = [ETHERNET, COOKED, ETHERNET]
    order, live = TimeOrder(3), encoder(links, 300)
    buffer = engine().FrameBuffer()
    horizons, expected, now, clock = [0, 0, 0], b"", 0, 0
    wanted, released = [], []
    for place, (source, raw, dropped, copy, passes) in enumerate(rounds):
        if raw is None:
            clock += 1_000_000_000
            order.empty(source, clock)
            horizons[source] = clock - HOLD_NS
        else:
            found = [
                (source, frame, drop) for _, frame, drop in with_drops(raw, links[source], 300, dropped, skip=False)
            ]
            order.add(source, found, now)
            last = live.take(source, raw, place, dropped, now, copy)
            assert last == (found[-1][1].time if found else None)
            wanted.append((source, place))
            if last is not None:
                horizons[source] = last
        now += passes * 1_000_000
        expected += written(order.release(now))
        assert live.encode(buffer, MUCH, MUCH, min(horizons), now - _LONGEST_WAIT_NS) == engine().NOTHING
        released += live.released()
        assert bytes(buffer) == expected
    expected += written(order.release_all())
    assert live.encode(buffer, MUCH, MUCH, FOREVER, now) == engine().NOTHING
    assert bytes(buffer) == expected
    assert sorted(released + live.released()) == sorted(wanted)
    assert live.copied == 0
