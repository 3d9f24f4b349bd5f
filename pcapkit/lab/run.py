"""Running one experiment: build the network, record, let it happen, listen to the kernel, and judge what came out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pcapkit.lab.cable import Deed
from pcapkit.lab.expected import Seen, differences, read_expected, see
from pcapkit.lab.experiments import Experiment
from pcapkit.lab.kernel import Entry, KernelStates, Transition, sockets
from pcapkit.lab.networks import Network, routers, switch, two_hosts
from pcapkit.lab.programs import PORT
from pcapkit.lab.recording import Point, Recording
from pcapkit.lab.rules import parse_rule
from pcapkit.lab.stage import ExperimentError, Stage, client_ports
from pcapkit.lab.witness import Testimony, compare

TRIES: Final = 3  # a machine that is busy for 40 ms at the wrong moment changes what the kernels do


@dataclass
class Result:
    """What came of one experiment. differences: from what was expected; none: it matches."""

    experiment: Experiment
    file: Path
    seen: list[Seen] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    source: str = ""
    sockets: dict[str, list[Entry]] = field(default_factory=dict)
    hosts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    testimony: Testimony = field(default_factory=Testimony)
    tries: int = 1

    @property
    def matches(self) -> bool:
        """Whether every frame is as expected and the kernel does not contradict."""
        return not self.differences and not self.testimony.contradictions


def run(experiment: Experiment, file: Path, tries: int = TRIES) -> Result:
    """Run it, at most `tries` times until it matches; the capture of the last time is the file.

    Raises PcapkitError where it cannot be run at all.
    """
    number = 1
    while True:
        result = _run_once(experiment, file)
        result.tries = number
        if result.matches or number >= tries:
            return result
        number += 1


def _run_once(experiment: Experiment, file: Path) -> Result:
    result = Result(experiment, file, expected=read_expected(experiment.expected))
    with client_ports() as ports, _network(experiment) as network:
        points = [_point(network, text) for text in experiment.points]
        hosts = [host.namespace for host in network.hosts.values()]
        stage = Stage(network, ports)
        failure = None
        try:
            kernel = KernelStates(hosts, [PORT], ports)
            with kernel, Recording(points, experiment.capture_filter) as recording:
                try:
                    experiment.act(stage)
                except (ExperimentError, OSError) as error:
                    failure = f"the experiment failed: {error}"
                for name, host in network.hosts.items():
                    result.hosts[name] = (host.address, host.address6)
                    listed = sockets(host.namespace)
                    result.sockets[name] = [one for one in listed if one.state != "LISTEN"]
        finally:
            stage.close()
        if network.cable is not None:
            result.deeds = list(network.cable.deeds)
            if network.cable.failure is not None:
                failure = failure or f"the cable broke: {network.cable.failure}"
    recording.save(file)
    result.seen = see(file)
    result.differences = differences(result.seen, result.expected)
    if failure is not None:
        result.differences.insert(0, failure)
    result.transitions, result.source, result.notes = kernel.transitions, kernel.source, stage.notes
    result.testimony = compare(
        result.seen,
        result.transitions,
        result.sockets,
        result.deeds,
        exact=kernel.exact,
        injected=bool(experiment.injected),
    )
    return result


@contextmanager
def _network(experiment: Experiment) -> Iterator[Network]:
    if experiment.network == "switch":
        with switch() as network:
            yield network
    elif experiment.network == "routers":
        with routers() as network:
            yield network
    else:
        rules = None if experiment.rules is None else [parse_rule(text) for text in experiment.rules]
        with two_hosts(rules, ipv6=experiment.ipv6) as network:
            yield network


def _point(network: Network, text: str) -> Point:
    place, *interfaces = text.split()
    return Point(place, network.namespace(place), interfaces or ["eth0"])
