"""How a frame finds its way: hardware addresses on a switch and through routers."""

from pcapkit.lab.experiments.table import experiment
from pcapkit.lab.stage import Stage

_ECHO = ("--udp",)


@experiment(
    """
    1 ARP who has 10.0.0.2? tell 10.0.0.1    # as A sends it, to everybody
    2 ARP who has 10.0.0.2? tell 10.0.0.1    # as C hears it too
    3 ARP 10.0.0.2 is at 02:00:00:00:00:02   # to A alone
    4 UDP 10.0.0.1:
    5 UDP 10.0.0.2:10000 > 10.0.0.1:
    """,
    network="switch",
    capture_filter="arp or udp port 10000",
    points=["A", "C"],
)
def arp_on_switch(stage: Stage) -> None:
    """ARP on the switch: A asks everybody, B alone answers, and C hears only the question.

    A switch forwards a broadcast to every port, and learns from each frame behind which port its sender is: the
    answer, and all that follows, goes to A and B alone.
    """
    _tell(stage, "before")
    stage.echo(serve=_ECHO, talk=_ECHO)
    _tell(stage, "after")


def _tell(stage: Stage, when: str) -> None:
    for host in stage.network.hosts.values():
        stage.note(f"ARP cache of {host.name} {when}: {_neighbours(host.namespace.output('ip', 'neigh'))}")
    lines = stage.network.between["switch"].output("bridge", "fdb", "show", "br", "br0", "dynamic").splitlines()
    learnt = [f"{words[0]} on port {words[2]}" for words in map(str.split, lines) if len(words) > 2]
    stage.note(f"the switch has learnt {when}: {', '.join(sorted(learnt)) or 'nothing'}")


def _neighbours(text: str) -> str:
    known = [words for words in map(str.split, text.splitlines()) if "lladdr" in words]
    return ", ".join(f"{words[0]} is at {words[words.index('lladdr') + 1]}" for words in known) or "empty"


@experiment(
    """
     1 ARP who has 10.0.1.1? tell 10.0.1.2      # A asks for its gateway, not for B
     2 ARP 10.0.1.1 is at 02:00:00:00:00:b0
     3 UDP 10.0.1.2:                            # to R1's hardware address, but B's IP address
     4 ARP who has 10.0.0.2? tell 10.0.0.1      # R1 asks for R2
     5 ARP 10.0.0.2 is at 02:00:00:00:00:c0
     6 UDP 10.0.1.2:
     7 ARP who has 10.0.2.2? tell 10.0.2.1      # R2 asks for B
     8 ARP 10.0.2.2 is at 02:00:00:00:00:2b
     9 UDP 10.0.1.2:
    10 UDP 10.0.2.2:10000 > 10.0.1.2:
    11 UDP 10.0.2.2:10000 > 10.0.1.2:
    12 UDP 10.0.2.2:10000 > 10.0.1.2:
    """,
    network="routers",
    capture_filter="arp or udp port 10000",
    points=["R1 eth0 eth1", "R2 eth1"],
)
def arp_through_routers(stage: Stage) -> None:
    """ARP through two routers: at each hop other hardware addresses, and always the same IP addresses.

    A's route table has no entry for B's subnet, so the datagram goes to the default gateway: ARP asks for that one's
    address. Each router takes the frame apart, looks the IP address up, and puts the datagram (TTL one less) into a
    new frame to the next hop.
    """
    for name, namespace in (("A", stage.a.namespace), *stage.network.between.items(), ("B", stage.b.namespace)):
        lines = [" ".join(line.split()) for line in namespace.output("ip", "route").splitlines()]
        stage.note(f"route table of {name}: {'; '.join(lines)}")
    stage.echo(serve=_ECHO, talk=_ECHO)
    for name, namespace in (("A", stage.a.namespace), *stage.network.between.items(), ("B", stage.b.namespace)):
        stage.note(f"ARP cache of {name} after: {_neighbours(namespace.output('ip', 'neigh'))}")
