"""The kernel as witness: the dissector's states of each endpoint beside those that its kernel went through.

The dissector tells both ends' states from frames alone, as if every captured frame arrived. The kernel tells what its
sockets truly were. Where they differ, the difference has a name here, or it is a contradiction:

request socket      Linux keeps an unanswered SYN in a request socket. The connection's own socket begins with the last
                    ACK of the open, passes SYN-RECEIVED in that moment, and without that ACK never begins.
TIME-WAIT socket    Linux closes the connection's socket and keeps a small TIME-WAIT socket in its place.
two steps at once   A frame with two steps takes the kernel through two states; the dissector tells the last.
never arrived       The frame was captured, then lost: the dissector moves on, and back when what it answered is sent
                    again; its receiver moves when it is sent again.
under way           The cable is long: the other end acts before a frame that was captured at this end has arrived.
no listener         The dissector takes a SYN to find a listener; this side was opening a connection itself.
no socket           The frames were injected, or nobody listened: no socket stands behind them.
not the sender's    A forged RST: the observer takes it for real until its supposed sender goes on.
the program's doing The program closed its socket, or its time ran out, and no frame tells.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pcapkit.annotate.addresses import ip_text
from pcapkit.lab.cable import Deed
from pcapkit.lab.expected import Seen
from pcapkit.lab.kernel import Entry, Transition

REQUEST: Final = "request socket"
TIME_WAIT: Final = "TIME-WAIT socket"
AT_ONCE: Final = "two steps at once"
LOST: Final = "never arrived"
UNDER_WAY: Final = "under way"
NO_LISTENER: Final = "no listener"
NO_SOCKET: Final = "no socket"
FORGED: Final = "not the sender's"
PROGRAM: Final = "the program's doing"
BETWEEN_LOOKS: Final = "between two looks"
_SOON: Final = 5_000_000  # ns: what a frame brings about where nothing holds it up
_FAR: Final = 100_000_000  # ns: so far apart, the same state is hardly the same event
_FINAL: Final = ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING")


@dataclass(frozen=True)
class Account:
    """One line of the comparison. ahead: ns from the frame to the kernel's change; negative: the kernel was first."""

    connection: int
    side: str
    state: str
    frame: int | None  # None: the dissector does not tell this state
    ahead: int | None  # None: the kernel does not
    why: str


@dataclass
class Testimony:
    """All lines, and those that have no explanation."""

    accounts: list[Account] = field(default_factory=list)
    time_waits: set[Transition] = field(default_factory=set)  # of the changes to CLOSED, those that are to TIME-WAIT

    @property
    def contradictions(self) -> list[Account]:
        """What nothing explains: a mistake of the dissector, or of the experiment."""
        return [one for one in self.accounts if one.why == ""]


@dataclass
class _Told:
    """A state that the dissector tells: from which frame on."""

    state: str
    frame: int
    time: int
    steps: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass
class _Known:
    """A state that the kernel tells."""

    state: str
    time: int
    why: str = "same"


@dataclass(frozen=True)
class _Circumstances:
    """What else is known. exact: the kernel told every change; dropped, delayed: what the cable did; injected: that
    there are frames of which no kernel knows."""

    exact: bool
    injected: bool
    dropped: tuple[str, ...]
    delayed: bool


def compare(
    seen: list[Seen],
    transitions: list[Transition],
    sockets: dict[str, list[Entry]],
    deeds: list[Deed],
    *,
    exact: bool,
    injected: bool,
) -> Testimony:
    """Compare, for every connection and side. exact: no change of the kernel's can have been missed. injected: there
    are frames that no kernel made.
    """
    dropped = tuple(one.frame for one in deeds if one.rule.startswith("drop"))
    around = _Circumstances(exact, injected, dropped, any(one.rule.startswith("delay") for one in deeds))
    testimony = Testimony()
    segments = [one for one in seen if one.steps and one.sender in ("client", "server")]
    lives = _lives(transitions)
    waiting = {
        (one.address, one.port, one.peer_port)
        for entries in sockets.values()
        for one in entries
        if one.state == "TIME-WAIT"
    }
    for number in sorted({one.connection for one in segments}):
        mine = [one for one in segments if one.connection == number]
        endpoints = _endpoints(mine[0])
        for side in range(2):
            key = (*endpoints[side], endpoints[1 - side][1])
            own = lives.get(key, [])
            life = own.pop(0) if own else []
            known = _known(life, time_wait=key in waiting or bool(own))
            testimony.time_waits |= {change for change, one in zip(life, known, strict=True) if one.why == TIME_WAIT}
            testimony.accounts += _side(number, ("client", "server")[side], _told(mine, side), known, around)
    return testimony


def _lives(transitions: list[Transition]) -> dict[tuple[str, int, int], list[list[Transition]]]:
    """The changes of each socket's life, by address, port and the peer's port, in order of their beginnings."""
    lives: dict[tuple[str, int, int], list[list[Transition]]] = {}
    current: dict[int, list[Transition]] = {}
    for one in transitions:
        life = current.get(one.socket)
        if life is None:
            life = current[one.socket] = []
            lives.setdefault((one.address, one.port, one.peer_port), []).append(life)
        life.append(one)
        if one.new == "CLOSED":
            del current[one.socket]
    return lives


