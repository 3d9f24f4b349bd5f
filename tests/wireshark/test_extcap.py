"""The recorder as an interface of a real tshark, in a namespace of its own: live, and with comments."""

import os
import socket
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.wireshark import installing
from pcapkit.wireshark.account import Account
from tests.capture.lab import Namespace, ip
from tests.needs import need
from tests.wireshark.conftest import Home
from tests.wireshark.live import PROBE, SECONDS, become, captured, compare, loopback


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with loopback() as namespace:
        yield namespace


def install(home: Home) -> None:
    """Everything, for that user."""
    installing.install(home.user, home.wireshark, everyone=False, force=False)


def test_as_an_ordinary_user(net: Namespace, entitled: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Who may capture in Wireshark and nowhere else: frames arrive while it goes on, labelled twice and equally."""
    install(entitled)
    file = entitled.path / "out.pcapng"
    rows = captured(net, entitled, file, ["-f", "tcp or udp port 9"])
    compare(rows)
    # And on the file the plugin says the same, field by field.
    code = main(["crosscheck", "--runtimes", "python,recorded,tshark", "--require", "recorded,tshark", str(file)])
    assert code == 0, capsys.readouterr().out


def test_as_root(net: Namespace, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who may capture in Python needs no dumpcap for it; the options of the dialog reach the recorder."""
    monkeypatch.delenv("SUDO_USER")
    home.user = Account("root", root=True)
    install(home)
    file = tmp_path / "out.pcapng"
    options = ["extcap.pcapkit.annotate:steps", "extcap.pcapkit.snaplen:60", "extcap.pcapkit.filter:port not 53"]
    rows = captured(net, home, file, [word for option in options for word in ("-o", option)])
    assert len(rows) == 10
    assert [bool(comment) for _, comment in rows] == [True] * 3 + [False] * 4 + [True] * 3
    raw = file.read_bytes()
    assert b"port not 53" in raw
    at, lengths = 0, set()
    while at < len(raw):
        kind, length = struct.unpack_from("<II", raw, at)
        if kind == 6:  # enhanced packet block
            lengths.add(struct.unpack_from("<I", raw, at + 20)[0])
        at += length
    assert max(lengths) == 60


def refused(net: Namespace, home: Home, command: Sequence[str]) -> str:
    """What a tshark says that cannot capture, which has to end by itself."""
    done = subprocess.run(
        ["nsenter", f"--net=/run/netns/{net.name}", *command],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
        env=home.user.environment(),
    )
    return done.stderr


def test_what_hinders_is_shown(net: Namespace, entitled: Home) -> None:
    """By Wireshark, in pcapkit's words: no right, no such interface, a filter that is none."""
    install(entitled)
    file = str(entitled.path / "out.pcapng")
    tshark = [*become(entitled.user), entitled.wireshark.program, "-i", "pcapkit", "-w", file]
    assert "Error by extcap pipe: pcapkit: filter 'no such': " in refused(net, entitled, [*tshark, "-f", "no such"])
    wrong = refused(net, entitled, [*tshark, "-o", "extcap.pcapkit.interface:nowhere"])
    assert 'Error by extcap pipe: pcapkit: There is no device named "nowhere"' in wrong
    os.removexattr(entitled.wireshark.tools / "dumpcap", "security.capability")
    denied = refused(net, entitled, tshark)
    assert "Error by extcap pipe: pcapkit: You do not have permission to capture" in denied
    assert "'pcapkit wireshark doctor' tells how to get it" in denied


def test_interface_that_goes(net: Namespace, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the middle of a capture: Wireshark is told, and keeps every frame from before."""
    monkeypatch.delenv("SUDO_USER")
    home.user = Account("root", root=True)
    install(home)
    file = tmp_path / "out.pcapng"
    ip("-n", net.name, "link", "add", "here", "type", "veth", "peer", "name", "there")
    for name in ("here", "there"):
        ip("-n", net.name, "link", "set", name, "up")
    command = [home.wireshark.program, "-n", "-l", "-i", "pcapkit", "-o", "extcap.pcapkit.interface:here", "-P"]
    process = subprocess.Popen(
        ["nsenter", f"--net=/run/netns/{net.name}", *command, "-w", str(file), "-T", "fields", "-e", "frame.number"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=home.user.environment(),
    )
    try:
        with net.open_socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
            sender.bind(("there", 0))
            frame = b"\xff" * 6 + bytes(6) + b"\x88\xb5"  # an EtherType for experiments
            assert process.stdout is not None
            os.set_blocking(process.stdout.fileno(), False)
            deadline = time.monotonic() + SECONDS
            while not process.stdout.read() and time.monotonic() < deadline:
                sender.send(frame + PROBE.encode())
                time.sleep(0.1)
            for number in range(200):
                sender.send(frame + b"number %d." % number)
        ip("-n", net.name, "link", "del", "here")
        os.set_blocking(process.stdout.fileno(), True)
        _, said = process.communicate(timeout=SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert b"Error by extcap pipe: pcapkit: capturing ended because no interface is up any more" in said
    kept = file.read_bytes()
    assert all(b"number %d." % number in kept for number in range(200))


def test_sigterm_takes_what_has_arrived(net: Namespace, home: Home, tmp_path: Path) -> None:
    """The recorder by itself, as Wireshark starts and ends it: all frames from before the signal are in the pipe."""
    install(home)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    command = [str(home.extcap), "--capture", "--extcap-interface", "pcapkit", "--fifo", str(fifo)]
    command += ["--interface", "lo", "--extcap-capture-filter", "udp port 9"]
    need(os.geteuid() == 0, "needs root")
    process = subprocess.Popen(["nsenter", f"--net=/run/netns/{net.name}", *command], stderr=subprocess.PIPE)
    try:
        received = bytearray()
        with fifo.open("rb", buffering=0) as pipe, net.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while PROBE.encode() not in received:
                sender.sendto(PROBE.encode(), ("127.0.0.1", 9))
                os.set_blocking(pipe.fileno(), False)
                time.sleep(0.05)
                received += pipe.read(65536) or b""
            for number in range(500):
                sender.sendto(b"number %d." % number, ("127.0.0.1", 9))
            process.terminate()
            os.set_blocking(pipe.fileno(), True)
            while piece := pipe.read(65536):
                received += piece
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert all(b"number %d." % number in received for number in range(500))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stderr is not None:
            process.stderr.close()
