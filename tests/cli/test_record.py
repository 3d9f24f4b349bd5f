"""`pcapkit record` as a user meets it: options, files, pipes, messages, exit codes."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capture.lab import Recorded, Recorder, Wire, numbered, record, wire
from tests.cli.capture import LLDP, OPEN, write_pcapng
from tests.needs import need

QUIET = ("--annotate", "none")


@pytest.fixture(scope="module")
def pair() -> Iterator[Wire]:
    with wire("cli") as made:
        yield made


def run(pair: Wire, *arguments: str, frames: int = 5) -> tuple[int, str, str]:
    """Record some frames until the arguments end it; exit code, standard output and error."""
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        for number in range(frames):
            sender.send(numbered(number))
        code = recorder.wait()
    return code, recorder.stdout.decode(), recorder.stderr


def test_without_a_file_it_prints_lines(pair: Wire) -> None:
    code, out, told = run(pair, "-i", "left", "-c", "3", "-t", *QUIET)
    assert (code, out) == (0, "1 64 bytes\n2 64 bytes\n3 64 bytes\n")
    assert told.startswith("Capturing on 'left'\n")
    assert told.endswith(
        "Packets received/dropped on interface 'left': 3/0 (ring full: 0/interface: 0/disk: 0/unread: 0) (100.0%)\n"
    )


def test_without_an_interface_it_takes_the_first_and_says_which(pair: Wire) -> None:
    code, _, told = run(pair, "-c", "1", *QUIET)
    assert (code, told.splitlines()[0]) == (0, "Capturing on 'left'")


def test_json_lines(pair: Wire) -> None:
    code, out, _ = run(pair, "-i", "left", "-c", "3", "--json", *QUIET)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(row["frame"], row["interface"], row["direction"], row["length"]) for row in rows] == [
        (number, "left", "in", 64) for number in (1, 2, 3)
    ]


def test_a_file_and_lines(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    code, out, _ = run(pair, "-i", "left", "-c", "3", "-w", str(path), "--print", "-t", *QUIET)
    assert (code, out) == (0, "1 64 bytes\n2 64 bytes\n3 64 bytes\n")
    assert Recorded(path).numbers == [0, 1, 2]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("to_file", [True, False])
def test_lines_are_those_of_read(pair: Wire, tmp_path: Path, native: bool, to_file: bool) -> None:
    path = tmp_path / "out.pcapng"
    arp = b"\xff" * 6 + b"\x02\0\0\0\0\1" + b"\x08\x06" + bytes.fromhex("0001080006040001")
    arp += b"\x02\0\0\0\0\1" + bytes([10, 77, 0, 2]) + bytes(6) + bytes([10, 77, 0, 9])
    frames = [*OPEN, LLDP, arp]
    if not to_file:
        write_pcapng(path, frames)
    prefix = [] if native else ["env", "PCAPKIT_NO_EXTENSIONS=1"]
    options = ("-o", str(path), "--print") if to_file else ()
    with (
        pair.right.raw("right") as sender,
        Recorder(pair.left, "-i", "left", "-c", str(len(frames)), "-t", *options, prefix=prefix) as recorder,
    ):
        for frame in frames:
            sender.send(frame)
        assert recorder.wait() == 0
    told = subprocess.run(
        [sys.executable, "-m", "pcapkit", "read", "-t", path], stdout=subprocess.PIPE, check=True, timeout=20, text=True
    ).stdout
    lines = recorder.stdout.decode()
    if not to_file:  # the frames of that file have other times
        lines, told = (re.sub(r"[0-9.]+ [mµu]?s\b", "some time", text) for text in (lines, told))
    assert lines == told
    assert lines.startswith("1 ")
    assert "open 2/3" in lines.splitlines()[1]
    assert "LLDP" in lines
    assert "10.77.0.9" in lines.splitlines()[-1]


def test_a_pipe_into_tshark_with_lines_on_standard_error(pair: Wire) -> None:
    need(shutil.which("tshark") is not None, "tshark")
    reader, writer = os.pipe()
    with subprocess.Popen(
        ["tshark", "-r", "-", "-T", "fields", "-e", "frame.len"], stdin=reader, stdout=subprocess.PIPE
    ) as tshark:
        os.close(reader)
        arguments = ("-i", "left", "-c", "4", "-o", "-", "--print", "-t", *QUIET)
        with pair.right.raw("right") as sender, Recorder(pair.left, *arguments, stdout=writer) as recorder:
            os.close(writer)
            for number in range(4):
                sender.send(numbered(number))
            assert recorder.wait() == 0
        out, _ = tshark.communicate(timeout=20)
    assert out.split() == [b"64"] * 4
    assert recorder.stderr.count("64 bytes\n") == 4


def test_a_pipe_carries_header_and_frames_at_once(pair: Wire) -> None:
    with pair.right.raw("right") as sender, Recorder(pair.left, "-i", "left", "-o", "-", *QUIET) as recorder:
        deadline = time.monotonic() + 2
        while not recorder.stdout and time.monotonic() < deadline:
            time.sleep(0.01)
        assert recorder.stdout[:4] == b"\x0a\x0d\x0d\x0a"
        sender.send(numbered(77))
        begun = time.monotonic()
        while numbered(77) not in recorder.stdout and time.monotonic() - begun < 2:
            time.sleep(0.01)
        assert time.monotonic() - begun < 0.5
        assert recorder.stop() == 0


@pytest.mark.parametrize("arguments", [("-o", "-"), ()])
@pytest.mark.parametrize("traffic", [True, False])
def test_a_closed_pipe_ends_quietly(pair: Wire, arguments: tuple[str, ...], traffic: bool) -> None:
    reader, writer = os.pipe()
    with (
        pair.right.raw("right") as sender,
        Recorder(pair.left, "-i", "left", *arguments, *QUIET, stdout=writer) as recorder,
    ):
        os.close(writer)
        os.close(reader)
        if traffic:
            sender.send(numbered(1))
        assert recorder.wait(5) == 0
    assert "pcapkit:" not in recorder.stderr
    assert "Traceback" not in recorder.stderr
    assert "Exception" not in recorder.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-i", "left", "tcp", "prt", "80"), 4, "syntax error"),
        (("-i", "left", "-f", "udp", "tcp"), 1, "two capture filters"),
        (("-i", "nosuch"), 2, "no interface 'nosuch'"),
        (("-i", "left", "-c", "0"), 1, "-c 0"),
        (("-i", "left", "-c", "many"), 1, "-c"),
        (("-i", "left", "-a", "files:2"), 1, "files:2"),
        (("-i", "left", "-b", "files:2"), 1, "when a file ends"),
        (("-i", "left", "-b", "filesize:many"), 1, "filesize:many"),
        (("-i", "left", "-s", "-1"), 1, "-s -1"),
        (("-i", "left", "-B", "0"), 1, "-B 0"),
        (("-i", "left", "-Z", "no such user"), 1, "no such user"),
    ],
)
def test_a_mistake_is_named_and_leaves_an_old_file_alone(
    pair: Wire, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    path = tmp_path / "old"
    path.write_bytes(b"precious")
    got, told = record(pair.left, *arguments[:2], "-o", str(path), *arguments[2:], *QUIET)
    assert (got, path.read_bytes()) == (code, b"precious")
    assert words in told
    assert told.splitlines()[-1].startswith("pcapkit")
    assert "Traceback" not in told


def test_a_down_interface(pair: Wire) -> None:
    pair.right.ip("link", "set", "lo", "down")
    try:
        code, told = record(pair.right, "-i", "lo", *QUIET)
    finally:
        pair.right.ip("link", "set", "lo", "up")
    assert (code, "ip link set lo up" in told) == (2, True)


def test_a_file_that_cannot_be_made(pair: Wire, tmp_path: Path) -> None:
    code, told = record(pair.left, "-i", "left", "-o", str(tmp_path / "no" / "file"), *QUIET)
    assert (code, "cannot write" in told) == (3, True)


def test_an_old_file_is_overwritten_when_capturing_begins(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(b"x" * 100_000)
    code, _, _ = run(pair, "-i", "left", "-c", "2", "-o", str(path), *QUIET)
    assert (code, Recorded(path).numbers) == (0, [0, 1])


def without_right(pair: Wire, *arguments: str) -> Recorder:
    need(shutil.which("setpriv") is not None, "setpriv (package util-linux)")
    return Recorder(pair.left, *arguments, prefix=["setpriv", "--bounding-set=-net_raw,-net_admin"])


def test_without_the_right_to_capture_it_says_what_to_do(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    recorder = without_right(pair, "-i", "left", "-o", str(path), *QUIET)
    assert recorder.wait() == 17
    assert "sudo" in recorder.stderr
    assert "setcap cap_net_raw,cap_net_admin=eip" in recorder.stderr
    assert len(recorder.stderr.splitlines()) == 1
    assert not path.exists()


def test_a_user_with_only_the_capabilities_gives_them_up(pair: Wire) -> None:
    need(shutil.which("setpriv") is not None, "setpriv (package util-linux)")
    both = "+net_raw,+net_admin"
    prefix = ["setpriv", f"--inh-caps={both}", f"--ambient-caps={both}", "--reuid=65534", "--regid=65534"]
    import sys

    readable = subprocess.run([*prefix, "--clear-groups", sys.executable, "-c", "import pcapkit"], capture_output=True)
    need(readable.returncode == 0 or os.environ.get("CI") == "true", "a Python that user nobody may run")
    with Recorder(pair.left, "-i", "left", *QUIET, prefix=[*prefix, "--clear-groups"]) as recorder:
        status = Path(f"/proc/{recorder.process.pid}/status").read_text()
        assert recorder.stop() == 0
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert f"{kind}:\t0000000000000000\n" in status


def test_show_filter_is_what_tcpdump_shows_and_needs_no_right(pair: Wire) -> None:
    need(shutil.which("tcpdump") is not None, "tcpdump")
    inside = ["ip", "netns", "exec", pair.left.name]
    expected = subprocess.run([*inside, "tcpdump", "-i", "left", "-d", "vlan and arp"], capture_output=True)
    recorder = Recorder(pair.left, "-i", "left", "-d", "vlan", "and", "arp")
    assert recorder.wait() == 0
    assert recorder.stdout == expected.stdout
    powerless = without_right(pair, "-i", "left", "-d", "arp")
    assert powerless.wait() == 0
    assert powerless.stdout.endswith(b"ret      #0\n")


def test_link_types(pair: Wire) -> None:
    recorder = Recorder(pair.left, "-L", "-i", "left")
    assert recorder.wait() == 0
    assert recorder.stdout == b"Data link types of interface left:\n  EN10MB (Ethernet)\n"


@pytest.mark.parametrize("target", ["-", "/dev/tty-of-the-test"])
def test_a_capture_file_does_not_go_to_a_terminal(pair: Wire, target: str) -> None:
    master, slave = os.openpty()
    try:
        name = target if target == "-" else os.ttyname(slave)
        recorder = Recorder(pair.left, "-i", "left", "-o", name, *QUIET, stdout=slave)
        assert recorder.wait() == 1
        assert "terminal" in recorder.stderr
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(("quiet", "counts"), [((), True), (("-q",), False)])
def test_a_terminal_shows_how_it_goes_unless_quiet(
    pair: Wire, tmp_path: Path, quiet: tuple[str, ...], counts: bool
) -> None:
    need(shutil.which("script") is not None, "script (package bsdutils)")
    from shlex import join
    from sys import executable

    from tests.needs import PROJECT

    arguments = ["record", "-i", "left", "-a", "duration:0.6", "-o", str(tmp_path / "out"), *quiet, *QUIET]
    inside = ["ip", "netns", "exec", pair.left.name, executable, "-m", "pcapkit", *arguments]
    done = subprocess.run(
        ["script", "-qec", join(inside), str(tmp_path / "typescript")],
        capture_output=True,
        timeout=20,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0
    assert (b"\x1b[K00:00:00  0 frames  0/s  0 B  no loss" in done.stdout) is counts
    assert (b"File: " in done.stdout) is counts
    assert b"Packets captured: 0" in done.stdout


def test_set_up_is_told_when_asked(pair: Wire, tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    code, _, told = run(pair, "-i", "left", "-v", "-B", "3", "-c", "1", "-o", path, *QUIET)
    assert code == 0
    assert "left: EN10MB, ring of 3 MiB\nrunning as user nobody, without capabilities\nFile: " in told


def test_no_standard_output_is_a_clear_error(pair: Wire) -> None:
    recorder = Recorder(pair.left, "-i", "left", *QUIET, prefix=["sh", "-c", 'exec "$@" <&- >&-', "sh"])
    assert recorder.wait() == 3
    assert recorder.stderr.startswith("pcapkit: standard output is closed")


def test_a_connection_is_labelled_in_file_lines_and_json(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    with Recorder(pair.left, "-i", "lo", "-o", str(path), "--print", "--json", "tcp") as recorder:
        with (
            pair.left.open_socket(socket.AF_INET, socket.SOCK_STREAM) as server,
            pair.left.open_socket(socket.AF_INET, socket.SOCK_STREAM) as client,
        ):
            server.bind(("127.0.0.1", 0))
            server.listen()
            client.connect(server.getsockname())
            accepted, _ = server.accept()
            with accepted:
                client.sendall(b"hello")
                assert accepted.recv(10) == b"hello"
                client.shutdown(socket.SHUT_WR)
                assert accepted.recv(10) == b""
        assert recorder.stop() == 0
    rows = [json.loads(line) for line in recorder.stdout.splitlines()]
    comments = [packet.options.get_all("opt_comment") for packet in Recorded(path).packets]
    assert [[f"pcapkit: {row['text']}"] for row in rows] == comments
    steps = [row["tcp_handshake"]["step"] for row in rows]
    assert steps[:4] == [["open 1/3 SYN"], ["open 2/3 SYN-ACK"], ["open 3/3 ACK"], ["data"]]
    assert steps[-1] == ["close 4/4 ACK"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_for_the_reader_of_a_fifo(pair: Wire, tmp_path: Path, number: int) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    recorder = Recorder(pair.left, "-i", "left", "-o", str(path), *QUIET)
    status = Path(f"/proc/{recorder.process.pid}/status")
    deadline = time.monotonic() + 15
    while not catches(status.read_text(), number) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert recorder.stop(number) == 0
    assert recorder.stderr == f"Stopped before anything read from {path}; nothing was captured\n"


def catches(status: str, number: int) -> bool:
    """Whether a process with that /proc/PID/status handles the signal and SIGUSR2, the last that pcapkit installs."""
    [caught] = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt:")]
    return all(caught >> (one - 1) & 1 for one in (number, signal.SIGUSR2))


def test_root_that_stays_root_is_told_what_that_means(pair: Wire) -> None:
    code, _, told = run(pair, "-i", "left", "-c", "1", "-Z", "root", *QUIET)
    assert code == 0
    assert told.startswith("-Z root: without capabilities, but what reads the frames still owns all files of root\n")


def test_root_that_cannot_change_its_user_does_not_capture(pair: Wire) -> None:
    need(shutil.which("setpriv") is not None, "setpriv (package util-linux)")
    prefix = ["setpriv", "--bounding-set", "-setuid", "--inh-caps", "-setuid"]
    refused = Recorder(pair.left, "-i", "left", *QUIET, prefix=prefix)
    assert refused.wait() == 17
    assert "pcapkit: cannot become user nobody: " in refused.stderr
