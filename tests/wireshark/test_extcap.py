"""The recorder as an interface of a real tshark, in a namespace of its own: live, and with comments."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.wireshark import installing
from pcapkit.wireshark.account import Account
from tests.capture.lab import Namespace, ip, need_namespaces
from tests.needs import need
from tests.wireshark.conftest import Home

SECONDS = 40
PROBE = "wait until it captures"


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    """A namespace with loopback only."""
    need_namespaces()
    name = f"pcapkit-{os.getpid()}-extcap"
    try:
        ip("netns", "add", name)
        ip("-n", name, "link", "set", "lo", "up")
        yield Namespace(name)
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=10)


class Capture:
    """A tshark that captures on pcapkit's interface, in the namespace. Entered: the first frame has arrived.

    lines: what it prints, a frame a line, while it captures: source port, comment, and step as the plugin computes it;
    not for root, whose plugins Wireshark ignores from 4.2 on.
    """

    def __init__(self, net: Namespace, home: Home, *options: str, file: Path) -> None:
        names = ["tcp.srcport", "frame.comment"] + ([] if home.user.root else ["tcp_handshake.step"])
        fields = [word for name in names for word in ("-e", name)]
        command = [home.wireshark.program, "-n", "-l", "-i", "pcapkit", "-o", "extcap.pcapkit.interface:lo", *options]
        command += ["-w", str(file), "-P", "-T", "fields", *fields]
        self._net = net
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{net.name}", *_become(home.user), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=home.user.environment(),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line for line in iter(self.process.stdout.readline, ""))

    def __enter__(self) -> "Capture":
        with self._net.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            deadline = time.monotonic() + SECONDS
            while not self.lines:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    _, said = self.process.communicate()
                    raise AssertionError(f"nothing was captured: {said}")
                probe.sendto(PROBE.encode(), ("127.0.0.1", 9))
                time.sleep(0.1)
        return self

    def wait_for(self, text: str) -> None:
        """Until a line with that text is there."""
        deadline = time.monotonic() + SECONDS
        while not any(text in line for line in self.lines):
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.05)

    def stop(self) -> str:
        """As a person does; what it has said on standard error."""
        self.process.send_signal(signal.SIGINT)
        self._reader.join(SECONDS)
        assert self.process.stderr is not None
        said = self.process.stderr.read()
        assert self.process.wait(SECONDS) == 0, said
        return said

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def _become(user: Account) -> list[str]:
    if user.home is None:
        return []
    return ["setpriv", f"--reuid={user.uid}", f"--regid={user.gid}", "--clear-groups", "--"]


def talk(net: Namespace) -> int:
    """Ten frames over loopback; the client's port."""
    with (
        net.open_socket(socket.AF_INET, socket.SOCK_STREAM) as server,
        net.open_socket(socket.AF_INET, socket.SOCK_STREAM) as client,
    ):
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        port: int = client.getsockname()[1]
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"question")
            accepted.sendall(accepted.recv(100))
        while client.recv(100):
            pass
    return port


def leftovers() -> list[str]:
    """Processes of the recorder that are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"pcapkit.cli.extcap" in words and b"--capture" in words:
                found.append(path.parent.name)
    return found


def install(home: Home) -> None:
    """Everything, for that user."""
    installing.install(home.user, home.wireshark, everyone=False, force=False)


def captured(net: Namespace, home: Home, file: Path, options: Sequence[str] = ()) -> list[list[str]]:
    """Capture one connection; what was printed of it while it went on, its file left behind."""
    before = leftovers()
    with Capture(net, home, *options, file=file) as capture:
        port = str(talk(net))
        capture.wait_for("close 4/4 ACK")
        said = capture.stop()
    assert "Error" not in said
    deadline = time.monotonic() + 10
    while leftovers() != before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert leftovers() == before
    rows = [line.rstrip("\n").split("\t") for line in capture.lines]
    return [row for row in rows if row[0]] if port in {row[0] for row in rows} else []


def test_as_an_ordinary_user(net: Namespace, entitled: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Who may capture in Wireshark and nowhere else: frames arrive while it goes on, labelled twice and equally."""
    install(entitled)
    file = entitled.path / "out.pcapng"
    rows = captured(net, entitled, file, ["-f", "tcp or udp port 9"])
    assert len(rows) == 10
    said = [comment.partition("| tcp_handshake: ")[2].partition("; ")[0] for _, comment, _ in rows]
    assert said[:3] + said[7:] == [
        "open 1/3 SYN",
        "open 2/3 SYN-ACK",
        "open 3/3 ACK",
        "close 1/4 FIN",
        "close 2/4 ACK + close 3/4 FIN",
        "close 4/4 ACK",
    ]
    # The plugin was there too, while it went on: as many steps as the comment names, as numbers.
    assert [steps.count(",") for _, _, steps in rows] == [text.count(" + ") for text in said]
    assert all(steps for _, _, steps in rows)
    # And on the file it says the same, field by field.
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
    tshark = [*_become(entitled.user), entitled.wireshark.program, "-i", "pcapkit", "-w", file]
    assert "Error by extcap pipe: pcapkit: filter 'no such': " in refused(net, entitled, [*tshark, "-f", "no such"])
    wrong = refused(net, entitled, [*tshark, "-o", "extcap.pcapkit.interface:nowhere"])
    assert 'Error by extcap pipe: pcapkit: There is no device named "nowhere"' in wrong
    os.removexattr(entitled.wireshark.tools / "dumpcap", "security.capability")
    denied = refused(net, entitled, tshark)
    assert "Error by extcap pipe: pcapkit: You do not have permission to capture" in denied
    assert "'pcapkit wireshark doctor' tells how to get it" in denied


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
