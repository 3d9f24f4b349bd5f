"""A real wire for tests: two namespaces with a veth pair, sockets in them, and a recorder on one side."""

import contextlib
import ctypes
import fcntl
import io
import os
import queue
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import pcapng
from pcapng.blocks import EnhancedPacket, InterfaceDescription, InterfaceStatistics, SectionHeader

from tests.needs import PROJECT, need

T = TypeVar("T")

CLONE_NEWNET = 0x40000000
EXPERIMENTAL = b"\x88\xb5"  # an EtherType that nobody answers
BROADCAST = b"\xff" * 6
SOURCE = b"\x02\x00\x00\x00\x00\x99"

_libc = ctypes.CDLL(None, use_errno=True)


def need_namespaces() -> None:
    """Skip unless network namespaces and veth pairs can be made here."""
    need(os.geteuid() == 0, "root, to make network namespaces")
    need(shutil.which("ip") is not None, "the command ip (package iproute2)")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=10)


@dataclass(frozen=True)
class Namespace:
    """A network namespace by its name."""

    name: str

    def inside(self, act: Callable[[], T]) -> T:
        """Do something in the namespace; sockets and devices made there stay usable from here."""
        done: list[T] = []

        def enter() -> None:  # a thread's namespace is its own
            with open(f"/run/netns/{self.name}") as namespace:
                if _libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
                    return
            done.append(act())

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return done[0]

    def open_socket(self, family: int, kind: int, protocol: int = 0) -> socket.socket:
        return self.inside(lambda: socket.socket(family, kind, protocol))

    def open_tun(self, name: str, hardware: int) -> io.FileIO:
        """A point-to-point device of that ARPHRD_* type, up, whose far end is the file: whole IP packets each way."""
        far_end = self.inside(lambda: io.FileIO("/dev/net/tun", "r+"))
        fcntl.ioctl(far_end, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))  # TUNSETIFF, tun without PI
        fcntl.ioctl(far_end, 0x400454CD, hardware)  # TUNSETLINK
        self.ip("link", "set", name, "up")
        return far_end

    def raw(self, interface: str) -> socket.socket:
        """A packet socket that sends whole Ethernet frames out of an interface and receives nothing."""
        sock = self.open_socket(socket.AF_PACKET, socket.SOCK_RAW)
        sock.bind((interface, 0))
        return sock

    def ip(self, *arguments: str) -> None:
        ip("-n", self.name, *arguments)


@dataclass(frozen=True)
class Wire:
    """Interfaces `left` and `right`, one in each namespace, up; no IPv6, so that nothing else talks."""

    left: Namespace
    right: Namespace


def numbered(number: int, size: int = 64) -> bytes:
    """A broadcast frame that carries its number."""
    return (BROADCAST + SOURCE + EXPERIMENTAL + number.to_bytes(4, "big")).ljust(size, b"\0")


def number_of(frame: bytes) -> int:
    return int.from_bytes(frame[14:18], "big")


@contextlib.contextmanager
def wire(tag: str) -> Iterator[Wire]:
    """Two namespaces and the pair between them, gone afterwards whatever happens."""
    need_namespaces()
    names = [f"pcapkit-{os.getpid()}-{tag}-{side}" for side in ("left", "right")]
    try:
        for name in names:
            ip("netns", "add", name)
            for scope in ("all", "default"):
                switch = f"/proc/sys/net/ipv6/conf/{scope}/disable_ipv6"
                ip("netns", "exec", name, "sh", "-c", f"[ ! -e {switch} ] || echo 1 > {switch}")
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "left", "netns", names[0], "type", "veth", "peer", "name", "right", "netns", names[1])
        ip("-n", names[0], "addr", "add", "10.77.0.1/24", "dev", "left")
        ip("-n", names[1], "addr", "add", "10.77.0.2/24", "dev", "right")
        ip("-n", names[0], "link", "set", "left", "up")
        ip("-n", names[1], "link", "set", "right", "up")
        yield Wire(Namespace(names[0]), Namespace(names[1]))
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=10)


class Recorder:
    """A running `pcapkit record` in a namespace. Entered: it captures; left: it has ended."""

    def __init__(
        self, namespace: Namespace | None, *arguments: str, prefix: Sequence[str] = (), stdout: Any = subprocess.PIPE
    ) -> None:
        inside = ["ip", "netns", "exec", namespace.name] if namespace is not None else []
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [*inside, *prefix, sys.executable, "-m", "pcapkit", "record", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "SUDO_UID": ""},
        )
        self.stderr = ""
        self.stdout = b""
        self._lines: queue.Queue[str] = queue.Queue()
        self._readers = [threading.Thread(target=self._read_stderr, daemon=True)]
        if self.process.stdout is not None:
            self._readers.append(threading.Thread(target=self._read_stdout, daemon=True))
        for reader in self._readers:
            reader.start()

    def _read_stderr(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.stderr += line.decode()
            self._lines.put(line.decode())

    def _read_stdout(self) -> None:
        assert self.process.stdout is not None
        while piece := os.read(self.process.stdout.fileno(), 65536):
            self.stdout += piece

    def wait_for(self, text: str, seconds: float = 15) -> None:
        """Until a line of its standard error contains the text."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ended = self.process.poll() is not None
            try:
                line = self._lines.get(timeout=0.1)
            except queue.Empty:
                if ended:
                    break
            else:
                if text in line:
                    return
        raise AssertionError(f"no {text!r} in: {self.stderr!r}")

    def __enter__(self) -> "Recorder":
        try:
            self.wait_for("Capturing on")
        except AssertionError:
            self.process.kill()
            raise
        return self

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send the signal and wait for the end."""
        self.send(number)
        return self.wait()

    def wait(self, seconds: float = 20) -> int:
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        for reader in self._readers:
            reader.join(5)
        return code

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()


def record(namespace: Namespace | None, *arguments: str) -> tuple[int, str]:
    """Run to its own end; exit code and standard error."""
    recorder = Recorder(namespace, *arguments)
    return recorder.wait(), recorder.stderr


class Recorded:
    """What a finished capture file holds, as python-pcapng reads it."""

    def __init__(self, path: Path) -> None:
        self.sections: list[SectionHeader] = []
        self.interfaces: list[InterfaceDescription] = []
        self.packets: list[EnhancedPacket] = []
        self.statistics: list[InterfaceStatistics] = []
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # python-pcapng's, about its own if_tsresol
            for block in pcapng.FileScanner(stream):
                if isinstance(block, SectionHeader):
                    self.sections.append(block)
                elif isinstance(block, InterfaceDescription):
                    self.interfaces.append(block)
                elif isinstance(block, EnhancedPacket):
                    self.packets.append(block)
                elif isinstance(block, InterfaceStatistics):
                    self.statistics.append(block)

    @property
    def data(self) -> list[bytes]:
        return [bytes(packet.packet_data) for packet in self.packets]

    @property
    def numbers(self) -> list[int]:
        return [number_of(data) for data in self.data]


def numbers_in(path: Path) -> list[int]:
    """The numbers of the numbered frames in a file, fast: it steps from block to block by their lengths."""
    raw, offset, numbers = path.read_bytes(), 0, []
    while offset < len(raw):
        kind, length = struct.unpack_from("<II", raw, offset)
        if kind == 6:  # enhanced packet block, its data behind 28 bytes
            numbers.append(number_of(raw[offset + 28 : offset + 46]))
        assert length >= 12
        offset += length
    assert offset == len(raw)
    return numbers
