"""The networks: that they carry frames, that nothing of them remains, and that several stand at once."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from pcapkit.errors import CaptureError
from pcapkit.lab.namespaces import Namespace, need_rights
from pcapkit.lab.networks import Network, routers, switch, two_hosts
from pcapkit.lab.standing import stand
from tests.lab.needs import children, need_namespaces, seen_from_outside


@pytest.fixture(autouse=True)
def _root() -> None:
    need_namespaces()


def ask(network: Network, from_host: str = "A", to: str = "B") -> bytes:
    """One datagram from host to host; what arrives."""
    one, other = network.hosts[from_host], network.hosts[to]
    with (
        one.namespace.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as talker,
        other.namespace.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as listener,
    ):
        listener.bind((other.address, 10000))
        listener.settimeout(5)
        talker.sendto(b"hello", (other.address, 10000))
        return listener.recv(100)


def test_each_network_carries_datagrams_and_leaves_nothing() -> None:
    """All three kinds, and the cable that can be told what to do."""
    before, running = seen_from_outside(), children()
    with two_hosts() as network:
        assert ask(network) == b"hello"
        assert seen_from_outside() == before
    with two_hosts([]) as network:
        assert ask(network) == b"hello"
        assert network.cable is not None
        assert network.cable.passed["A"] >= 2  # ARP and the datagram
    with switch() as network:
        assert [ask(network, *pair) for pair in ("AB", "BC", "CA")] == [b"hello"] * 3
    with routers() as network:
        assert ask(network) == b"hello"
        assert ask(network, "B", "A") == b"hello"
    assert seen_from_outside() == before
    assert children() == running


def test_they_are_gone_after_an_exception() -> None:
    """No descriptor of a namespace stays open."""

    def descriptors() -> int:
        return sum(os.readlink(f"/proc/self/fd/{name}").startswith("net:") for name in _open_descriptors())

    before = descriptors()
    during = []
    with pytest.raises(ZeroDivisionError), two_hosts([]):
        during.append(descriptors() / (before - before))
    assert during == []
    assert descriptors() == before
    with two_hosts([]):
        assert descriptors() == before + 3
    assert descriptors() == before


def _open_descriptors() -> list[str]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            fcntl.fcntl(int(name), fcntl.F_GETFD)
        except OSError:
            continue
        found.append(name)
    return found


def test_several_stand_at_once() -> None:
    """The same addresses, and none hears another."""
    with ExitStack() as stack:
        networks = [stack.enter_context(two_hosts()) for _ in range(3)]
        first = networks[0].b
        with first.namespace.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind((first.address, 9999))
            listener.settimeout(0.1)
            for network in networks[1:]:
                with network.a.namespace.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as talker:
                    talker.sendto(b"hello", (first.address, 9999))
            with pytest.raises(TimeoutError):
                listener.recv(100)
        assert [ask(network) for network in networks] == [b"hello"] * 3


def test_a_command_that_fails_says_which_and_where() -> None:
    """One sentence."""
    namespace = Namespace("here")
    try:
        with pytest.raises(CaptureError, match="ip failed in the lab's namespace here: "):
            namespace.ip("link set nothing up")
        with pytest.raises(CaptureError, match=r"net\.no\.such cannot be set"):
            namespace.sysctl("net.no.such", "1")
    finally:
        namespace.close()


def test_without_root_there_is_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """And without ip."""
    with monkeypatch.context() as patch:
        patch.setattr("os.geteuid", lambda: 1000)
        with pytest.raises(CaptureError, match="run it as root"):
            need_rights()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CaptureError, match="install iproute2"):
        need_rights()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_network_that_stands_ends_with_its_process(number: signal.Signals) -> None:
    """`pcapkit lab up`: a program of one's own runs in it; whatever ends it, nothing remains."""
    before = seen_from_outside()
    process = subprocess.Popen(
        [sys.executable, "-m", "pcapkit", "lab", "up", "--rule", "drop the first datagram"],
        stdout=subprocess.PIPE,
        text=True,
        restore_signals=True,
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        path = lines[1].split("--net=")[1].split()[0]
        assert os.stat(path).st_ino != os.stat("/proc/self/ns/net").st_ino
        seen = subprocess.run(
            ["nsenter", f"--net={path}", "ip", "-o", "addr"], capture_output=True, text=True, timeout=10
        )
        assert "10.0.0.1/24" in seen.stdout
        process.send_signal(number)
        code = process.wait(10)
        assert code == {signal.SIGINT: 0, signal.SIGTERM: 143, signal.SIGKILL: -9}[number]
    finally:
        process.kill()
        process.communicate()
    time.sleep(0.1)
    assert not os.path.exists(f"/proc/{process.pid}")
    assert seen_from_outside() == before


def test_a_cable_that_stands_tells_what_it_did() -> None:
    """The rules' deeds are said while it stands."""
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        if "drop" in text:
            raise KeyboardInterrupt
        if text.startswith("cable"):  # the last line of the description
            path = said[1].split("--net=")[1].split()[0]
            talk = "import socket; socket.socket(2, 2).sendto(b'x', ('10.0.0.2', 9))"
            subprocess.run(["nsenter", f"--net={path}", sys.executable, "-c", talk], check=True, timeout=10)

    from pcapkit.lab.rules import parse_rule

    stand("cable", [parse_rule("drop the first datagram")], say)
    assert said[-1] == "gone"
    assert any("drop the first datagram" in line for line in said)
