"""The wire: a veth pair in a network namespace made for it, and the generator (c/send.c) that fills it."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from pcapkit.errors import CaptureError
from pcapkit.lab.namespaces import Namespace, need_rights
from tests.benchmarks.programs import Programs
from tests.benchmarks.unavailable import Unavailable

NEAR: Final = "near"
FAR: Final = "far"
"""The interface to record on."""

GENERATOR_CPU: Final = 0
RECORDER_CPU: Final = 1


@dataclass(frozen=True)
class Load:
    """What is sent: frames of `size` bytes, or where that is 0 the mix of so many connections.

    frames: at most; rate: frames a second, 0 for all that there can be; seconds: at most.
    """

    frames: int
    rate: int
    size: int = 0
    connections: int = 0
    seconds: float = 20.0

    @property
    def words(self) -> list[str]:
        """For the generator's command line."""
        what = str(self.size) if self.size else f"mix:{self.connections}"
        return [what, str(self.frames), str(self.rate), str(self.seconds)]


@dataclass(frozen=True)
class Sent:
    """What the generator says: frames, their bytes, seconds."""

    sent: int
    bytes: int
    seconds: float


class Wire:
    """The wire, while it is there."""

    def __init__(self, programs: Programs, namespace: Namespace) -> None:
        self._send = str(programs.path("send"))
        self.namespace = namespace
        self.xdp = True
        """Whether the kernel takes live frames of XDP; known once some were sent at full speed."""

    def start(self, command: Sequence[str], **options: int) -> "subprocess.Popen[bytes]":
        """Start a process that sees the wire, without input."""
        return self.namespace.start(command, stdin=subprocess.DEVNULL, **options)

    def send(self, load: Load, *, then_signal: tuple[int, int] | None = None) -> Sent:
        """Send a load, and wait. then_signal: process and signal, sent by the generator after its last frame.

        At full speed frames of one size are sent by XDP; all others, and where it is refused, by a packet socket.
        Raises Unavailable where the generator fails.
        """
        told = self._run(load, then_signal, xdp=self.xdp and load.rate == 0 and load.size > 0)
        return Sent(**json.loads(told))

    def start_sending(self, load: Load) -> "subprocess.Popen[bytes]":
        """Begin to send a load by a packet socket; whoever calls waits for the process, or ends it."""
        return self.start(self._command(load, None, xdp=False), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _command(self, load: Load, then_signal: tuple[int, int] | None, *, xdp: bool) -> list[str]:
        interface, how = (FAR, "xdp") if xdp else (NEAR, "socket")
        command = ["taskset", "-c", str(GENERATOR_CPU), self._send, interface, how, *load.words]
        return [*command, *map(str, then_signal or ())]

    def _run(self, load: Load, then_signal: tuple[int, int] | None, *, xdp: bool) -> bytes:
        process = self.start(self._command(load, then_signal, xdp=xdp), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            told, errors = process.communicate(timeout=load.seconds + 30)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        if process.returncode == 4 and xdp:
            self.xdp = False
            return self._run(load, then_signal, xdp=False)
        if process.returncode != 0:
            raise Unavailable(f"the generator: {errors.decode(errors='replace').strip()}")
        return told

    def listeners(self) -> int:
        """How many packet sockets are there to receive (proto 0 receives nothing)."""
        lines = self.namespace.read("packet").splitlines()[1:]
        return sum(int(line.split()[3], 16) != 0 for line in lines)


@contextmanager
def wire(programs: Programs) -> Iterator[Wire]:
    """Make it. Raises Unavailable without the rights to, or with one processor only."""
    if len(os.sched_getaffinity(0)) < 2:
        raise Unavailable("two processors, one to send and one to record")
    try:
        need_rights()
        namespace = Namespace("benchmark")
    except CaptureError as error:
        raise Unavailable(f"the right to: {error}") from None
    try:
        namespace.ip(f"link add {NEAR} type veth peer name {FAR}", f"link set {NEAR} up", f"link set {FAR} up")
        until = time.monotonic() + 5
        while "LOWER_UP" not in namespace.output("ip", "-o", "link", "show", FAR) and time.monotonic() < until:
            time.sleep(0.05)
        made = Wire(programs, namespace)
        with suppress(Unavailable):
            made.send(Load(frames=64, rate=0, size=64))
        yield made
    finally:
        namespace.close()
