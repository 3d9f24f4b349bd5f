"""The compiled dissector beside the interpreted one: the same values of every frame, hostile ones included."""

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcapkit.capfile.reader import read_frames
from pcapkit.dissector import Dissector, Values
from pcapkit.errors import PcapkitError
from pcapkit.layers.packet import Packet, Segment
from pcapkit.native import NativeRun, begin
from pcapkit.subset import Names
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.strategies import between, broken_frames, frames
from tests.dissectors.talk import tell
from tests.needs import need_corpus

Fed = tuple[int, int | None, bytes, int, int]


def agree(dissector: Dissector, fed: Iterable[Fed]) -> int:
    """Feed both the same frames; returns of how many something was told."""
    python, native = dissector.begin(), begin(dissector)
    assert type(native).__name__ == "NativeRun"
    told = 0
    for frame in fed:
        wanted, got = python.feed(*frame), native.feed(*frame)
        assert got == wanted, frame
        if wanted is not None and got is not None:
            assert [(name, type(value)) for name, value in got.items()] == [
                (name, type(value)) for name, value in wanted.items()
            ]
            told += 1
        assert shown(native.packet) == shown(python.packet), frame
    return told


def shown(packet: Packet) -> list[tuple[type, int]]:
    """All of a Packet; a member of names that was never set is the number 0."""
    values: list[tuple[type, int]] = []
    for name in Packet.__slots__:  # type: ignore[attr-defined]
        value = getattr(packet, name)
        if isinstance(value, Segment):
            values += [(int, getattr(value, inner)) for inner in Segment.__slots__]  # type: ignore[attr-defined]
        else:
            values.append((int if isinstance(value, Names) else type(value), value))
    return values


def numbered(capture: Sequence[bytes], link: int = 1) -> list[Fed]:
    """Frames as feed takes them, a microsecond apart."""
    return [(number, number * 1000, data, len(data), link) for number, data in enumerate(capture, 1)]


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("isns", [(1000, 5000), (0xFFFFFFFF, 0xFFFFFFFE), (0x7FFFFFFF, 0)], ids=str)
def test_scenarios(isns: tuple[int, int], version: int, compiled: Dissector) -> None:
    """Every row of the table, each in a run of its own and all in one."""
    everything: list[Fed] = []
    for text in SCENARIOS.values():
        told = [(n, f.time, f.data, len(f.data), 1) for n, f in enumerate(tell(text, isns, version), 1)]
        assert agree(compiled, told) == len(told)
        everything += told
    agree(compiled, everything)


@settings(max_examples=100, deadline=None)
@given(capture=frames())
def test_any_segments(capture: list[bytes], compiled: Dissector) -> None:
    """Numbers that are near each other, flags of all kinds."""
    agree(compiled, numbered(capture))


LINKS = st.sampled_from([0, 1, 9, 10, 12, 14, 101, 104, 108, 113, 228, 229, 239, 276, 7, 65535])


@settings(max_examples=150, deadline=None)
@given(capture=broken_frames(), link=LINKS, wire=st.one_of(st.none(), st.integers(0, 2**32 - 1)))
def test_broken_bytes(capture: list[bytes], link: int, wire: int | None, compiled: Dissector) -> None:
    """Bytes changed, ends cut off, under every kind of link header, with any length on the wire."""
    for kind in (1, link):
        agree(
            compiled,
            [(n, t, data, len(data) if wire is None else wire, kind) for n, t, data, _, _ in numbered(capture)],
        )


@settings(max_examples=60, deadline=None)
@given(capture=st.lists(st.binary(max_size=120), max_size=20), link=LINKS)
def test_noise(capture: list[bytes], link: int, compiled: Dissector) -> None:
    """Bytes without any meaning."""
    agree(compiled, numbered(capture, link))


TIMES = st.one_of(
    st.none(),
    st.sampled_from([0, 1, -1, 2**51 - 1, 2**51, -(2**51), 2**52, 2**62, 2**63 - 1, -(2**63), 2**63, 2**64, 2**90]),
    st.integers(-(2**64), 2**64),
    st.integers(1_700_000_000_000_000_000, 1_700_000_100_000_000_000),
)


@settings(max_examples=300, deadline=None)
@given(times=st.lists(TIMES, min_size=4, max_size=4))
def test_any_times(times: list[int | None], compiled: Dissector) -> None:
    """Backwards, far apart, missing, and such as no clock shows."""
    text = SCENARIOS["open"] + "C ACK seq=keep : ack"
    told = tell(text)
    agree(compiled, [(n, time, f.data, 60, 1) for n, (f, time) in enumerate(zip(told, times, strict=True), 1)])


