"""The committed plugin in every runtime against the reference: the whole scenario table, and whatever traffic."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.crosscheck.check import Plan, runtimes
from pcapkit.crosscheck.compare import compare
from pcapkit.crosscheck.face import Runtime
from pcapkit.crosscheck.luahost import LUAS
from pcapkit.dissector import find_one
from pcapkit_dissectors.tcp_handshake import Step
from tests.dissectors.scenarios import SCENARIOS
from tests.dissectors.strategies import broken_frames, frames
from tests.dissectors.talk import Frame, tell
from tests.needs import PROJECT, need

PLUGIN = PROJECT / "dissectors" / "tcp_handshake.lua"
DISSECTOR = find_one("tcp_handshake")
SOURCE_4, TARGET_4, SOURCE_6, TARGET_6 = 28, 32, 36, 52  # offsets of an octet that tells one host from another


def plan(*names: str) -> Plan:
    """The committed plugin in these runtimes, next to the reference."""
    return Plan("tcp_handshake", PLUGIN.read_text(), PLUGIN.name, ("python", *names), None, 60.0, 20)


def write(path: Path, capture: Sequence[tuple[int, bytes]]) -> Path:
    """A capture of (time, frame)."""
    with path.open("wb", buffering=0) as stream:
        writer = PcapngWriter(stream, hardware="", os="", application="")
        interface = writer.add_interface(Interface(link_type=1))
        for time, data in capture:
            writer.write(interface, time, data, len(data))
        writer.flush()
    return path


def scenario_frames(version: int) -> list[Frame]:
    """The whole table as one capture, every scenario between hosts of its own."""
    told = []
    begin = 0
    for index, text in enumerate(SCENARIOS.values()):
        conversation = tell(text, version=version)
        for frame in conversation:
            data = bytearray(frame.data)
            for octet in (SOURCE_4, TARGET_4) if version == 4 else (SOURCE_6, TARGET_6):
                data[octet] = index
            told.append(Frame(bytes(data), begin + frame.time, frame.steps, frame.line))
        begin = told[-1].time
    return told


@pytest.mark.parametrize("version", [4, 6])
def test_the_scenarios_in_every_runtime(tmp_path: Path, version: int) -> None:
    """Python, each Lua, tshark in one and two passes, and sharkd in any order give the steps of the table."""
    told = scenario_frames(version)
    path = write(tmp_path / "scenarios.pcapng", [(frame.time, frame.data) for frame in told])
    run = DISSECTOR.begin()
    for number, frame in enumerate(told, 1):
        values = run.feed(number, frame.time, frame.data, len(frame.data), 1)
        assert values is not None
        assert values["step"] == frame.steps, (frame.line, values)
    wanted = (*LUAS, "tshark", "tshark -2", "sharkd")
    running = runtimes(plan(*wanted), DISSECTOR)
    try:
        for runtime in running:
            need(runtime.missing() is None, f"{runtime.name}: {runtime.missing()}")
        comparison = compare(path, running, 20)
    finally:
        for runtime in running:
            runtime.close()
    assert comparison.agrees, comparison
    for outcome in comparison.outcomes:
        if outcome.name in ("python", *LUAS, "tshark", "tshark -2"):
            assert (outcome.name, outcome.frames, outcome.labelled) == (outcome.name, len(told), len(told))


@pytest.fixture(scope="module")
def luas() -> Iterator[list[Runtime]]:
    """The reference and every Lua, started once."""
    running = runtimes(plan(*LUAS), DISSECTOR)
    yield running
    for runtime in running:
        runtime.close()


def agree(path: Path, running: list[Runtime], capture: list[bytes]) -> None:
    """Run one random capture; frames a second apart and a nanosecond more."""
    write(path, [(number * 1_000_000_001, data) for number, data in enumerate(capture)])
    comparison = compare(path, running, 20)
    assert comparison.agrees, comparison


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames())
def test_random_segments(tmp_path: Path, luas: list[Runtime], capture: list[bytes]) -> None:
    """Segments whose numbers meet in every way."""
    agree(tmp_path / "random.pcapng", luas, capture)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(broken_frames())
def test_broken_frames(tmp_path: Path, luas: list[Runtime], capture: list[bytes]) -> None:
    """Bytes changed and ends cut off."""
    agree(tmp_path / "broken.pcapng", luas, capture)


def test_the_table_names_every_step() -> None:
    """No step is left without a scenario."""
    assert {step for text in SCENARIOS.values() for frame in tell(text) for step in frame.steps} == set(Step)
