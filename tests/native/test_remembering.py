"""What native code and Lua remember: as the reference, of few connections; within its bounds, of very many."""

import struct
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from pcapkit.crosscheck import luahost
from pcapkit.crosscheck.check import Plan, runtimes
from pcapkit.crosscheck.compare import compare
from pcapkit.crosscheck.luahost import LUAS, LuaHost, lua_module
from pcapkit.dissector import Dissector, find_one
from pcapkit.native import NativeRun, begin, build, load
from pcapkit.translate import translate
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.strategies import long_captures
from tests.dissectors.talk import frame_of, tell
from tests.dissectors.test_runtimes import write
from tests.native.compiled import need_compiler
from tests.needs import PROJECT, need

SYN, SYN_ACK, ACK, RST = 2, 18, 16, 4
PASSING = 2**19
FLOOD = 100_000_000  # bytes that SYNs over IPv4 may take
MOST = {4: 161_000_000, 6: 213_000_000}  # bytes of all that is remembered by number, by version of IP
BAR = 160  # bytes of each open connection


# As the reference


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Dissector:
    """The handshake dissector with so little patience that a short capture shows it, compiled."""
    need_compiler()
    text = (PROJECT / "dissectors" / "tcp_handshake.py").read_text()
    for old, new in (("5 * 24 * 60 * 60", "12"), ("4 * 60", "4"), ("2**19", "3")):
        assert text.count(f": Final = {old}  #") == 1
        text = text.replace(f": Final = {old}  #", f": Final = {new}  #")
    path = tmp_path_factory.mktemp("forgetful") / "tcp_handshake.py"
    path.write_text(text)
    build(path)
    return find_one(str(path))


@settings(max_examples=150, deadline=None)
@given(capture=long_captures())
def test_native_code_forgets_as_python(capture: list[tuple[int, bytes]], forgetful: Dissector) -> None:
    """The same frames find the same connections, and the counts are the same."""
    python, native = forgetful.begin(), begin(forgetful)
    assert type(native).__name__ == "NativeRun"
    for number, (time, data) in enumerate(capture, 1):
        wanted = python.feed(number, time, data, len(data), 1)
        assert native.feed(number, time, data, len(data), 1) == wanted
        assert native.counts == python.counts


def test_every_lua_forgets_as_python(forgetful: Dissector, tmp_path: Path) -> None:
    """The translated source, in all Luas."""
    plan = Plan("tcp_handshake", translate(forgetful.path), "forgetful.lua", ("python", *LUAS), None, 60.0, 20)
    running = runtimes(plan, forgetful)
    for runtime in running:
        need(runtime.missing() is None, f"{runtime.name}: {runtime.missing()}")

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(long_captures())
    def check(capture: list[tuple[int, bytes]]) -> None:
        first = 1000 * 1_000_000_000  # a file has no times before 1970
        path = write(tmp_path / "random.pcapng", [(first + time, data) for time, data in capture])
        comparison = compare(path, running, 20)
        assert comparison.agrees, comparison

    try:
        check()
    finally:
        for runtime in running:
            runtime.close()


# Very many


class Crowd:
    """Frames of very many clients, labelled by the block."""

    def __init__(self, dissector: Dissector, frames: Sequence[bytes], block: int = 20_000) -> None:
        """frames: what each client says and hears; `block`: clients in a block."""
        run = begin(dissector, limit=0)
        assert type(run).__name__ == "NativeRun"
        self.run: NativeRun = run  # type: ignore[assignment]
        self.number = 1
        self._block = block
        self.say(frames)

    def say(self, frames: Sequence[bytes]) -> None:
        """From now on, each client says and hears this."""
        six = frames[0][12] != 8
        self._size = sum(map(len, frames))
        self._data = bytearray(b"".join(frames) * self._block)
        offsets, at = array("q"), 0
        self._clients = []  # where in a client's frames its address is
        for data in frames:
            offsets.append(at)
            from_client = int.from_bytes(data[36 - 2 : 36] if not six else data[54:56], "big") == 40000
            place = (26 if from_client else 30) if not six else (34 if from_client else 50)
            self._clients.append(at + place)
            at += len(data)
        lengths = array("q", map(len, frames)) * self._block
        starts = array(
            "q", (base + offset for base in range(0, self._size * self._block, self._size) for offset in offsets)
        )
        count = len(starts)
        self._frames = [starts, lengths, lengths, array("q", [1]) * count, array("q", [0]) * count]
        self._columns = self.run.columns(count)

    def speak(self, first: int, clients: int) -> list["array[int]"]:
        """Let `clients` of them, a whole number of blocks, speak; returns the columns of the last block."""
        for block in range(first, first + clients, self._block):
            for place in range(self._block):
                # A bijection, so that no two have one address.
                address = struct.pack("!I", (block + place) * 2654435761 % 2**32)
                base = place * self._size
                for at in self._clients:
                    self._data[base + at : base + at + 4] = address
            self.run.label(bytes(self._data), self._frames, self.number, self._columns)
            self.number += len(self._frames[0])
        return [self._columns["connection"], self._columns["step"], self._columns["answers"]]


