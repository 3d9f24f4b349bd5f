"""Where and how frames are captured, and frames that no kernel makes."""

from pcapkit.lab.experiments.table import experiment
from pcapkit.lab.forge import Endpoint, segment
from pcapkit.lab.programs import PORT
from pcapkit.lab.stage import DELAYED_ACK, Stage, forged
from pcapkit.layers.tcp import ACK, FIN, PSH, SYN, URG


@experiment(
    """
     1 client: open 1/3 SYN
     2 client: open 1/3 SYN + repeat
     3 server: open 2/3 SYN-ACK
     4 server: open 2/3 SYN-ACK + repeat
     5 client: open 3/3 ACK
     6 client: open 3/3 ACK + repeat | client: ack
     7 server: close 1/4 FIN
     8 server: close 1/4 FIN + repeat
     9 client: close 2/4 ACK + close 3/4 FIN
    10 client: close 2/4 ACK + close 3/4 FIN + repeat
    11 server: close 4/4 ACK
    12 server: ack
    """,
    network="switch",
    points=["switch a b"],
)
def seen_twice(stage: Stage) -> None:
    """Recorded on two ports of a switch: every frame is seen as it comes in and as it goes out.

    The second copy of each is a repeat, and moves nothing. A bare acknowledgement seen twice is just another `ack`:
    an observer cannot tell it from one that was sent twice.
    """
    stage.close_server_first(*stage.pair())


@experiment(
    """
    1 unknown: other
    2 unknown: other
    3 unknown: other
    """,
    injected="all frames, by a raw socket: no kernel sends them",
)
def odd_flags(stage: Stage) -> None:
    """A port scan with flags that no connection uses: none, SYN with FIN, and all lit up.

    A listener ignores them, where a closed port would answer with a RST: to the scanner, silence means that somebody
    listens, or that a firewall swallowed the frame.
    """
    stage.listen()
    stage.neighbours()
    raw = stage.raw(stage.a)
    for flags in (0, SYN | FIN, FIN | PSH | URG):
        raw.send(forged(stage.a, stage.ports[0], stage.b, PORT, flags, 1000))
    stage.settle(DELAYED_ACK)


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: close 1/4 FIN
    5 server: close 2/4 ACK + close 3/4 FIN
    6 client: close 4/4 ACK
    """,
    capture_filter="vlan",
    injected="all frames, by raw sockets: few kernels' namespaces have VLAN devices",
)
def vlan(stage: Stage) -> None:
    """An open and a close in VLAN 7.

    The tag stands between the hardware addresses and the type. The kernel takes it off each frame that it receives;
    the recorder puts it back where it was.
    """
    ends = [Endpoint(host.mac, host.address, port) for host, port in ((stage.a, stage.ports[0]), (stage.b, PORT))]
    raws = [stage.raw(stage.a), stage.raw(stage.b)]
    isns = (1000, 5000)
    for sender, flags, seq, ack in (
        (0, SYN, 0, 0),
        (1, SYN | ACK, 0, 1),
        (0, ACK, 1, 1),
        (0, FIN | ACK, 1, 1),
        (1, FIN | ACK, 1, 2),
        (0, ACK, 2, 2),
    ):
        other = 1 - sender
        heard = isns[other] + ack if flags & ACK else 0
        raws[sender].send(segment(ends[sender], ends[other], flags, isns[sender] + seq, heard, vlan=7))
        stage.settle(0.002)
    stage.settle()