def test_the_corpus(compiled: Dissector) -> None:
    """Captures that others made: a sample of them, another one in each run."""
    paths = sorted(path for path in need_corpus().rglob("*") if path.is_file())
    count = 0
    for path in random.sample(paths, 80):
        fed = []
        try:
            for frame in read_frames(path):
                fed.append((frame.number, frame.time, frame.data, frame.wire_length, frame.interface.link_type))
                if len(fed) == 300:
                    break
        except PcapkitError:
            pass  # what can be read of it counts
        try:
            count += agree(compiled, fed)
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from error
    assert count


def test_state_is_given_back(compiled: Dissector) -> None:
    """The same connection closed and opened again does not take more each time."""
    native = begin(compiled)
    assert not hasattr(native, "_capture")
    sizes = []
    number = 0
    for turn in range(50):
        for frame in tell(SCENARIOS["client closes after a pause (eleven frames)"], (turn * 1000, turn * 70000)):
            number += 1
            native.feed(number, number, frame.data, len(frame.data), 1)
        sizes.append(memory_of(native))
    assert sizes[-1] - sizes[0] < 2 * 50 * 2 * 13  # the queue of those that have begun or ended, which doubles


def memory_of(run: object) -> int:
    """Of a run that is native."""
    native: NativeRun = run  # type: ignore[assignment]
    return native.memory


def syn(number: int) -> bytes:
    """A SYN from an address of its own."""
    data = bytearray(tell("C SYN : 1/3")[0].data)
    data[26:30] = number.to_bytes(4, "big")
    return bytes(data)


def test_at_the_limit_the_run_goes_on(compiled: Dissector) -> None:
    """New connections are told as ever, and not kept; those known before keep what is known of them, to their end."""
    native = begin(compiled, limit=400_000)
    free = begin(compiled, limit=0)
    closes = SCENARIOS["client closes after a pause (eleven frames)"]
    known = [between(frame.data, client) for frame in tell(closes) for client in range(20)]
    opened, rest = known[:60], known[60:]
    fed = 0

    def feed(data: bytes) -> tuple[Values | None, Values | None]:
        nonlocal fed
        fed += 1
        return native.feed(fed, fed, data, len(data), 1), free.feed(fed, fed, data, len(data), 1)

    for data in opened:
        got, wanted = feed(data)
        assert got == wanted
    assert native.lost == 0
    for number in range(4000):
        got, wanted = feed(syn(number))
        assert got == wanted  # the first frame of a connection is told from itself
    lost = native.lost
    assert 1000 < lost < 4000
    assert native.counts == free.counts
    assert memory_of(native) < 401_000 + memory_of(begin(compiled))
    for data in rest:
        got, wanted = feed(data)
        assert got == wanted
    assert (native.lost, free.lost) == (lost, 0)
    # One that was not kept begins again with its next frame.
    got, wanted = feed(syn(3999))
    assert got is not None
    assert wanted is not None
    assert (got["connection"], wanted["connection"]) == (4020, 4019)


def test_a_limit_that_nothing_fits_into(compiled: Dissector) -> None:
    """Nothing begins."""
    with pytest.raises(MemoryError, match="10 bytes"):
        begin(compiled, limit=10)


@pytest.mark.parametrize("limit", [2000, 3000, 5000, 8000, 20_000, 50_000])
def test_any_traffic_at_any_limit(limit: int, compiled: Dissector) -> None:
    """Whatever does not fit: no error, no more memory than that, and every frame is told something."""

    @settings(max_examples=60, deadline=None)
    @given(capture=frames())
    def check(capture: list[bytes]) -> None:
        native = begin(compiled, limit=limit)
        empty = memory_of(native)
        for number, (_, time, data, wire, link) in enumerate(numbered(capture), 1):
            values = native.feed(number, time, between(data, number % 50), wire, link)
            assert values is not None
            assert values["step"]
        assert memory_of(native) - empty <= limit

    check()


def test_counts(compiled: Dissector) -> None:
    """Those of the reference."""
    python, native = compiled.begin(), begin(compiled)
    assert python.counts == native.counts == {"count": 0, "given_up": 0, "ended_early": 0}
    for number in range(1, 10):
        for run in (python, native):
            run.feed(number, 0, syn(number), 60, 1)
    assert python.counts == native.counts == {"count": 9, "given_up": 0, "ended_early": 0}
    assert python.lost == native.lost == 0


def test_many_connections(compiled: Dissector) -> None:
    """Tables grow past their first chunks, IPv4 and IPv6 side by side."""
    six = [f.data for f in tell(SCENARIOS["open"], version=6)]
    fed = [syn(number * 2654435761 % 2**32) for number in range(6000)]
    fed += [syn(number * 2654435761 % 2**32) for number in range(0, 6000, 7)]
    for number in range(300):
        fed += [data[:22] + number.to_bytes(16, "big") + data[38:] if data is six[0] else data for data in six]
    agree(compiled, numbered(fed))
