"""Damaged and senseless captures through every view: a result up to the damage, one sentence, the right exit code."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcapkit.cli.main import main
from tests.needs import need_corpus
from tests.report.test_collect import SAMPLES

VIEWS = (
    ["connections"],
    ["connections", "--json"],
    ["connections", "--csv", "--sort", "duration", "--fail-on", "problems"],
    ["ladder"],
    ["ladder", "--all"],
    ["ladder", "--svg"],
    ["ladder", "--mermaid"],
    ["explain"],
    ["explain", "--lang", "zh"],
    ["report", "-o", "-"],
)
NAMES = ("ten_frames", "seen_twice", "odd_flags", "forged_rst_inside", "ipv6", "split_handshake")
STRANGE = ("zeek/modbus/fuzz-1011.pcap", "zeek/tcp/fin_retransmission.pcap", "zeek/tcp/missing-syn.pcap")


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_captures(data: st.DataObject, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a byte is changed to, and wherever the file ends."""
    content = bytearray((SAMPLES / f"{data.draw(st.sampled_from(NAMES))}.pcapng").read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.pcapng"
    path.write_bytes(content[: data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))])
    view = data.draw(st.sampled_from(VIEWS))
    code = main([*view, str(path)])
    told = capsys.readouterr().err
    assert code in (0, 1, 3, 14)
    assert "Traceback" not in told
    if code in (3, 14):
        assert str(path) in told


@pytest.mark.parametrize("name", STRANGE)
def test_strange_captures(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Made to be misread, or by machines that do not do as they should."""
    path = str(need_corpus() / name)
    for view in VIEWS:
        assert main([*view, path]) in (0, 1)
        assert capsys.readouterr().out