def _endpoints(one: Seen) -> tuple[tuple[str, int], tuple[str, int]]:
    """Address and port of client and server."""
    packet, data = one.packet, one.frame.data
    at, size = packet.addresses_at, packet.address_length
    source = (ip_text(data[at : at + size]), packet.segment.source_port)
    target = (ip_text(data[at + size : at + 2 * size]), packet.segment.destination_port)
    return (source, target) if one.sender == "client" else (target, source)


def _told(frames: Iterable[Seen], side: int) -> list[_Told]:
    told: list[_Told] = []
    for one in frames:
        state = one.states[side]
        if not told or told[-1].state != state:
            told.append(_Told(state, one.frame.number, one.frame.time or 0, one.steps, one.problems))
    return told


def _known(life: list[Transition], *, time_wait: bool) -> list[_Known]:
    """The kernel's states in RFC 9293's terms."""
    known = []
    for one in life:
        if one.new == "CLOSED" and one.old in _FINAL and time_wait:
            known.append(_Known("TIME-WAIT", one.time, TIME_WAIT))
        else:
            known.append(_Known(one.new, one.time))
    return known


def _side(number: int, side: str, told: list[_Told], known: list[_Known], around: _Circumstances) -> list[Account]:
    """Line the two sequences of states up, and find a name for what one has and the other has not."""
    accounts = []
    for place, other_place in _aligned(told, known):
        one = None if place is None else told[place]
        other = None if other_place is None else known[other_place]
        if one is not None and other is not None:
            ahead = other.time - one.time
            accounts.append(Account(number, side, one.state, one.frame, ahead, _when(one, other, side, around)))
        elif one is not None:
            why = _why_not_known(one, side, told, known, around)
            accounts.append(Account(number, side, one.state, one.frame, None, why))
        elif other is not None and other_place is not None:
            why = _why_not_told(other_place, side, told, known, around)
            before = [entry for entry in told if entry.time <= other.time] or told
            ahead = other.time - before[-1].time
            accounts.append(Account(number, side, other.state, None, ahead, why))
    return accounts


def _aligned(told: list[_Told], known: list[_Known]) -> list[tuple[int | None, int | None]]:
    """Pairs of places, None where the other sequence has nothing: as many equal states as can be, the nearest ones."""
    cost = [[float(a + b) for b in range(len(known) + 1)] for a in range(len(told) + 1)]

    def both(a: int, b: int) -> float:
        if told[a - 1].state != known[b - 1].state:
            return 2.5
        return min(1.9, abs(told[a - 1].time - known[b - 1].time) / _FAR)

    for a in range(1, len(told) + 1):
        for b in range(1, len(known) + 1):
            cost[a][b] = min(cost[a - 1][b] + 1, cost[a][b - 1] + 1, cost[a - 1][b - 1] + both(a, b))
    pairs: list[tuple[int | None, int | None]] = []
    a, b = len(told), len(known)
    while a or b:
        if a and b and told[a - 1].state == known[b - 1].state and cost[a][b] == cost[a - 1][b - 1] + both(a, b):
            a, b = a - 1, b - 1
            pairs.append((a, b))
        elif a and cost[a][b] == cost[a - 1][b] + 1:
            a -= 1
            pairs.append((a, None))
        else:
            b -= 1
            pairs.append((None, b))
    return pairs[::-1]


def _when(one: _Told, other: _Known, side: str, around: _Circumstances) -> str:
    """A name for a state that both tell, where the kernel's has its own way or comes at another time."""
    ahead = other.time - one.time
    if other.why != "same":
        return other.why
    if one.state == "SYN-RECEIVED" and side == "server" and "open 1/3 SYN" in one.steps:
        return UNDER_WAY if around.delayed and ahead < _FAR else REQUEST
    if abs(ahead) > _SOON:
        if around.delayed:
            return UNDER_WAY
        if ahead > 0:
            return LOST if around.dropped else PROGRAM
    return other.why


def _why_not_known(one: _Told, side: str, told: list[_Told], known: list[_Known], around: _Circumstances) -> str:
    if not known:
        if side == "server" and around.dropped and set(around.dropped) == {"[SYN]"}:
            return LOST
        if one.state == "SYN-RECEIVED" and side == "server":
            return REQUEST
        if around.injected or (side == "server" and one.state in ("CLOSED", "LISTEN")):
            return NO_SOCKET
        return "" if around.exact else BETWEEN_LOOKS
    if around.dropped and _is_taken_back(one, told):
        return LOST
    if around.injected and any("reset without effect" in entry.problems for entry in told):
        return FORGED
    if around.delayed and one is not told[-1]:
        return UNDER_WAY
    return "" if around.exact else BETWEEN_LOOKS


def _is_taken_back(one: _Told, told: list[_Told]) -> bool:
    """Tell whether a repeated frame shows that what led to this state never arrived, or leads back to it."""
    follows = [entry for entry in told if entry.frame > one.frame][:1]
    return any("repeat" in entry.steps for entry in (one, *follows))


def _why_not_told(place: int, side: str, told: list[_Told], known: list[_Known], around: _Circumstances) -> str:
    other = known[place]
    follows = known[place + 1] if place + 1 < len(known) else None
    if follows is None:
        return PROGRAM if other.state == "CLOSED" and told and other.time >= told[-1].time else ""
    if other.state == "SYN-SENT" and side == "server":
        return NO_LISTENER
    if any(one.state == follows.state and len(one.steps) > 1 for one in told):
        return AT_ONCE
    return UNDER_WAY if around.delayed else ""
