"""Makes the samples afresh: `python samples/make.py [-o FOLDER] [NAME ...]`, as root.

Two hosts, each a network namespace of its own, on one cable; pcapkit records on the client's end. What comes out is
held against NAME.expected before it takes the old sample's place.
"""

import argparse
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from expected import compare, read_expected

HERE = Path(__file__).resolve().parent
CLIENT, SERVER = "10.0.0.1", "10.0.0.2"
CLIENT6, SERVER6 = "fd00::1", "fd00::2"
MACS = ("02:00:00:00:00:01", "02:00:00:00:00:02")
PORT = 10000


@dataclass
class Hosts:
    """Two namespaces on a cable, the client first."""

    names: tuple[str, str]
    interfaces: tuple[str, str] = ("eth0", "eth0")

    def start(self, host: int, *command: str) -> "subprocess.Popen[str]":
        """Start a command on one of them."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.names[host], *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def program(self, host: int, *arguments: str) -> "subprocess.Popen[str]":
        """Start one of the programs on one of them."""
        return self.start(host, sys.executable, str(HERE / "programs.py"), *arguments)


def ip(*arguments: str) -> None:
    """Call ip(8)."""
    subprocess.run(["ip", *arguments], check=True)


@contextmanager
def two_hosts() -> Iterator[Hosts]:
    """Make the two hosts, and remove them whatever happens."""
    names = (f"pcapkit-{os.getpid()}-client", f"pcapkit-{os.getpid()}-server")
    made: list[str] = []
    try:
        for name in names:
            ip("netns", "add", name)
            made.append(name)
        ip("link", "add", "eth0", "netns", names[0], "type", "veth", "peer", "name", "eth0", "netns", names[1])
        for name, mac, address, address6 in zip(names, MACS, (CLIENT, SERVER), (CLIENT6, SERVER6), strict=True):
            # Without these, neighbour and listener discovery put frames of their own into the samples.
            quiet = "cd /proc/sys/net/ipv6/conf/eth0 && echo 0 > accept_dad && echo 0 > router_solicitations"
            ip("netns", "exec", name, "sh", "-c", quiet)
            ip("-n", name, "link", "set", "eth0", "address", mac, "up")
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            ip("-n", name, "addr", "add", f"{address6}/64", "dev", "eth0", "nodad")
        time.sleep(2.5)  # the kernel's own multicast reports have gone by then
        yield Hosts(names)
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], check=False)


@contextmanager
def recorded(hosts: Hosts, file: Path, capture_filter: str) -> Iterator[None]:
    """Record on the client's interface while the block runs."""
    command = [sys.executable, "-m", "pcapkit", "record", "-i", "eth0", "-o", str(file), "-f", capture_filter]
    recorder = hosts.start(0, *command)
    assert recorder.stderr is not None
    for line in recorder.stderr:
        if line.startswith("Capturing on"):
            break
    else:
        raise RuntimeError(f"the recorder did not start: {' '.join(command)}")
    try:
        yield
        time.sleep(0.3)
    finally:
        recorder.send_signal(signal.SIGINT)
        recorder.communicate(timeout=10)
    if recorder.returncode != 0:
        raise RuntimeError(f"the recorder ended with exit code {recorder.returncode}")


def talk(hosts: Hosts, protocol: str, address: str, server_pause: float = 0, client_pause: float = 0) -> None:
    """Run a server and its client to their ends."""
    server = hosts.program(1, f"{protocol}_server", address, str(PORT), str(server_pause))
    assert server.stdout is not None
    server.stdout.readline()
    client = hosts.program(0, f"{protocol}_client", address, str(PORT), str(client_pause))
    for program in (client, server):
        _, said = program.communicate(timeout=15)
        if program.returncode != 0:
            raise RuntimeError(f"a program failed: {said.strip()}")