OPENING = [frame.data[:54] for frame in tell(SCENARIOS["open"] + "C PSH,ACK len=1 : data\nS PSH,ACK len=2 : data")]
LATER = [frame_of("C", ACK, 1002, 5003, 0)[:54], frame_of("S", SYN_ACK, 5000, 1001, 0)[:54]]


def test_a_flood_of_a_million_syns(compiled: Dissector) -> None:
    """Memory stays within its limit; who was settled keeps number and steps; what was given up is counted."""
    crowd = Crowd(compiled, OPENING, 1000)
    crowd.speak(0, 1000)
    before = crowd.run.memory
    crowd = second(crowd, [frame_of("C", SYN, 7, 0, 0)[:54]], 20_000)
    crowd.speak(10_000, 1_000_000)
    assert crowd.run.counts == {"count": 1_001_000, "given_up": 1_000_000 - PASSING, "ended_early": 0}
    assert crowd.run.memory - before < FLOOD
    assert crowd.run.lost == 0
    crowd = second(crowd, LATER, 1000)
    connections, _, answers = crowd.speak(0, 1000)
    assert list(connections) == [client for client in range(1000) for _ in LATER]
    # The SYN-ACK that comes again names its original.
    assert list(answers[1::2]) == [client * 5 + 2 for client in range(1000)]


def second(crowd: Crowd, frames: Sequence[bytes], block: int) -> Crowd:
    """The same run with other frames."""
    crowd._block = block
    crowd.say(frames)
    return crowd


@pytest.mark.parametrize("version", [4, 6])
def test_what_takes_the_most(version: int, compiled: Dissector) -> None:
    """As many as can be remembered have ended, with all parts that a connection can have."""
    size = 54 if version == 4 else 74
    crowd = Crowd(compiled, [frame.data[:size] for frame in tell(SCENARIOS["open"], version=version)])
    crowd.speak(0, 540_000)
    assert crowd.run.counts == {"count": 540_000, "given_up": 0, "ended_early": 0}
    ends = [frame_of("C", ACK + 1, 1001, 5001, 0, version=version), frame_of("S", RST, 5001, 0, 0, version=version)]
    ends.append(frame_of("C", RST, 1002, 0, 0, version=version))
    crowd = second(crowd, [data[:size] for data in ends], 20_000)
    crowd.speak(0, 540_000)
    assert crowd.run.counts == {"count": 540_000, "given_up": 0, "ended_early": 540_000 - PASSING}
    assert crowd.run.memory < MOST[version]


def test_what_an_open_connection_takes(compiled: Dissector) -> None:
    """With data both ways; all in: key, record, index."""
    crowd = Crowd(compiled, OPENING)
    crowd.speak(0, 560_000)
    before = crowd.run.memory  # the queue has its full size from here on
    crowd.speak(560_000, 560_000)
    assert (crowd.run.memory - before) / 560_000 <= BAR
    assert crowd.run.counts == {"count": 1_120_000, "given_up": 0, "ended_early": 0}
    module: Any = load(compiled)
    # The record, its key and its length, in multiples of 16, and the index after it has grown by a quarter.
    assert -(-(module.SIZES["Connection"] + 13) // 16) * 16 + 8 / (0.7 / 1.25) <= BAR


def test_what_an_open_connection_takes_in_lua(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Wireshark, memory is the user's own."""
    made: list[Any] = []
    module = lua_module("lua54")

    def runtime(**options: Any) -> Any:
        made.append(module.LuaRuntime(**options))
        return made[-1]

    fake = SimpleNamespace(LuaError=module.LuaError, LuaRuntime=runtime)
    monkeypatch.setattr(luahost, "lua_module", lambda name: fake)
    host = LuaHost("lua54", (PROJECT / "dissectors" / "tcp_handshake.lua").read_text(), "tcp_handshake.lua")
    host.begin()

    def used() -> int:
        made[0].execute(b"collectgarbage() collectgarbage()")
        return int(made[0].get_memory_used())

    before = used()
    for number, data in enumerate(clients(OPENING, 5000), 1):
        # Labels are kept by frame number; with one number, those take no memory here.
        host.deliver(False, (1, data, len(data), number / 1e6, 0.0, 0.0, 0, 0, 0))
    assert (used() - before) / 5000 < 3000


def clients(frames: Sequence[bytes], count: int) -> Iterator[bytes]:
    """What each of so many clients says and hears."""
    for client in range(count):
        for data in frames:
            at = 26 if data[34:36] == (40000).to_bytes(2, "big") else 30
            yield data[:at] + struct.pack("!I", client) + data[at + 4 :]
