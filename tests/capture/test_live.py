"""What a recorder sees of real traffic between two namespaces: every frame, as it was on the wire."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from struct import pack

import pytest

from tests.capture.lab import Recorded, Recorder, Wire, ip, numbered, wire
from tests.needs import need


def send_numbered(sock: socket.socket, count: int, size: int = 64) -> None:
    for number in range(count):
        sock.send(numbered(number, size))


def test_every_frame_once_with_its_times_lengths_and_direction(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    before = time.time_ns()
    with (
        pair.right.raw("right") as sender,
        pair.left.raw("left") as own,
        Recorder(pair.left, "-i", "left", "-o", str(path), "--annotate", "none") as recorder,
    ):
        for number in range(200):
            (own if number % 2 else sender).send(numbered(number, 60 + number))
        assert recorder.stop() == 0
    recorded = Recorded(path)
    assert recorded.data == [numbered(number, 60 + number) for number in range(200)]
    assert [packet.packet_len for packet in recorded.packets] == [60 + number for number in range(200)]
    times = [packet.timestamp_high << 32 | packet.timestamp_low for packet in recorded.packets]
    assert times == sorted(times)
    assert before < times[0] < times[-1] < time.time_ns()
    # epb_flags: inbound broadcast, outbound
    flags = [(packet.options["epb_flags"].inout, packet.options["epb_flags"].casttype) for packet in recorded.packets]
    assert flags[:2] == [("inbound", "broadcast"), ("outbound", "NA")]
    assert "Packets captured: 200" in recorder.stderr
    assert "on interface 'left': 200/0 (ring full: 0/interface: 0/disk: 0/unread: 0) (100.0%)" in recorder.stderr


def test_the_file_says_what_was_captured_on(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    arguments = ["-i", "left", "-s", "70", "-f", "ether proto 0x88b5", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        sender.send(numbered(1, 500))
        assert recorder.stop() == 0
    recorded = Recorded(path)
    [interface] = recorded.interfaces
    assert (interface.link_type, interface.snaplen) == (1, 70)
    options = interface.options
    assert options["if_name"] == "left"
    assert options["if_description"].startswith("Ethernet, veth, ")
    assert options["if_speed"] == 10_000_000_000  # what the veth driver says
    assert options["if_filter"] == (0, b"ether proto 0x88b5")
    assert options["if_tsresol"] == b"\x09"
    assert options["if_os"].startswith("Linux ")
    assert recorded.sections[0].options["shb_userappl"].startswith("pcapkit ")
    [packet] = recorded.packets
    assert (len(packet.packet_data), packet.packet_len) == (70, 500)
    [statistics] = recorded.statistics
    assert statistics.options["isb_ifrecv"] == 1
    assert statistics.options["isb_ifdrop"] == 0
    assert statistics.options["isb_usrdeliv"] == 1


@pytest.mark.parametrize("tpid", [0x8100, 0x88A8])
def test_a_tag_that_the_kernel_took_out_is_put_back(pair: Wire, tmp_path: Path, tpid: int) -> None:
    path = tmp_path / "out.pcapng"
    plain = numbered(7, 90)
    tagged = plain[:12] + pack(">HH", tpid, 0x6005) + plain[12:]
    doubly = plain[:12] + pack(">HHHH", tpid, 0x6005, 0x8100, 9) + plain[12:]
    with (
        pair.right.raw("right") as sender,
        Recorder(pair.left, "-i", "left", "-o", str(path), "--annotate", "none") as recorder,
    ):
        for frame in (plain, tagged, doubly):
            sender.send(frame)
        assert recorder.stop() == 0
    recorded = Recorded(path)
    assert recorded.data == [plain, tagged, doubly]
    assert [packet.packet_len for packet in recorded.packets] == [90, 94, 98]


def test_the_filter_knows_vlan_tags_and_holds_from_the_first_frame(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    plain = numbered(0)
    wanted = plain[:12] + b"\x81\x00\x00\x05" + plain[12:]
    unwanted = plain[:12] + b"\x81\x00\x00\x06" + plain[12:]
    flood = subprocess.Popen(  # frames that the filter rejects are under way before, while and after it starts
        ["ip", "netns", "exec", pair.right.name, "python3", "-c", FLOOD], stdin=subprocess.PIPE
    )
    try:
        arguments = ["-i", "left", "-o", str(path), "--annotate", "none", "vlan", "5"]
        with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
            for _ in range(50):
                sender.send(wanted)
                sender.send(unwanted)
            assert recorder.stop() == 0
    finally:
        flood.communicate(b"")
    assert flood.returncode == 0
    assert Recorded(path).data == [wanted] * 50


FLOOD = """
import socket, sys, select
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("right", 0))
frame = b"\\xff" * 6 + b"\\x02" + bytes(5) + b"\\x88\\xb5" + bytes(46)
for _ in range(200000):
    sock.send(frame)
    if _ % 16 == 0 and select.select([0], [], [], 0.001)[0]:
        break