def refuse(hosts: Hosts) -> None:
    """Try a port where nobody listens."""
    client = hosts.program(0, "tcp_refused", SERVER, str(PORT), "0")
    if client.wait(timeout=15) != 0:
        raise RuntimeError("the connection was not refused")


def tagged_frames() -> list[tuple[int, bytes]]:
    """An open and a merged close in VLAN 7: who sends (0 the client), and the frame."""
    rows = [(0, 0x02, 0, 0), (1, 0x12, 0, 1), (0, 0x10, 1, 1), (0, 0x11, 1, 1), (1, 0x11, 1, 2), (0, 0x10, 2, 2)]
    frames = []
    for sender, flags, seq, ack in rows:
        macs = [bytes.fromhex(mac.replace(":", "")) for mac in MACS]
        addresses = [socket.inet_aton(address) for address in (CLIENT, SERVER)]
        ports = (40000, PORT)
        other = 1 - sender
        isns = (1000, 5000)
        tcp = struct.pack(
            "!HHIIBBHHH",
            ports[sender],
            ports[other],
            isns[sender] + seq,
            isns[other] + ack if flags & 0x10 else 0,
            5 << 4,
            flags,
            64240,
            0,
            0,
        )
        head = struct.pack("!BBHHHBBH", 0x45, 0, 40, 1, 0x4000, 64, 6, 0)
        tcp = tcp[:16] + checksum(addresses[sender] + addresses[other] + struct.pack("!HH", 6, 20) + tcp) + tcp[18:]
        head += addresses[sender] + addresses[other]
        head = head[:10] + checksum(head + b"") + head[12:]
        frames.append((sender, macs[other] + macs[sender] + b"\x81\x00\x00\x07\x08\x00" + head + tcp))
    return frames


def checksum(data: bytes) -> bytes:
    """The Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def send_tagged(hosts: Hosts) -> None:
    """Inject the tagged frames, each from its sender's end of the cable."""
    for sender, frame in tagged_frames():
        _, said = hosts.program(sender, "inject", "eth0").communicate(frame.hex() + "\n", timeout=15)
        if said:
            raise RuntimeError(f"injecting failed: {said.strip()}")


@dataclass(frozen=True)
class Sample:
    """How one sample is made: what is recorded, and what happens meanwhile."""

    capture_filter: str
    happen: Callable[[Hosts], None]


SAMPLES = {
    "ten_frames": Sample("tcp", lambda hosts: talk(hosts, "tcp", SERVER)),
    "eleven_frames": Sample("tcp", lambda hosts: talk(hosts, "tcp", SERVER, server_pause=0.2, client_pause=0.3)),
    "refused": Sample("tcp", refuse),
    "arp_udp": Sample("arp or udp port 10000", lambda hosts: talk(hosts, "udp", SERVER)),
    "ipv6": Sample("ip6", lambda hosts: talk(hosts, "tcp", SERVER6)),
    "vlan": Sample("vlan", send_tagged),
}


def make(name: str, folder: Path) -> None:
    """Make one sample; it takes its place only if it is as expected."""
    sample = SAMPLES[name]
    target = folder / f"{name}.pcapng"
    fresh = folder / f"{name}.fresh.pcapng"
    try:
        with two_hosts() as hosts, recorded(hosts, fresh, sample.capture_filter):
            sample.happen(hosts)
        differences = compare(fresh, read_expected(HERE / f"{name}.expected"))
        if differences:
            raise SystemExit(f"{name}: not as expected:\n  " + "\n  ".join(differences))
        fresh.chmod(0o644)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    print(f"{target}: as expected")


def main() -> None:
    """Make the samples that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", dest="folder", type=Path, default=HERE, help="where to put them (default: here)")
    parser.add_argument("names", nargs="*", choices=[[], *SAMPLES], metavar="NAME", help=", ".join(SAMPLES))
    options = parser.parse_args()
    for name in options.names or SAMPLES:
        make(name, options.folder)


if __name__ == "__main__":
    main()
