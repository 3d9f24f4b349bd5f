"""The kernel as witness: what is lined up, what is explained, and that a contradiction is found."""

from collections.abc import Sequence

from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.lab import witness
from pcapkit.lab.cable import Deed
from pcapkit.lab.expected import Seen
from pcapkit.lab.forge import Endpoint, segment
from pcapkit.lab.kernel import Entry, Transition
from pcapkit.lab.witness import (
    AT_ONCE,
    BETWEEN_LOOKS,
    FORGED,
    LOST,
    NO_LISTENER,
    NO_SOCKET,
    PROGRAM,
    REQUEST,
    TIME_WAIT,
    UNDER_WAY,
    compare,
)
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet

A, B = Endpoint("02:00:00:00:00:01", "10.0.0.1", 40000), Endpoint("02:00:00:00:00:02", "10.0.0.2", 10000)
MS = 1_000_000


def frame(number: int, sender: str, client: str, server: str, *steps: str, problems: tuple[str, ...] = ()) -> Seen:
    """A frame at `number` ms with what the dissector says of it."""
    source, target = (A, B) if sender == "client" else (B, A)
    data = segment(source, target, 0x10, 1, 1)
    packet = Packet()
    decode(data, len(data), 1, packet)
    captured = CapturedFrame(number, Interface(1), 0, number * MS, data, len(data), (), 0, 0, 0)
    return Seen(captured, packet, "", True, steps or ("ack",), sender, (client, server), 0, problems)


def life(host: str, *changes: tuple[float, str, str]) -> list[Transition]:
    """A socket's changes at so many ms."""
    mine, peer = (A, B) if host == "A" else (B, A)
    return [
        Transition(round(ms * MS), hash(host), mine.address, mine.port, peer.port, old, new) for ms, old, new in changes
    ]


OPEN = [
    frame(1, "client", "SYN-SENT", "SYN-RECEIVED", "open 1/3 SYN"),
    frame(2, "server", "ESTABLISHED", "SYN-RECEIVED", "open 2/3 SYN-ACK"),
    frame(3, "client", "ESTABLISHED", "ESTABLISHED", "open 3/3 ACK"),
]
CLIENT = life("A", (0.9, "CLOSED", "SYN-SENT"), (2.1, "SYN-SENT", "ESTABLISHED"))
SERVER = life("B", (3.1, "LISTEN", "SYN-RECEIVED"), (3.2, "SYN-RECEIVED", "ESTABLISHED"))


def judge(
    seen: list[Seen],
    changes: list[Transition],
    deeds: Sequence[Deed] = (),
    *,
    exact: bool = True,
    injected: bool = False,
) -> dict[tuple[str, str], str]:
    """The explanations by side and state."""
    told = account(seen, changes, deeds=deeds, exact=exact, injected=injected)
    return {(one.side, one.state): one.why for one in told.accounts}


def account(
    seen: list[Seen],
    changes: list[Transition],
    *,
    sockets: dict[str, list[Entry]] | None = None,
    deeds: Sequence[Deed] = (),
    exact: bool = True,
    injected: bool = False,
) -> witness.Testimony:
    """All that comes of it."""
    changes = sorted(changes, key=lambda one: one.time)
    return compare(seen, changes, sockets or {}, list(deeds), exact=exact, injected=injected)


def test_an_open_is_as_the_kernel_says() -> None:
    """But for the request socket, which has a name."""
    told = account(OPEN, CLIENT + SERVER)
    assert told.contradictions == []
    assert [(one.side, one.state, one.frame, one.why) for one in told.accounts] == [
        ("client", "SYN-SENT", 1, "same"),
        ("client", "ESTABLISHED", 2, "same"),
        ("server", "SYN-RECEIVED", 1, REQUEST),
        ("server", "ESTABLISHED", 3, "same"),
    ]
    assert told.accounts[0].ahead == -100_000


def test_a_state_that_the_kernel_never_had_is_a_contradiction() -> None:
    """The same dissection, against a kernel that went elsewhere."""
    wrong = life("A", (0.9, "CLOSED", "SYN-SENT"), (2.1, "SYN-SENT", "CLOSE-WAIT"))
    told = account(OPEN, wrong + SERVER)
    assert {(one.side, one.state, one.frame) for one in told.contradictions} == {
        ("client", "ESTABLISHED", 2),
        ("client", "CLOSE-WAIT", None),
    }
    assert judge(OPEN, wrong + SERVER, exact=False)["client", "ESTABLISHED"] == BETWEEN_LOOKS


