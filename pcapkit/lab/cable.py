"""The programmable cable: it passes frames between two interfaces, and does by rule what real cables do by chance.

It stands in a namespace of its own, which has no addresses, so that its kernel takes part in nothing. One thread reads
both interfaces in turn; what is delayed waits in a queue ordered by time. What it does not pass on at once, it logs.
"""

import heapq
import os
import select
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from pcapkit.annotate.addresses import hardware_text, ip_text
from pcapkit.annotate.tcp import flags_text
from pcapkit.lab.forge import Endpoint, segment
from pcapkit.lab.namespaces import Namespace
from pcapkit.lab.rules import Action, Matcher, Rule
from pcapkit.layers.decode import decode
from pcapkit.layers.link import LINK_ETHERNET
from pcapkit.layers.packet import Network, Packet
from pcapkit.layers.tcp import ACK, FIN, SYN

_SOL_PACKET: Final = 263
_PACKET_IGNORE_OUTGOING: Final = 23  # since Linux 4.20
_PACKET_OUTGOING: Final = 4
_LONGEST: Final = 65535 + 18
_HELD_AT_MOST: Final = 1.0  # seconds for which frames to be reversed wait for each other
_OTHER: Final = {"A": "B", "B": "A"}


@dataclass(frozen=True)
class Deed:
    """Something that a rule did: when (ns since 1970), to which frame, from which end, by which rule."""

    time: int
    end: str
    frame: str
    rule: str


@dataclass
class _Side:
    """What a TCP segment forged in an end's name needs to know of it."""

    source: Endpoint | None = None
    target: Endpoint | None = None
    next: int = 0  # past what it has sent
    heard: int = 0  # what it has acknowledged


