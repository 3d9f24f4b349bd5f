"""`pcapkit read`: lines of text and of JSON."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pcapkit.annotate import Annotator
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.cli.clock import Clock
from pcapkit.cli.main import main
from pcapkit.cli.read import json_line
from tests.cli.capture import ARP, LLDP, OPEN, START, write_pcap, write_pcapng
from tests.needs import PROJECT

TOY = PROJECT / "tests" / "dissector" / "toy.py"
SYN = "TCP 10.0.0.1:40000 > 10.0.0.2:10000 [SYN] seq 1000 win 64240 length 0"
STEP = "tcp_handshake: open 1/3 SYN; connection 0; sender client; client state SYN-SENT; server state SYN-RECEIVED"
BRIEF = "open 1/3 SYN"


def read(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[str]:
    """The lines, of a run that succeeds."""
    assert main(["read", "--utc", *map(str, arguments)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


def test_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Number, time, headers, steps; frames that pcapkit does not read are shown, too."""
    path = write_pcapng(tmp_path / "a.pcapng", [OPEN[0], LLDP, ARP])
    assert read(capsys, path) == [
        f"1 22:13:20.000000001 {SYN} | {BRIEF}",
        "2 22:13:21.500000001 Ethernet type 0x88cc (LLDP), 60 bytes",
        "3 22:13:23.000000001 ARP who has 10.0.0.2? tell 10.0.0.1 (02:00:00:00:00:01)",
    ]


