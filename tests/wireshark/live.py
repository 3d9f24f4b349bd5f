"""A tshark that captures on pcapkit's own interface, in a namespace with loopback only."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pcapkit.wireshark.account import Account
from tests.capture.lab import Namespace, ip, need_namespaces
from tests.wireshark.conftest import Home

SECONDS = 40
PROBE = "wait until it captures"


@contextlib.contextmanager
def loopback() -> Iterator[Namespace]:
    """The namespace."""
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
            ["nsenter", f"--net=/run/netns/{net.name}", *become(home.user), *command],
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


def become(user: Account) -> list[str]:
    """What makes the command behind it that user's."""
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


def compare(rows: Sequence[Sequence[str]]) -> None:
    """What `captured` gave is ten frames, with the steps that they are, by the comment and by the plugin."""
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
