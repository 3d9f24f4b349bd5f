"""The networks: two hosts on a cable, three hosts on a switch, two subnets with routers between them."""

import fcntl
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from pcapkit.errors import CaptureError
from pcapkit.lab.cable import Cable
from pcapkit.lab.namespaces import Namespace
from pcapkit.lab.rules import Rule

_SIOCETHTOOL: Final = 0x8946
_ETHTOOL_STXCSUM: Final = 0x17
_PATIENCE: Final = 3.0  # seconds until links are up


@dataclass(frozen=True)
class Host:
    """A host with one interface, eth0."""

    name: str
    namespace: Namespace
    mac: str
    address: str
    address6: str = ""
    interface: str = "eth0"


@dataclass
class Network:
    """Hosts by name, and what is between them: a switch, routers, or a cable that can be told what to do."""

    hosts: dict[str, Host]
    between: dict[str, Namespace] = field(default_factory=dict)
    cable: Cable | None = None

    @property
    def a(self) -> Host:
        """The first host, in experiments the client."""
        return self.hosts["A"]

    @property
    def b(self) -> Host:
        """The second host, in experiments the server."""
        return self.hosts["B"]

    def namespace(self, name: str) -> Namespace:
        """The namespace of a host, switch or router."""
        return self.hosts[name].namespace if name in self.hosts else self.between[name]


def mac_of(number: int) -> str:
    """A locally administered hardware address: `02:00:00:00:00:01`."""
    return f"02:00:00:00:00:{number:02x}"


@contextmanager
def two_hosts(rules: Sequence[Rule] | None = None, *, ipv6: bool = False) -> Iterator[Network]:
    """A and B on one cable, 10.0.0.1 and 10.0.0.2; with rules (even none), the cable can be told what to do."""
    with ExitStack() as stack:
        a, b = (_host(stack, name, number, ipv6=ipv6) for number, name in enumerate("AB", start=1))
        network = Network({"A": a, "B": b})
        if rules is None:
            _connect(a.namespace, "eth0", b.namespace, "eth0")
        else:
            middle = _namespace(stack, "cable")
            network.between["cable"] = middle
            _connect(a.namespace, "eth0", middle, "a")
            _connect(b.namespace, "eth0", middle, "b")
            middle.ip("link set dev a up", "link set dev b up")
        for host in (a, b):
            _configure(host, 24)
        # IPv6 waits until the kernel has announced the link, which it does once a second.
        _wait_until_running(network, "state UP" if ipv6 else "LOWER_UP")
        if rules is not None:
            network.cable = stack.enter_context(Cable(network.between["cable"], {"A": "a", "B": "b"}, rules))
        yield network


@contextmanager
def switch() -> Iterator[Network]:
    """A, B and C, 10.0.0.1 to 10.0.0.3, on the ports a, b and c of a Linux bridge."""
    with ExitStack() as stack:
        middle = _namespace(stack, "switch")
        middle.ip("link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0")
        network = Network({}, {"switch": middle})
        for number, name in enumerate("ABC", start=1):
            host = _host(stack, name, number)
            network.hosts[name] = host
            port = name.lower()
            _connect(host.namespace, "eth0", middle, port)
            middle.ip(f"link set dev {port} master br0 up")
            _configure(host, 24)
        middle.ip("link set br0 up")
        _wait_until_running(network)
        yield network


@contextmanager
def routers() -> Iterator[Network]:
    """A 10.0.1.2 - R1 - 10.0.0.0/24 - R2 - 10.0.2.2 B: default gateways at the ends, a route table in between."""
    with ExitStack() as stack:
        a = Host("A", _namespace(stack, "A"), mac_of(0x1A), "10.0.1.2")
        b = Host("B", _namespace(stack, "B"), mac_of(0x2B), "10.0.2.2")
        r1, r2 = _namespace(stack, "R1"), _namespace(stack, "R2")
        _connect(a.namespace, "eth0", r1, "eth0")
        _connect(r1, "eth1", r2, "eth0")
        _connect(r2, "eth1", b.namespace, "eth0")
        for router, number, addresses, route in (
            (r1, 1, ("10.0.1.1", "10.0.0.1"), "10.0.2.0/24 via 10.0.0.2"),
            (r2, 2, ("10.0.0.2", "10.0.2.1"), "10.0.1.0/24 via 10.0.0.1"),
        ):
            router.sysctl("net.ipv4.ip_forward", "1")
            for port, address in enumerate(addresses):
                router.ip(
                    f"link set eth{port} address {mac_of(number * 16 + port + 0xA0)} up",
                    f"addr add {address}/24 dev eth{port}",
                )
            router.ip(f"route add {route}")
        for host, gateway in ((a, "10.0.1.1"), (b, "10.0.2.1")):
            _configure(host, 24)
            host.namespace.ip(f"route add default via {gateway}")
        network = Network({"A": a, "B": b}, {"R1": r1, "R2": r2})
        _wait_until_running(network)
        yield network


def _namespace(stack: ExitStack, name: str, *, ipv6: bool = False) -> Namespace:
    made = Namespace(name, ipv6=ipv6)
    stack.callback(made.close)
    return made


def _host(stack: ExitStack, name: str, number: int, *, ipv6: bool = False) -> Host:
    namespace = _namespace(stack, name, ipv6=ipv6)
    return Host(name, namespace, mac_of(number), f"10.0.0.{number}", f"fd00::{number}" if ipv6 else "")


def _connect(one: Namespace, interface: str, other: Namespace, peer: str) -> None:
    one.ip(f"link add {interface} type veth peer name {peer} netns {other.path}")


def _configure(host: Host, prefix: int) -> None:
    lines = [f"link set eth0 address {host.mac}", f"addr add {host.address}/{prefix} dev eth0"]
    if host.address6:
        # Duplicate detection and router solicitation would put frames of their own among the experiment's.
        host.namespace.sysctl("net.ipv6.conf.eth0.accept_dad", "0")
        host.namespace.sysctl("net.ipv6.conf.eth0.router_solicitations", "0")
        lines.append(f"addr add {host.address6}/64 dev eth0 nodad")
    host.namespace.ip(*lines, "link set eth0 up")
    with host.namespace.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        _fill_in_checksums(control, "eth0")


def _fill_in_checksums(control: socket.socket, interface: str) -> None:
    """Let the kernel compute checksums itself: a frame that no hardware will finish must carry a good one."""
    value = struct.pack("II", _ETHTOOL_STXCSUM, 0)
    buffer = bytearray(value)
    address = struct.pack("P", _address_of(buffer))
    try:
        fcntl.ioctl(control, _SIOCETHTOOL, struct.pack("16s", interface.encode()) + address + bytes(16))
    except OSError as error:
        raise CaptureError(f"checksum offload of {interface} cannot be turned off: {error.strerror}") from error


def _address_of(buffer: bytearray) -> int:
    import ctypes

    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def _wait_until_running(network: Network, sign: str = "LOWER_UP") -> None:
    """Until every interface forwards: the kernel brings a link up a moment after it was told to."""
    deadline = time.monotonic() + _PATIENCE
    for namespace in [*(host.namespace for host in network.hosts.values()), *network.between.values()]:
        while True:
            links = [line for line in namespace.output("ip", "-o", "link").splitlines() if ": lo:" not in line]
            if all(sign in line and "qdisc noop " not in line for line in links):
                break
            if time.monotonic() > deadline:
                raise CaptureError(f"the links of the lab's namespace {namespace.name} do not come up")
            time.sleep(0.005)