@pytest.mark.parametrize(
    ("option", "times"),
    [
        ("-t", ["", ""]),
        ("-tt", ["1700000000.000000001 ", "1700000001.500000001 "]),
        ("-ttt", ["0.000000000 ", "1.500000000 "]),
        ("-tttt", ["2023-11-14 22:13:20.000000001 ", "2023-11-14 22:13:21.500000001 "]),
        ("-ttttt", ["0.000000000 ", "1.500000000 "]),
    ],
)
def test_times(option: str, times: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As tcpdump has them, exact to the nanosecond."""
    path = write_pcapng(tmp_path / "a.pcapng", [LLDP, LLDP])
    shown = read(capsys, option, path)
    assert shown == [f"{number} {time}Ethernet type 0x88cc (LLDP), 60 bytes" for number, time in enumerate(times, 1)]


def test_time_since_the_frame_before_and_since_the_first() -> None:
    """They differ from the third frame on; backwards is shown as it is."""
    before, first = Clock(3, utc=True), Clock(5, utc=True)
    for moment, since_before, since_first in ((5, "0.000000000 ", "0.000000000 "), (7, "0.000000002 ", "0.000000002 ")):
        assert (before.text(moment), first.text(moment)) == (since_before, since_first)
    assert (before.text(4), first.text(4)) == ("-0.000000003 ", "-0.000000001 ")


@pytest.mark.parametrize("style", [0, 2, 3, 4, 5])
def test_odd_times(style: int) -> None:
    """No time at all, and times that no calendar has."""
    clock = Clock(style, utc=False)
    assert clock.text(None) == "- "
    for moment in (0, -1, 2**63, -(2**63), 2**130, -(2**130)):
        text = clock.text(moment)
        assert text.endswith(" ")
        assert text[:-1].replace("-", "").replace(":", "").replace(".", "").replace(" ", "").isdigit()


def test_local_time(tmp_path: Path) -> None:
    """The default, by the time zone of whoever reads."""
    path = write_pcapng(tmp_path / "a.pcapng", [LLDP])
    done = subprocess.run(
        [sys.executable, "-m", "pcapkit", "read", str(path)],
        env={"TZ": "XYZ-2", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=PROJECT,
        check=True,
    )
    assert done.stdout.startswith("1 00:13:20.000000001 Ethernet")


def test_verbose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All fields, as a comment has them, instead of what one looks for first."""
    path = write_pcapng(tmp_path / "a.pcapng", OPEN)
    brief, verbose = read(capsys, "-t", path), read(capsys, "-t", "-v", path)
    assert verbose[0] == f"1 {SYN} | {STEP}"
    assert brief[0] == f"1 {SYN} | {BRIEF}"
    assert brief[1].endswith("| open 2/3 SYN-ACK; answers frame 1; delay 1.500000000 s")


def test_comments_of_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Indented, line by line, and harmless on a terminal; pcapkit's own are made anew, not repeated."""
    comments = [("theirs", "two\nlines", "pcapkit: of an older version", "gr\u00fc\u00dfe \u202e\u2028x")]
    path = write_pcapng(tmp_path / "a.pcapng", [LLDP], comments)
    assert read(capsys, "-t", path) == [
        "1 Ethernet type 0x88cc (LLDP), 60 bytes",
        "    theirs",
        "    two",
        "    lines",
        "    gr\u00fc\u00dfe \\u202e",
        "    x",
    ]


def test_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends after so many, and does not look at what follows."""
    path = write_pcapng(tmp_path / "a.pcapng", OPEN)
    path.write_bytes(path.read_bytes()[:-5])
    assert len(read(capsys, "-c", "2", path)) == 2
    assert main(["read", "-c", "0", str(path)]) == 1
    assert "-c 0" in capsys.readouterr().err


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, for programs."""
    path = write_pcapng(tmp_path / "a.pcapng", [*OPEN, LLDP], [(), (), (), ("gr\u00fc\u00dfe",)])
    rows: list[dict[str, Any]] = [json.loads(line) for line in read(capsys, "--json", path)]
    assert rows[1] == {
        "frame": 2,
        "time": "2023-11-14T22:13:21.500000001Z",
        "time_ns": START + 1_500_000_001,
        "interface": "eth0",
        "length": 60,
        "captured": 60,
        "text": rows[1]["text"],
        "comments": [],
        "tcp_handshake": {
            "step": ["open 2/3 SYN-ACK"],
            "connection": 0,
            "sender": "server",
            "client_state": "ESTABLISHED",
            "server_state": "SYN-RECEIVED",
            "answers": 1,
            "delay": 1_500_000_000,
            "expected_ack": 1001,
            "ack_check": "right",
        },
    }
    assert rows[1]["text"].startswith("TCP 10.0.0.2:10000 > 10.0.0.1:40000 [SYN, ACK] ")
    assert "tcp_handshake: open 2/3 SYN-ACK; " in rows[1]["text"]
    assert rows[3]["comments"] == ["gr\u00fc\u00dfe"]
    assert "tcp_handshake" not in rows[3]


def test_json_without_a_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The integer is always exact; a date is told where there is one of four digits."""
    times = [2**64 - 1, 0]
    path = write_pcapng(tmp_path / "a.pcapng", [LLDP, LLDP], times=times)
    rows = [json.loads(line) for line in read(capsys, "--json", path)]
    assert [row["time_ns"] for row in rows] == times
    assert rows[1]["time"] == "1970-01-01T00:00:00.000000000Z"
    assert rows[0]["time"] == "2554-07-21T23:34:33.709551615Z"


@pytest.mark.parametrize(
    ("moment", "date"),
    [
        (None, None),
        (-30_610_224_000 * 10**9, "1000-01-01T00:00:00.000000000Z"),
        (-30_610_224_000 * 10**9 - 1, None),
        (253_402_300_800 * 10**9 - 1, "9999-12-31T23:59:59.999999999Z"),
        (253_402_300_800 * 10**9, None),
        (2**130, None),
        (-(2**130), None),
    ],
)
def test_json_of_any_time(moment: int | None, date: str | None) -> None:
    """Blocks of pcapng can state times that no calendar has, or none."""
    frame = CapturedFrame(1, Interface(link_type=1), 0, moment, LLDP, len(LLDP), (), 0, 0, 0)
    row = json.loads(json_line(frame, Annotator("all", []), {}))
    assert (row["time_ns"], row["time"]) == (moment, date)


def test_one_dissector(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the path of its file: its names have labels, the others' are absent."""
    path = write_pcapng(tmp_path / "a.pcapng", [bytes([0b110, 1, 0, 1, 0b1]) + OPEN[0]])
    (line,) = read(capsys, "--json", "--dissector", TOY, path)
    row = json.loads(line)
    assert row["toy"] == {"kinds": ["loud", "odd"], "size": 1, "first": "loud", "sure": True, "problems": ["plain"]}
    assert "tcp_handshake" not in row
    assert main(["read", "--dissector", "nothing", str(path)]) == 1
    assert "no dissector 'nothing'" in capsys.readouterr().err


def test_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every frame before the damage, then one sentence, then exit code 14."""
    path = write_pcapng(tmp_path / "a.pcapng", OPEN)
    path.write_bytes(path.read_bytes()[:-5])
    assert main(["read", str(path)]) == 14
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert captured.err.startswith(f"pcapkit: {path}: ")
    assert len(captured.err.splitlines()) == 1


def test_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its name and its own connections; one that fails does not hide the others."""
    one = write_pcapng(tmp_path / "one.pcapng", OPEN[:1])
    two = write_pcap(tmp_path / "two.pcap", OPEN[:1])
    lines = read(capsys, "-t", one, two)
    assert lines == [f"{one}:", f"1 {SYN} | {BRIEF}", f"{two}:", f"1 {SYN} | {BRIEF}"]
    rows = [json.loads(line) for line in read(capsys, "--json", one, two)]
    assert [row["file"] for row in rows] == [str(one), str(two)]
    assert main(["read", "-t", str(tmp_path / "none"), str(two)]) == 3
    captured = capsys.readouterr()
    assert captured.out.splitlines() == lines[2:]
    assert "cannot be opened" in captured.err


def test_no_capture_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3."""
    path = tmp_path / "notes.txt"
    path.write_text("hello, this is a text")
    assert main(["read", str(path)]) == 3
    assert capsys.readouterr().err.startswith(f"pcapkit: {path}: no pcap or pcapng file, but text")


def test_standard_input(tmp_path: Path) -> None:
    """`-`, and a reader that has enough after one line."""
    path = write_pcap(tmp_path / "a.pcap", OPEN * 2000)
    with path.open("rb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "pcapkit", "read", "-t", "-"],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PROJECT,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().decode().strip() == f"1 {SYN} | {BRIEF}"
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(timeout=60) == 0


def test_terminal_that_is_ascii(tmp_path: Path) -> None:
    """What it cannot show is escaped."""
    path = write_pcapng(tmp_path / "a.pcapng", [LLDP], [("gr\u00fc\u00dfe",)])
    done = subprocess.run(
        [sys.executable, "-m", "pcapkit", "read", str(path)],
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        capture_output=True,
        timeout=60,
        cwd=PROJECT,
        check=True,
    )
    assert b"    gr\\xfc\\xdfe\n" in done.stdout
