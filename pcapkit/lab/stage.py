"""What an experiment has to work with: its hosts, sockets on them, programs, ready-made frames, and a note pad."""

import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pcapkit.annotate.addresses import hardware_text, ip_text
from pcapkit.errors import CaptureError
from pcapkit.lab.forge import Endpoint, segment
from pcapkit.lab.networks import Host, Network
from pcapkit.lab.programs import PORT, exchange
from pcapkit.layers.decode import decode
from pcapkit.layers.link import LINK_ETHERNET
from pcapkit.layers.packet import Packet, Segment

PATIENCE: Final = 5.0  # seconds for anything that should happen
DELAYED_ACK: Final = 0.1  # seconds: Linux holds an acknowledgement back for 40 ms, in hope of data to carry it
_SLOTS: Final = 400
_SLOT_PORTS: Final = 20
_FIRST_PORT: Final = 40000
_ABORTING: Final = struct.pack("ii", 1, 0)  # struct linger: on, 0 seconds


class ExperimentError(Exception):
    """Something in an experiment did not happen as it must; the text says what."""


class Raw:
    """A packet socket on a host's interface: ready-made frames go out, everything that passes can be watched."""

    def __init__(self, host: Host) -> None:
        self._socket = host.namespace.open_socket(socket.AF_PACKET, socket.SOCK_RAW)
        self._socket.bind((host.interface, 3))
        self._socket.settimeout(PATIENCE)

    def send(self, frame: bytes) -> None:
        """Send a whole Ethernet frame."""
        self._socket.send(frame)

    def segment(self, accept: Callable[[Segment], bool]) -> tuple[Segment, Endpoint]:
        """The next TCP segment that is accepted, and who sent it. Raises TimeoutError."""
        packet = Packet()
        while True:
            frame, address = self._socket.recvfrom(65535)
            decode(frame, len(frame), LINK_ETHERNET, packet)
            if address[2] != 4 and packet.has_segment and accept(packet.segment):  # 4: PACKET_OUTGOING
                at = packet.addresses_at
                source = Endpoint(hardware_text(frame[6:12]), ip_text(frame[at : at + 4]), packet.segment.source_port)
                return packet.segment, source

    def close(self) -> None:
        """Stop watching."""
        self._socket.close()


