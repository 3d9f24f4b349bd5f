"""The pages of a trace buffer, made by hand, and the kernel's own account of a real connection."""

import struct

import pytest

from pcapkit.lab.kernel import KernelStates
from pcapkit.lab.networks import two_hosts
from pcapkit.lab.stage import Stage, client_ports
from pcapkit.lab.tracepoint import Tracepoint, Unavailable, entries
from tests.lab.needs import need_namespaces, seen_from_outside
from tests.needs import need


def page(*words: bytes, time: int = 1000, written: int | None = None) -> bytes:
    body = b"".join(words)
    return struct.pack("=QQ", time, len(body) if written is None else written) + body


def word(kind: int, delta: int) -> bytes:
    return struct.pack("=I", kind | delta << 5)


@pytest.mark.skipif(struct.pack("=H", 1) != b"\x01\x00", reason="the pages below are those of a little-endian machine")
def test_the_entries_of_a_page() -> None:
    """Short and long data, times that need more bits, padding."""
    assert list(entries(page(word(2, 5), b"abcdefgh", word(1, 7), b"ijkl"))) == [(1005, b"abcdefgh"), (1012, b"ijkl")]
    assert list(entries(page(word(0, 1), struct.pack("=I", 12), b"abcdefgh"))) == [(1001, b"abcdefgh")]
    extended = page(word(30, 3), struct.pack("=I", 2), word(1, 1), b"abcd")
    assert list(entries(extended)) == [(1000 + (2 << 27) + 3 + 1, b"abcd")]
    stamped = page(word(31, 3), struct.pack("=I", 2), word(1, 1), b"abcd", time=1 << 60)
    assert list(entries(stamped)) == [((1 << 60 & ~((1 << 59) - 1)) + (2 << 27) + 3 + 1, b"abcd")]
    assert list(entries(page(word(29, 4), struct.pack("=I", 8), b"xxxx", word(1, 1), b"abcd"))) == [(1005, b"abcd")]
    assert list(entries(page(word(29, 0), b"rest"))) == []
    assert list(entries(page(word(1, 1), b"abcd", b"beyond", written=8))) == [(1001, b"abcd")]


def test_a_tracepoint_that_does_not_exist() -> None:
    """One sentence, and no instance left behind."""
    need_namespaces()
    before = seen_from_outside()
    with pytest.raises(Unavailable, match="no trace"):
        Tracepoint("sock", "no_such_tracepoint", "1").stop()
    assert seen_from_outside() == before


@pytest.mark.parametrize("tracepoint", [True, False])
def test_the_kernels_account_of_an_open_and_close(tracepoint: bool) -> None:
    """From the tracepoint every change; by looking, those that last."""
    need_namespaces()
    with client_ports() as ports, two_hosts() as network:
        stage = Stage(network, ports)
        hosts = [host.namespace for host in network.hosts.values()]
        with KernelStates(hosts, [10000], ports, tracepoint=tracepoint) as kernel:
            client, server = stage.pair()
            stage.settle(0.1)
            stage.close_server_first(client, server)
            stage.settle(0.1)
        stage.close()
    if tracepoint:
        need(kernel.exact, f"the tracepoint sock:inet_sock_set_state ({kernel.source})")
    changes = [(one.address, one.new) for one in kernel.transitions]
    assert [new for address, new in changes if address == network.a.address][-1] == "CLOSED"
    if not tracepoint:
        assert ("10.0.0.1", "ESTABLISHED") in changes
        assert ("10.0.0.2", "TIME-WAIT") in changes
        return
    assert [new for address, new in changes if address == "10.0.0.1"] == [
        "SYN-SENT", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED",
    ]  # fmt: skip
    assert [new for address, new in changes if address == "10.0.0.2"] == [
        "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSED",
    ]  # fmt: skip
    assert {one.port for one in kernel.transitions} == {10000, client_port(kernel)}


def client_port(kernel: KernelStates) -> int:
    return next(one.port for one in kernel.transitions if one.address == "10.0.0.1")


def test_labs_that_run_at_once_have_other_ports() -> None:
    """So that one kernel's account can be told from the other's."""
    with client_ports() as one, client_ports() as other:
        assert not set(one) & set(other)
        assert len(one) == len(other) == 20
