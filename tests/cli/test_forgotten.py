"""What was forgotten so that memory stays bounded is told by everything that reads a capture."""

import json
import struct
from collections import Counter
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.columns import read
from pcapkit.dissector import find_one
from pcapkit.dissector.forgetting import forgotten, sentence
from pcapkit_dissectors import tcp_handshake
from tests.cli.capture import OPEN, START, write_pcap, write_pcapng
from tests.dissectors.talk import frame_of
from tests.fast.captures import handshake
from tests.fast.engine import need_engine

MANY = tcp_handshake.PASSING + 1000
TOLD = "so that memory stays bounded, not everything is remembered (connections given up before they were open: 2)"


def syns(count: int) -> list[bytes]:
    """SYNs of as many connections, up to 65,535."""
    return [(frame := frame_of("C", 2, 1, 0, 0))[:34] + struct.pack(">H", n) + frame[36:] for n in range(1, count + 1)]


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two connections more than are remembered, in Python, where that number can be changed."""
    monkeypatch.setenv("PCAPKIT_NO_EXTENSIONS", "1")
    monkeypatch.setattr(tcp_handshake, "PASSING", 5)
    return str(write_pcap(tmp_path / "crowd.pcap", syns(7)))


@pytest.mark.parametrize(
    "arguments",
    [
        ["annotate", "-o", "OUT"],
        ["annotate", "-q", "-o", "OUT"],
        ["read"],
        ["read", "--json"],
        ["connections"],
        ["connections", "--json"],
        ["report", "-o", "OUT"],
        ["ladder"],
        ["explain"],
    ],
    ids=" ".join,
)
def test_one_sentence_on_standard_error(
    crowd: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    out = str(tmp_path / "out")
    assert main([arguments[0], *(out if one == "OUT" else one for one in arguments[1:]), crowd]) == 0
    said = capsys.readouterr()
    assert [line for line in said.err.splitlines() if "memory" in line] == [f"pcapkit: {crowd}: {TOLD}"]
    assert "memory" not in said.out
    if arguments[0] == "report":
        assert f"<p class=note role=note>S{TOLD[1:]}.</p>" in Path(out).read_text()


def test_of_several_files_each_tells_its_own(crowd: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = str(write_pcap(tmp_path / "small.pcap", OPEN))
    for command in ("read", "connections"):
        assert main([command, small, crowd]) == 0
        assert capsys.readouterr().err == f"pcapkit: {crowd}: {TOLD}\n"


def test_crosscheck_tells_it_of_each_runtime(crowd: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crosscheck", "--runtimes", "python", crowd]) == 0
    assert f"python: {TOLD}" in capsys.readouterr().out
    assert main(["crosscheck", "--runtimes", "python", "--json", crowd]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["totals"][0]["forgotten"] == told["files"][0]["runtimes"][0]["forgotten"] == {"given_up": 2}


def test_natively(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need_engine()
    head, tail = OPEN[0][:26], OPEN[0][30:]
    record = struct.pack("<IIII", 0, 0, len(OPEN[0]), len(OPEN[0])) + head
    path = tmp_path / "many.pcap"
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        file.write(b"".join([record + number.to_bytes(4, "big") + tail for number in range(MANY)]))
    assert main(["annotate", "-q", str(path), "-o", str(tmp_path / "out.pcapng")]) == 0
    text = TOLD.replace(": 2)", ": 1,000)")
    assert capsys.readouterr().err == f"pcapkit: {path}: {text}\n"
    counts: Counter[str] = Counter()
    found = sum(len(batch) for batch in read(path, find_one("tcp_handshake"), only=["number"], forgotten=counts))
    assert (found, counts) == (MANY, {"given_up": 1000})


def test_columns_gather_it(crowd: str, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for _ in range(2):
        assert sum(len(batch) for batch in read(crowd, find_one("tcp_handshake"), forgotten=counts)) == 7
    assert counts == {"given_up": 4}


def test_columns_keep_no_more_than_a_run_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame is told of all the same."""
    handshake()
    monkeypatch.setattr("pcapkit.columns.native.memory_limit", lambda: 400_000)
    path = write_pcapng(tmp_path / "crowd.pcapng", syns(9000), times=[START] * 9000)
    counts: Counter[str] = Counter()
    batches = list(read(str(path), find_one("tcp_handshake"), forgotten=counts))
    assert sum(sum(batch.found) for batch in batches) == 9000
    assert 4000 < counts["lost"] < 9000


def test_in_words() -> None:
    assert sentence({}) == sentence({"given_up": 0}) == ""
    assert sentence({"lost": 12_345, "ended_early": 1}) == (
        "so that memory stays bounded, not everything is remembered (connections forgotten soon after their end: 1; "
        "frames of which something could not be kept: 12,345)"
    )
    assert forgotten([find_one("tcp_handshake").begin()]) == {}