class _Running:
    """A rule at work."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.frames = Matcher(rule.frames) if rule.frames is not None else None
        self.after = Matcher(rule.after) if rule.after is not None else None
        self.armed = self.after is None
        self.held: list[tuple[str, bytes]] = []


class Cable:
    """Entered: it passes frames. Left: it has stopped."""

    def __init__(self, namespace: Namespace, ends: Mapping[str, str], rules: Sequence[Rule]) -> None:
        """ends: the names of the interfaces in the namespace at the ends "A" and "B"."""
        self.deeds: list[Deed] = []
        self.passed = {"A": 0, "B": 0}  # frames that this end sent and the cable handed over
        self.failure: BaseException | None = None
        self._running = [_Running(rule) for rule in rules]
        self._sides = {end: _Side() for end in ends}
        self._sockets = {end: _open(namespace, interface) for end, interface in ends.items()}
        self._waiting: list[tuple[float, int, str, bytes]] = []  # due, order, to which end, frame
        self._order = 0
        self._packet = Packet()
        self._wake, self._woken = os.pipe()
        self._thread = threading.Thread(target=self._run, name="cable", daemon=True)

    def __enter__(self) -> "Cable":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._woken)  # the thread sees the end of the pipe
        self._thread.join()
        os.close(self._wake)
        for one in self._sockets.values():
            one.close()

    def _run(self) -> None:
        poll = select.poll()
        ends = {}
        for end, one in self._sockets.items():
            poll.register(one, select.POLLIN)
            ends[one.fileno()] = end
        poll.register(self._wake, select.POLLHUP)
        try:
            while True:
                for descriptor, _ in poll.poll(self._milliseconds()):
                    if descriptor not in ends:
                        return
                    self._receive(ends[descriptor])
                self._send_due()
        except OSError as error:  # an interface went: the network is being removed, or somebody meddles
            self.failure = error

    def _milliseconds(self) -> float | None:
        if not self._waiting:
            return None
        return max(0.0, (self._waiting[0][0] - time.monotonic()) * 1000)

    def _receive(self, end: str) -> None:
        try:
            frame, address = self._sockets[end].recvfrom(_LONGEST)
        except BlockingIOError:
            return
        if address[2] != _PACKET_OUTGOING:
            self._take(end, frame)

    def _take(self, end: str, frame: bytes) -> None:
        """Hand a frame from one end to the other, by the rules; the first rule that means it decides."""
        packet = self._packet
        decode(frame, len(frame), LINK_ETHERNET, packet)
        self._learn(end, frame)
        done = False
        forged: list[_Running] = []
        for running in self._running:
            meant = running.armed and running.frames is not None and running.frames.matches(end, packet)
            if running.after is not None and running.after.matches(end, packet):
                running.armed = True
                if running.frames is None:
                    forged.append(running)
            if meant and not done:
                done = True
                self._obey(running, end, frame)
        if not done:
            self._pass(end, frame)
        for running in forged:
            self._inject(running.rule)

    def _obey(self, running: _Running, end: str, frame: bytes) -> None:
        rule = running.rule
        self._note(end, self._text(), rule)
        if rule.action is Action.DELAY:
            self._pass(end, frame, rule.milliseconds / 1000)
        elif rule.action is Action.DUPLICATE:
            self._pass(end, frame)
            self._pass(end, frame)
        elif rule.action is Action.REVERSE:
            self._hold(running, end, frame)

    def _hold(self, running: _Running, end: str, frame: bytes) -> None:
        frames = running.rule.frames
        assert frames is not None
        assert frames.last is not None
        running.held.append((end, frame))
        # Each waits for those behind it, the last one for none; if they never come, a second is enough.
        if len(running.held) == frames.last - frames.first + 1:
            for from_end, one in reversed(running.held):
                self._waiting = [entry for entry in self._waiting if entry[3] is not one]
                self._pass(from_end, one)
            heapq.heapify(self._waiting)
            running.held.clear()
        else:
            self._pass(end, frame, _HELD_AT_MOST)

    def _inject(self, rule: Rule) -> None:
        side, other = self._sides[rule.end], self._sides[_OTHER[rule.end]]
        source = side.source if side.source is not None else other.target
        target = side.target if side.target is not None else other.source
        if source is None or target is None:
            return
        expected = other.heard or side.next
        heard = other.next + rule.ack if rule.flags & ACK else 0
        frame = segment(source, target, rule.flags, expected + rule.seq, heard)
        self._note(rule.end, "forged segment", rule)
        self._pass(rule.end, frame)

    def _learn(self, end: str, frame: bytes) -> None:
        packet = self._packet
        if not packet.has_segment or packet.network != Network.IPV4:
            return
        one = packet.segment
        at = packet.addresses_at
        side = self._sides[end]
        side.source = Endpoint(hardware_text(frame[6:12]), ip_text(frame[at : at + 4]), one.source_port)
        side.target = Endpoint(hardware_text(frame[0:6]), ip_text(frame[at + 4 : at + 8]), one.destination_port)
        side.next = (one.seq + one.payload_length + (one.flags & SYN != 0) + (one.flags & FIN != 0)) % 2**32
        side.heard = one.ack

    def _text(self) -> str:
        packet = self._packet
        if packet.has_segment:
            length = packet.segment.payload_length
            return f"[{flags_text(packet.segment.flags)}]" + (f" with {length} bytes" if length else "")
        return "ARP" if packet.network == Network.ARP else "frame"

    def _note(self, end: str, frame: str, rule: Rule) -> None:
        self.deeds.append(Deed(time.time_ns(), end, frame, rule.text))

    def _pass(self, end: str, frame: bytes, seconds: float = 0) -> None:
        """Send to the other end, now or later; what is due at the same time keeps its order."""
        to = _OTHER[end]
        if not seconds:
            self._send(to, frame)
            return
        self._order += 1
        heapq.heappush(self._waiting, (time.monotonic() + seconds, self._order, to, frame))

    def _send_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            _, _, to, frame = heapq.heappop(self._waiting)
            self._send(to, frame)

    def _send(self, to: str, frame: bytes) -> None:
        self.passed[_OTHER[to]] += 1
        self._sockets[to].send(frame)


def _open(namespace: Namespace, interface: str) -> socket.socket:
    one = namespace.open_socket(socket.AF_PACKET, socket.SOCK_RAW)
    one.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    one.bind((interface, 3))
    one.setblocking(False)
    return one
