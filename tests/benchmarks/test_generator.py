"""The generator sends exactly what it says, numbered, and only where nobody else is."""

import ctypes
import signal
import socket
import struct
import subprocess
import time

import pytest

from tests.benchmarks.programs import Programs
from tests.benchmarks.test_inputs import assert_right
from tests.benchmarks.wire import FAR, NEAR, Load, Wire
from tests.needs import need

ALL_PROTOCOLS = 3  # ETH_P_ALL
SEQUENCE_NOT_ZERO = struct.pack("HBBI" * 4, 0x20, 0, 0, 38, 0x15, 1, 0, 0, 6, 0, 0, 65536, 6, 0, 0, 0)
"""Classic BPF: ld [38]; jeq 0, to the last; ret 65536; ret 0."""


def received(wire: Wire, load: Load, *, later: bool = False) -> tuple[int, int, list[bytes]]:
    """Send a load: frames and bytes as the generator says, and all frames that arrived at the far end.

    later: only those whose sequence number is not 0.
    """
    with wire.namespace.open_socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS)) as tap:
        tap.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        if later:
            code = ctypes.create_string_buffer(SEQUENCE_NOT_ZERO)
            tap.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HL", 4, ctypes.addressof(code)))  # SO_ATTACH_FILTER
        tap.bind((FAR, ALL_PROTOCOLS))
        sent = wire.send(load)
        tap.settimeout(0.3)
        frames = []
        try:
            while True:
                frames.append(tap.recv(65536))
        except TimeoutError:
            pass
    return sent.sent, sent.bytes, frames


def number_of(frame: bytes) -> int:
    """Which one of c/numbered.h it is."""
    connection = int.from_bytes(frame[28:30], "little")
    return int.from_bytes(frame[38:42], "big") // (len(frame) - 54) * 50000 + connection


@pytest.mark.parametrize("xdp", [True, False], ids=["xdp", "socket"])
@pytest.mark.parametrize("size", [60, 64, 1500])
def test_numbered_frames_arrive_as_numbered(size: int, xdp: bool, made_wire: Wire) -> None:
    """Each once, in order, of that size, with right checksums."""
    need(made_wire.xdp or not xdp, "XDP live frames (Linux 5.18 or newer, and the capability BPF)")
    load = Load(frames=3000, rate=0 if xdp else 50_000, size=size)
    count, length, frames = received(made_wire, load)
    assert count == len(frames) == 3000
    assert length == sum(map(len, frames)) == 3000 * size
    assert [number_of(frame) for frame in frames] == list(range(3000))
    for frame in frames:
        assert_right(frame)


def test_numbers_go_on_behind_the_last_connection(made_wire: Wire) -> None:
    """From then on each connection carries on where it was."""
    need(made_wire.xdp, "XDP live frames (Linux 5.18 or newer, and the capability BPF)")
    count, _, frames = received(made_wire, Load(frames=50_200, rate=0, size=64), later=True)
    assert count == 50_200
    assert [number_of(frame) for frame in frames] == list(range(50_000, 50_200))
    assert struct.unpack(">I", frames[-1][38:42]) == (10,)
    assert_right(frames[-1])


def test_the_mix_arrives_whole(made_wire: Wire) -> None:
    """As many frames and bytes as it says, ended by the traffic's own end."""
    count, length, frames = received(made_wire, Load(frames=100_000, rate=0, connections=50))
    assert count == len(frames) < 5000
    assert length == sum(map(len, frames))
    for frame in frames:
        assert_right(frame)


def test_it_ends_by_time(made_wire: Wire) -> None:
    """However many frames were wanted."""
    sent = made_wire.send(Load(frames=10**9, rate=10_000, size=64, seconds=0.2))
    assert 0 < sent.sent < 10**6


def test_it_signals_after_its_last_frame(made_wire: Wire) -> None:
    """Whom it is told to."""
    process = subprocess.Popen(["sleep", "20"])
    try:
        made_wire.send(Load(frames=10, rate=0, size=64), then_signal=(process.pid, signal.SIGINT))
        assert process.wait(5) == -signal.SIGINT
    finally:
        process.kill()
        process.wait()


def refusal(programs: Programs, wire: Wire | None, *arguments: str) -> tuple[int, str]:
    """Its exit code and words."""
    command = [str(programs.path("send")), *arguments]
    if wire is None:
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
    else:
        process = wire.namespace.start(command, stderr=subprocess.PIPE)
    _, errors = process.communicate(timeout=10)
    return process.returncode, errors.decode()


@pytest.mark.parametrize("interface", ["lo", "eth0"])
@pytest.mark.parametrize("how", ["socket", "xdp"])
def test_nothing_is_sent_outside_of_a_namespace(how: str, interface: str, programs: Programs) -> None:
    """Not even over loopback."""
    code, words = refusal(programs, None, interface, how, "64", "10", "0", "1")
    assert code == 3
    assert "machine's own network namespace" in words


def test_only_veth_and_loopback_are_sent_to(programs: Programs, made_wire: Wire) -> None:
    """An interface of another kind could lead out."""
    made_wire.namespace.ip("link add bridge0 type bridge", "link set bridge0 up")
    try:
        code, words = refusal(programs, made_wire, "bridge0", "socket", "64", "10", "0", "1")
        assert (code, "neither veth nor loopback" in words) == (3, True)
        assert refusal(programs, made_wire, "absent0", "socket", "64", "10", "0", "1")[0] == 3
        assert refusal(programs, made_wire, "lo", "socket", "64", "10", "0", "1")[0] == 0
    finally:
        made_wire.namespace.ip("link del bridge0")


@pytest.mark.parametrize("what", ["59", "1515", "-1", "many"])
def test_a_size_that_is_none_is_refused(what: str, programs: Programs, made_wire: Wire) -> None:
    """As is a mix by XDP."""
    assert refusal(programs, made_wire, NEAR, "socket", what, "10", "0", "1")[0] == 2
    assert refusal(programs, made_wire, FAR, "xdp", "mix:5", "10", "0", "1")[0] == 2


def test_the_wire_is_silent_by_itself(made_wire: Wire) -> None:
    """No frame of anybody else's among those that are counted."""
    with made_wire.namespace.open_socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS)) as tap:
        time.sleep(0.5)
        tap.setblocking(False)
        with pytest.raises(BlockingIOError):
            tap.recv(65536)