class Stage:
    """One experiment's network while it runs."""

    def __init__(self, network: Network, ports: range) -> None:
        """ports: those that clients of this lab use, and no other lab of this machine."""
        self.network = network
        self.ports = ports
        self.notes: list[str] = []
        self._cleanup = ExitStack()
        for host in network.hosts.values():
            host.namespace.sysctl("net.ipv4.ip_local_port_range", f"{ports[0]} {ports[-1]}")

    @property
    def a(self) -> Host:
        """The client's host."""
        return self.network.a

    @property
    def b(self) -> Host:
        """The server's host."""
        return self.network.b

    def note(self, text: str) -> None:
        """Something to show with the result."""
        self.notes.append(text)

    def open_socket(self, host: Host, kind: int = socket.SOCK_STREAM) -> socket.socket:
        """An IPv4 socket on a host, with patience; it is closed after the recording has ended, if not before."""
        made = host.namespace.open_socket(socket.AF_INET, kind)
        self._cleanup.callback(made.close)
        made.settimeout(PATIENCE)
        return made

    def listen(self, port: int = PORT) -> socket.socket:
        """A listener on B."""
        listener = self.open_socket(self.b)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.b.address, port))
        listener.listen()
        return listener

    def client(self, port: int = 0) -> socket.socket:
        """A socket on A, bound if a port is given."""
        client = self.open_socket(self.a)
        if port:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            client.bind((self.a.address, port))
        return client

    def connect(self, client: socket.socket) -> None:
        """Connect a socket on A to the server's port on B."""
        client.connect((self.b.address, PORT))

    def accept(self, listener: socket.socket) -> socket.socket:
        """The next connection of a listener."""
        server, _ = listener.accept()
        self._cleanup.callback(server.close)
        server.settimeout(PATIENCE)
        return server

    def pair(self, *, say_something: bool = False) -> tuple[socket.socket, socket.socket]:
        """A connection from A to B: the client's socket and the server's. say_something: an echo has passed."""
        listener = self.listen()
        client = self.client()
        self.connect(client)
        server = self.accept(listener)
        if say_something:
            exchange(client, server)
            self.settle()
        return client, server

    def close_server_first(self, client: socket.socket, server: socket.socket) -> None:
        """The merged close: the server closes, and the client as soon as it has heard of it."""
        server.close()
        self.hear_the_end(client)
        client.close()
        self.settle()

    def hear_the_end(self, one: socket.socket) -> None:
        """Wait until the other side's FIN has arrived."""
        if one.recv(1) != b"":
            raise ExperimentError("data came where the end of the connection was expected")

    def abort(self, one: socket.socket) -> None:
        """Close with SO_LINGER of 0 seconds, which sends a RST."""
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORTING)
        one.close()

    def settle(self, seconds: float = 0.02) -> None:
        """Let everything that is under way arrive."""
        time.sleep(seconds)

    def until(self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Wait for a condition. Raises ExperimentError."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise ExperimentError(f"{what}: not within {seconds:g} seconds")
            time.sleep(0.002)

    def raw(self, host: Host) -> Raw:
        """A packet socket on a host."""
        made = Raw(host)
        self._cleanup.callback(made.close)
        return made

    def neighbours(self) -> None:
        """Let A and B know each other's hardware address, so that no ARP precedes the first segment."""
        for one, other in ((self.a, self.b), (self.b, self.a)):
            one.namespace.ip(f"neigh add {other.address} lladdr {other.mac} dev eth0")

    def program(self, host: Host, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start `pcapkit lab ARGUMENTS` on a host."""
        package = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        process = host.namespace.start(
            [sys.executable, "-m", "pcapkit", "lab", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,
        )
        self._cleanup.callback(_end, process)
        return process

    def echo(self, address: str = "", serve: Sequence[str] = (), talk: Sequence[str] = ()) -> None:
        """Run the echo programs to their ends, the server on B. Raises ExperimentError if one fails."""
        address = address or self.b.address
        server = self.program(self.b, "serve", "--once", "--host", address, *serve)
        assert server.stdout is not None
        first = server.stdout.readline()
        if not first.startswith(b"serving"):
            raise ExperimentError(f"the server did not start: {(first + server.stdout.read()).decode().strip()}")
        client = self.program(self.a, "talk", *talk, address)
        for name, process in (("client", client), ("server", server)):
            said = _communicate(process)
            if process.returncode != 0:
                raise ExperimentError(f"the {name} failed: {said.strip()}")
        self.settle()

    def close(self) -> None:
        """Close what is still open, and end the programs."""
        self._cleanup.close()


def _communicate(process: "subprocess.Popen[bytes]") -> str:
    try:
        return process.communicate(timeout=2 * PATIENCE)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        raise ExperimentError("a program did not end") from None


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


@contextmanager
def client_ports() -> Iterator[range]:
    """A few ports for one lab's clients: no lab that was started beside this one has them.

    A lock that is an abstract Unix socket is gone with the process, whatever happens to it.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as lock:
        for offset in range(_SLOTS):
            slot = (os.getpid() + offset) % _SLOTS
            try:
                lock.bind(f"\0pcapkit-lab-{slot}")
            except OSError:
                continue
            first = _FIRST_PORT + slot * _SLOT_PORTS
            yield range(first, first + _SLOT_PORTS)
            return
    raise CaptureError(f"more than {_SLOTS} labs run at once on this machine")


def forged(source: Host, source_port: int, target: Host, target_port: int, flags: int, seq: int, ack: int = 0) -> bytes:
    """A frame with a segment from one host to another."""
    return segment(
        Endpoint(source.mac, source.address, source_port),
        Endpoint(target.mac, target.address, target_port),
        flags,
        seq,
        ack,
    )
