"""Connections held against tshark's own conversations: frames and bytes each way, and how long they lasted."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from pcapkit.report.values import endpoint
from tests.needs import need, need_corpus
from tests.report.test_collect import SAMPLES, of_file

MADE: Final = ("ten_frames", "closed_port", "simultaneous_close", "data_lost")
# Of others, where tshark 3.6 to 4.4 and pcapkit agree on which frames are one connection.
OTHERS: Final = (
    "zeek/ssh/ssh.pcap",
    "zeek/modbus/modbusBig.pcap",
    "zeek/socks.pcap",
    "zeek/tcp/missing-syn.pcap",
    "zeek/ftp/retr.pcap",
    "zeek/ssh/ssh.server-side-half-duplex.pcap",
)
_COUNT: Final = r"([\d,]+) ([\d.,]+) (bytes|kB|MB)\s+"
_LINE: Final = re.compile(rf"(\S+)\s+<->\s+(\S+)\s+{_COUNT}{_COUNT}{_COUNT}([\d.,]+)\s+([\d.,]+)")
_UNITS: Final = {"bytes": 1, "kB": 1000, "MB": 1000_000}


class Conversation(NamedTuple):
    """What tshark tells of one. Bytes beyond 10,000 are rounded there."""

    ends: frozenset[str]
    frames: dict[str, int]  # by who sent them
    bytes: dict[str, tuple[int, int]]  # between these
    seconds: float


def conversations(path: Path) -> list[Conversation]:
    """By tshark, in the order of their beginning."""
    program = shutil.which("tshark")
    need(program is not None, "tshark (Debian package tshark)")
    command = [program or "", "-n", "-q", "-z", "conv,tcp", "-r", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    found = []
    for line in told.splitlines():
        if fields := _LINE.match(line):
            left, right = (_with_brackets(end) for end in fields.group(1, 2))
            found.append(
                (
                    float(fields[12].replace(",", ".")),
                    Conversation(
                        frozenset((left, right)),
                        {right: _number(fields[3]), left: _number(fields[6])},
                        {right: _between(fields[4], fields[5]), left: _between(fields[7], fields[8])},
                        float(fields[13].replace(",", ".")),
                    ),
                )
            )
    return [conversation for _, conversation in sorted(found, key=lambda one: one[0])]


def _with_brackets(end: str) -> str:
    """An address of IPv6 as it is written before a port."""
    host, _, port = end.rpartition(":")
    return endpoint(host, int(port))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _between(text: str, unit: str) -> tuple[int, int]:
    size = _UNITS[unit]
    count = _number(text) * size
    return (count, count) if size == 1 else (count - size, count + 3 * count // 50 + size)  # of 1000 or of 1024


def hold_against_tshark(path: Path) -> None:
    """Every connection is one of tshark's, and there are no others."""
    theirs = conversations(path)
    ours = sorted(of_file(path), key=lambda one: one.start)
    assert ours
    assert len(ours) == len(theirs)
    for one, conversation in zip(ours, theirs, strict=True):
        client, server = endpoint(one.client, one.client_port), endpoint(one.server, one.server_port)
        assert {client, server} == conversation.ends
        assert {client: one.client_frames, server: one.server_frames} == conversation.frames
        for end, count in ((client, one.client_bytes), (server, one.server_bytes)):
            least, most = conversation.bytes[end]
            assert least <= count <= most
        assert one.duration is not None
        assert one.duration / 1e9 == pytest.approx(conversation.seconds, abs=2e-4)


@pytest.mark.parametrize("name", MADE)
def test_samples(name: str) -> None:
    """Frames that the kernel made."""
    hold_against_tshark(SAMPLES / f"{name}.pcapng")


@pytest.mark.parametrize("name", OTHERS)
def test_captures_by_others(name: str) -> None:
    """Long ones, lossy ones, some picked up in the middle, some of one side only."""
    hold_against_tshark(need_corpus() / name)
