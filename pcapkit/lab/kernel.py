"""What the endpoints' own kernel says: the states of its sockets, from its tracepoint, else by looking often.

The tracepoint `sock:inet_sock_set_state` tells every change at the moment it happens. It tells of all namespaces
alike, so that a lab is recognised by the client's ports, which no other lab of this machine uses at the time.
"""

import ipaddress
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from pcapkit.lab.namespaces import Namespace
from pcapkit.lab.tracepoint import Sample, Tracepoint, Unavailable

# include/net/tcp_states.h, by RFC 9293's names. A request socket is what Linux keeps of a SYN until it is answered.
STATES: Final = {
    1: "ESTABLISHED", 2: "SYN-SENT", 3: "SYN-RECEIVED", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2", 6: "TIME-WAIT",
    7: "CLOSED", 8: "CLOSE-WAIT", 9: "LAST-ACK", 10: "LISTEN", 11: "CLOSING", 12: "SYN-RECEIVED",
}  # fmt: skip
_IPV4: Final = 2
_LOOK: Final = 0.001  # seconds between two looks, where there is no tracepoint


@dataclass(frozen=True)
class Transition:
    """A socket's change of state. time: ns since 1970. socket: tells sockets apart, and nothing else."""

    time: int
    socket: int
    address: str
    port: int
    peer_port: int
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """A socket as `ss` would list it."""

    address: str
    port: int
    peer: str
    peer_port: int
    state: str


class KernelStates:
    """Entered: the kernel is listened to. Left: `transitions` are those of this lab, by time."""

    def __init__(
        self, hosts: Sequence[Namespace], server_ports: Iterable[int], client_ports: range, *, tracepoint: bool = True
    ) -> None:
        """client_ports: those that the lab's clients use, and nobody else. tracepoint: whether to try that first."""
        self.transitions: list[Transition] = []
        self.source = ""
        self._ports = frozenset(server_ports)
        self._client_ports = client_ports
        self._stack = ExitStack()
        self._trace: Tracepoint | None = None
        self._looking: _Looking | None = None
        try:
            if not tracepoint:
                raise Unavailable("the tracepoint is not wanted")
            among = " || ".join(f"sport == {port} || dport == {port}" for port in sorted(self._ports))
            self._trace = Tracepoint("sock", "inet_sock_set_state", f"protocol == 6 && ({among})")
            self.source = "tracepoint sock:inet_sock_set_state"
        except Unavailable as reason:
            self._looking = _Looking(hosts, self._ports)
            self.source = f"the sockets looked at every millisecond ({reason})"

    @property
    def exact(self) -> bool:
        """Whether no change can have been missed."""
        return self._trace is not None and self._trace.complete

    def __enter__(self) -> "KernelStates":
        self._stack.enter_context(self._trace if self._trace is not None else self._looking)  # type: ignore[arg-type]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stack.close()
        except Unavailable as reason:
            self.source, self._trace = f"nothing: {reason}", None
        if self._looking is not None:
            self.transitions = self._looking.transitions
        elif self._trace is not None:
            self.transitions = self._ours([_transition(sample) for sample in self._trace.samples])

    def _ours(self, found: list[Transition]) -> list[Transition]:
        """A socket is this lab's if one of its changes names a client port of it: some changes name no port yet."""
        kept: list[Transition] = []
        lives: dict[int, list[Transition]] = {}
        for one in found:
            life = lives.setdefault(one.socket, [])
            life.append(one)
            if one.new == "CLOSED":  # the kernel may use the same memory for another socket
                kept += self._life(lives.pop(one.socket))
        for life in lives.values():
            kept += self._life(life)
        return sorted(kept, key=lambda one: one.time)

    def _life(self, life: list[Transition]) -> list[Transition]:
        both = [(one.port, one.peer_port) for one in life]
        mine = any(port in self._client_ports or peer in self._client_ports for port, peer in both)
        if not mine:
            return []
        port = max(port for port, _ in both)
        peer = max(peer for _, peer in both)
        return [Transition(one.time, one.socket, one.address, port, peer, one.old, one.new) for one in life]


def _transition(sample: Sample) -> Transition:
    address = sample.data("saddr" if sample.integer("family") == _IPV4 else "saddr_v6")
    return Transition(
        sample.time,
        sample.integer("skaddr"),
        str(ipaddress.ip_address(address)),
        sample.integer("sport"),
        sample.integer("dport"),
        STATES.get(sample.integer("oldstate"), "unknown"),
        STATES.get(sample.integer("newstate"), "unknown"),
    )


class _Looking:
    """Looks at the sockets again and again, from a thread; a state that lasts shorter than a look is missed."""

    def __init__(self, hosts: Sequence[Namespace], ports: frozenset[int]) -> None:
        self.transitions: list[Transition] = []
        self._hosts = hosts
        self._ports = ports
        self._states: dict[tuple[int, int, int], Entry] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "_Looking":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(_LOOK):
            for number, host in enumerate(self._hosts):
                self._compare(number, self._mine(host))

    def _mine(self, host: Namespace) -> list[Entry]:
        return [one for one in sockets(host) if one.port in self._ports or one.peer_port in self._ports]

    def _compare(self, number: int, entries: list[Entry]) -> None:
        now = time.time_ns()
        there = {(number, one.port, one.peer_port): one for one in entries if one.state != "LISTEN"}
        for key, one in there.items():
            before = self._states.get(key)
            if before is None or before.state != one.state:
                old = "CLOSED" if before is None else before.state
                self._note(now, key, one, old, one.state)
        for key in [key for key in self._states if key[0] == number and key not in there]:
            self._note(now, key, self._states[key], self._states[key].state, "CLOSED")
            del self._states[key]
        self._states.update(there)

    def _note(self, now: int, key: tuple[int, int, int], one: Entry, old: str, new: str) -> None:
        if old != new:
            self.transitions.append(Transition(now, hash(key), one.address, one.port, one.peer_port, old, new))


def sockets(host: Namespace) -> list[Entry]:
    """The TCP sockets of a host, as /proc/net/tcp and tcp6 list them: request and TIME-WAIT sockets too."""
    found = []
    for name in ("tcp", "tcp6"):
        try:
            lines = host.read(name).splitlines()[1:]
        except OSError:
            continue  # no IPv6 in this kernel
        for line in lines:
            words = line.split()
            local, peer = (_address(word) for word in words[1:3])
            found.append(Entry(*local, *peer, STATES.get(int(words[3], 16), "unknown")))
    return found


def _address(word: str) -> tuple[str, int]:
    """`0100000A:2710` as address and port; each 32 bits of the address stand in the machine's byte order."""
    digits, port = word.split(":")
    data = b"".join(int(digits[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(digits), 8))
    address = ipaddress.ip_address(data)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped), int(port, 16)
    return str(address), int(port, 16)