"""


def test_loopback_delivers_each_frame_once(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    with (
        pair.left.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        pair.left.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        with Recorder(pair.left, "-i", "lo", "-o", str(path), "--annotate", "none") as recorder:
            for number in range(50):
                sender.sendto(bytes([number]), receiver.getsockname())
            assert recorder.stop() == 0
    assert [data[-1] for data in Recorded(path).data] == list(range(50))


@pytest.fixture
def second_wire(pair: Wire) -> Iterator[Wire]:
    """A second pair between the same namespaces: `left2` and `right2`."""
    ends = ("left2", "netns", pair.left.name, "type", "veth", "peer", "name", "right2", "netns", pair.right.name)
    ip("link", "add", *ends)
    try:
        pair.left.ip("link", "set", "left2", "up")
        pair.right.ip("link", "set", "right2", "up")
        yield pair
    finally:
        pair.left.ip("link", "del", "left2")


def test_any_is_every_interface_each_with_its_own_block_in_order_of_time(second_wire: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    pair = second_wire
    with (
        pair.right.raw("right") as first,
        pair.right.raw("right2") as second,
        pair.left.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as local,
        Recorder(pair.left, "-i", "any", "-o", str(path), "--annotate", "none") as recorder,
    ):
        local.bind(("127.0.0.1", 0))
        for number in range(300):
            if number % 3 == 2:
                local.sendto(numbered(number), local.getsockname())
            else:
                (second if number % 3 else first).send(numbered(number))
            if number % 40 == 0:
                time.sleep(0.01)
        assert recorder.stop() == 0
    recorded = Recorded(path)
    names = [interface.options["if_name"] for interface in recorded.interfaces]
    assert {"left", "left2", "lo"} <= set(names)
    seen = [
        (names[packet.interface_id], int.from_bytes(packet.packet_data[-50:][:4], "big")) for packet in recorded.packets
    ]
    expected = {0: "left", 1: "left2", 2: "lo"}
    assert seen == [(expected[number % 3], number) for number in range(300)]
    by_name = {names[block.interface_id]: block.options["isb_ifrecv"] for block in recorded.statistics}
    assert (by_name["left"], by_name["left2"], by_name["lo"]) == (100, 100, 100)


# An IPv4 UDP packet of 10.78.0.2 to 10.78.0.1, port 9; checksums are nobody's concern here.
PACKET = bytes.fromhex("4500002000000000401166b00a4e00020a4e00010009000900 0c0000") + b"data"


@pytest.mark.parametrize(
    ("hardware", "link_type", "header"),
    [
        (65534, 101, b""),  # ARPHRD_NONE is LINKTYPE_RAW
        (512, 113, bytes.fromhex("0000 0200 0000 0000000000000000 0800")),  # ARPHRD_PPP is LINKTYPE_LINUX_SLL
    ],
)
def test_interfaces_without_ethernet_header(
    pair: Wire, tmp_path: Path, hardware: int, link_type: int, header: bytes
) -> None:
    need(os.access("/dev/net/tun", os.R_OK | os.W_OK), "/dev/net/tun")
    path = tmp_path / "out.pcapng"
    with pair.left.open_tun("tun0", hardware) as far_end:
        arguments = ["-i", "tun0", "-o", str(path), "--annotate", "none", "-s", "40", "udp", "dst", "port", "9"]
        with Recorder(pair.left, *arguments) as recorder:
            for _ in range(5):
                far_end.write(PACKET)
                far_end.write(PACKET[:22] + b"\0\7" + PACKET[24:])  # another port
            assert recorder.stop() == 0
    recorded = Recorded(path)
    assert recorded.interfaces[0].link_type == link_type
    assert recorded.data == [(header + PACKET)[:40]] * 5
    assert {packet.packet_len for packet in recorded.packets} == {len(header + PACKET)}
    assert {packet.options["epb_flags"].inout for packet in recorded.packets} == {"inbound"}


def test_what_the_kernel_dropped_is_counted_where_it_is_missing(pair: Wire, tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    arguments = ["-i", "left", "-B", "1", "-o", str(path), "--annotate", "none"]
    with pair.right.raw("right") as sender, Recorder(pair.left, *arguments) as recorder:
        send_numbered(sender, 10)
        time.sleep(0.3)
        recorder.send(signal.SIGSTOP)
        for number in range(10, 3000):
            sender.send(numbered(number, 1000))
        recorder.send(signal.SIGCONT)
        time.sleep(0.5)
        send_numbered(sender, 10)
        assert recorder.stop() == 0
    recorded = Recorded(path)
    missing = 3010 - len(recorded.packets)
    assert missing > 1000
    marked = [
        (index, packet.options["epb_dropcount"])
        for index, packet in enumerate(recorded.packets)
        if "epb_dropcount" in packet.options
    ]
    assert sum(count for _, count in marked) == missing
    [statistics] = recorded.statistics
    assert (statistics.options["isb_ifdrop"], statistics.options["isb_ifrecv"]) == (missing, 3010)
    assert f"{len(recorded.packets)}/{missing} (ring full: {missing}/interface: 0/disk: 0/unread: 0)" in recorder.stderr


def test_privileges_are_gone_while_it_runs(pair: Wire, tmp_path: Path) -> None:
    with Recorder(pair.left, "-i", "left", "-Z", "daemon", "-o", str(tmp_path / "out"), "--annotate", "none") as one:
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{one.process.pid}/status").read_text().splitlines())
        assert one.stop() == 0
    import pwd

    user = pwd.getpwnam("daemon")
    assert status["Uid"].split() == [str(user.pw_uid)] * 4
    assert status["Gid"].split() == [str(user.pw_gid)] * 4
    assert status["Groups"].split() == []
    assert status["NoNewPrivs"] == "1"
    assert {int(status[kind], 16) for kind in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {0}
    assert (tmp_path / "out").stat().st_uid == user.pw_uid


def test_an_interface_that_goes_ends_the_capture_with_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    with wire("going") as own, own.right.raw("right") as sender:
        arguments = ["-i", "left", "-i", "lo", "-o", str(path), "--annotate", "none"]
        with Recorder(own.left, *arguments) as recorder:
            send_numbered(sender, 20)
            own.left.ip("link", "set", "lo", "down")
            recorder.wait_for("interface lo went down")
            own.left.ip("link", "set", "lo", "up")
            with own.left.open_socket(socket.AF_INET, socket.SOCK_DGRAM) as local:
                local.sendto(b"x", ("127.0.0.1", 9))
            recorder.wait_for("interface lo is up")
            own.left.ip("link", "set", "lo", "down")
            recorder.wait_for("interface lo went down")
            send_numbered(sender, 20)
            own.left.ip("link", "del", "left")
            recorder.wait_for("interface left is gone")
            assert recorder.wait() == 2
    assert "pcapkit: capturing ended because no interface is up any more" in recorder.stderr
    recorded = Recorded(path)
    assert [packet.interface_id for packet in recorded.packets].count(0) == 40
    assert len(recorded.statistics) == 2


@pytest.mark.parametrize(
    ("arguments", "expected"), [(["-i", "left"], 1), (["-i", "left", "-p"], 0), (["-i", "any"], 0)]
)
def test_promiscuous_unless_told_otherwise(pair: Wire, arguments: list[str], expected: int) -> None:
    with Recorder(pair.left, *arguments, "--annotate", "none") as recorder:
        command = ["ip", "-n", pair.left.name, "-d", "link", "show", "left"]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=10).stdout
        assert recorder.stop() == 0
    assert f"promiscuity {expected} " in shown


def test_root_of_a_user_namespace_can_record_too(tmp_path: Path) -> None:
    """It has nobody else to become, so it stays who it is, without capabilities."""
    need(shutil.which("unshare") is not None, "unshare (package util-linux)")
    possible = subprocess.run(["unshare", "-Urn", "ip", "link", "set", "lo", "up"], capture_output=True)
    need(possible.returncode == 0, "user namespaces")
    path = tmp_path / "out.pcapng"
    prefix = ["unshare", "-Urn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    with Recorder(None, "-i", "lo", "-o", str(path), "--annotate", "none", prefix=prefix) as recorder:
        status = Path(f"/proc/{recorder.process.pid}/status").read_text()
        assert recorder.stop() == 0
    assert "CapEff:\t0000000000000000\n" in status
    assert "NoNewPrivs:\t1\n" in status
    assert len(Recorded(path).statistics) == 1