def test_two_steps_at_once_and_time_wait() -> None:
    """The merged close: the kernel passes FIN-WAIT-2, and keeps a TIME-WAIT socket."""
    seen = [
        *OPEN,
        frame(8, "server", "CLOSE-WAIT", "FIN-WAIT-1", "close 1/4 FIN"),
        frame(9, "client", "LAST-ACK", "TIME-WAIT", "close 2/4 ACK", "close 3/4 FIN"),
        frame(10, "server", "CLOSED", "TIME-WAIT", "close 4/4 ACK"),
    ]
    client = life(
        "A", (8.1, "ESTABLISHED", "CLOSE-WAIT"), (8.9, "CLOSE-WAIT", "LAST-ACK"), (10.1, "LAST-ACK", "CLOSED")
    )
    server = life(
        "B", (7.9, "ESTABLISHED", "FIN-WAIT-1"), (9.1, "FIN-WAIT-1", "FIN-WAIT-2"), (9.2, "FIN-WAIT-2", "CLOSED")
    )
    waiting = {"B": [Entry(B.address, B.port, A.address, A.port, "TIME-WAIT")]}
    told = account(seen, CLIENT + SERVER + client + server, sockets=waiting)
    assert told.contradictions == []
    whys = {(one.side, one.state): one.why for one in told.accounts}
    assert whys["server", "FIN-WAIT-2"] == AT_ONCE
    assert whys["server", "TIME-WAIT"] == TIME_WAIT
    assert told.time_waits == {server[2]}
    # Without the TIME-WAIT socket in the list, there is nothing to explain it.
    without = account(seen, CLIENT + SERVER + client + server)
    assert "TIME-WAIT" in [one.state for one in without.contradictions]


def test_what_a_cable_did_explains() -> None:
    """A SYN that was dropped; a state that comes late because its frame was sent twice; a long cable."""
    syn = [OPEN[0]]
    dropped = [Deed(1, "A", "[SYN]", "drop every SYN")]
    assert judge(syn, CLIENT[:1], deeds=dropped)["server", "SYN-RECEIVED"] == LOST
    assert judge(syn, CLIENT[:1])["server", "SYN-RECEIVED"] == REQUEST
    late = life("B", (300, "LISTEN", "SYN-RECEIVED"), (300.1, "SYN-RECEIVED", "ESTABLISHED"))
    lost = [Deed(1, "A", "[ACK]", "drop the first ACK")]
    assert judge(OPEN, CLIENT + late, deeds=lost)["server", "ESTABLISHED"] == LOST
    assert judge(OPEN, CLIENT + late)["server", "ESTABLISHED"] == PROGRAM
    slow = [Deed(1, "A", "[SYN]", "delay every frame by 50 ms")]
    far = life("B", (53, "LISTEN", "SYN-RECEIVED"), (53.1, "SYN-RECEIVED", "ESTABLISHED"))
    assert judge(OPEN, CLIENT + far, deeds=slow)["server", "ESTABLISHED"] == UNDER_WAY
    crossed = life("B", (0.8, "CLOSED", "SYN-SENT"), (1.2, "SYN-SENT", "SYN-RECEIVED"), (3.2, "", "ESTABLISHED"))
    assert judge(OPEN, CLIENT + crossed)["server", "SYN-SENT"] == NO_LISTENER


def test_frames_without_a_socket_and_forged_ones() -> None:
    """Injected frames have no kernel behind them; a forged RST is taken back."""
    assert judge(OPEN, CLIENT, injected=True)["server", "ESTABLISHED"] == NO_SOCKET
    assert [one.state for one in account(OPEN, CLIENT).contradictions] == ["ESTABLISHED"]
    forged = [
        *OPEN,
        frame(4, "server", "CLOSED", "CLOSED", "reset RST"),
        frame(5, "server", "ESTABLISHED", "ESTABLISHED", "data", problems=("reset without effect",)),
    ]
    told = account(forged, CLIENT + SERVER, injected=True)
    assert told.contradictions == []
    assert [one.why for one in told.accounts if one.state == "CLOSED"] == [FORGED, FORGED]
    # Where it was not taken back, the kernel contradicts.
    assert [one.state for one in account(forged[:4], CLIENT + SERVER, injected=True).contradictions] == [
        "CLOSED",
        "CLOSED",
    ]


def test_a_program_that_gives_up() -> None:
    """No frame tells that it closed its socket."""
    gone = life("A", (0.9, "CLOSED", "SYN-SENT"), (2000, "SYN-SENT", "CLOSED"))
    assert judge([OPEN[0]], gone)["client", "CLOSED"] == PROGRAM
