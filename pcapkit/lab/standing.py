"""A network that stands until it is told to end, for programs of one's own."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from pcapkit.lab.networks import Network, routers, switch, two_hosts
from pcapkit.lab.rules import Rule


def stand(kind: str, rules: Sequence[Rule], say: Callable[[str], None]) -> None:
    """Build the network, say how to get into it, and wait for KeyboardInterrupt (which ends it, and is no error).

    kind: "cable", "switch" or "routers". Raises CaptureError.
    """
    with ExitStack() as stack:
        if kind == "cable":
            network = stack.enter_context(two_hosts(rules or None))
        else:
            network = stack.enter_context(switch() if kind == "switch" else routers())
        for line in _description(network):
            say(line)
        told = 0
        try:
            while True:
                time.sleep(0.2)
                deeds = network.cable.deeds if network.cable is not None else []
                for deed in deeds[told:]:
                    say(f"the cable, at {deed.end}'s {deed.frame}: {deed.rule}")
                told = len(deeds)
        except KeyboardInterrupt:
            say("gone")


def _description(network: Network) -> list[str]:
    lines = ["up until Ctrl-C; run a program on a host with the command behind it:"]
    for name, host in network.hosts.items():
        lines.append(f"{name:<7} {host.address:<9} nsenter --net={host.namespace.path} COMMAND")
    for name, namespace in network.between.items():
        lines.append(f"{name:<7} {'':<9} nsenter --net={namespace.path} COMMAND")
    return lines
