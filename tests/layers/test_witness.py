"""What pcapkit says of headers beyond TCP, held against tshark."""

import shutil
import struct
import subprocess
from pathlib import Path

from pcapkit.annotate.addresses import hosts_text
from pcapkit.layers.arp import Resolution, resolution
from pcapkit.layers.icmp import Message, icmp
from pcapkit.layers.igmp import Membership, igmp
from pcapkit.layers.packet import Network
from pcapkit.layers.tcp_options import Options, read_options
from pcapkit.layers.udp import Datagram, udp
from tests.layers import build
from tests.layers.build import decoded, ethernet, ipv4, ipv6, tcp, vlan
from tests.needs import need

GROUP = bytes([239, 1, 2, 3])
TARGET = bytes.fromhex("fe80" + "00" * 13 + "02")
OPTIONS = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + struct.pack("!II", 5, 6) + b"\x01\x03\x03\x07"
FRAMES = [
    ethernet(0x0800, ipv4(17, build.udp(b"x" * 128)), pad=True),
    ethernet(0x0800, ipv4(17, build.udp(b"abc") + bytes(9), options=b"\x01" * 8)),
    ethernet(0x8100, vlan(0xA007, 0x86DD, ipv6(17, build.udp(b"x" * 30)))),
    ethernet(0x86DD, ipv6(0, build.extension(60, 16) + build.extension(17) + build.udp(b"x" * 30))),
    ethernet(0x0800, ipv4(6, tcp(b"abc", options=OPTIONS))),
    ethernet(0x86DD, ipv6(6, tcp(flags=0x12, ack=7, options=OPTIONS[:4]))),
    ethernet(0x0800, ipv4(1, build.icmp(8, 0, struct.pack("!HH", 7, 9), b"abc"))),
    ethernet(0x0800, ipv4(1, build.icmp(0, 0, struct.pack("!HH", 65535, 1), b"abc"))),
    ethernet(0x86DD, ipv6(58, build.icmp(128, 0, struct.pack("!HH", 7, 9), b"abc"))),
    ethernet(0x86DD, ipv6(58, build.icmp(135, 0, bytes(4), TARGET + b"\x01\x01" + build.MAC_A))),
    ethernet(0x86DD, ipv6(58, build.icmp(136, 0, b"\x60\0\0\0", TARGET + b"\x02\x01" + build.MAC_B))),
    ethernet(0x0800, ipv4(2, b"\x11\x64\0\0" + GROUP)),
    ethernet(0x0800, ipv4(2, b"\x16\x00\0\0" + GROUP)),
    ethernet(0x0800, ipv4(2, b"\x22\x00\0\0\0\0\0\x01" + b"\x04\0\0\0" + GROUP)),
    ethernet(0x0806, build.arp(1), pad=True),
    ethernet(0x0806, build.arp(2, target=build.MAC_B), pad=True),
]
FIELDS = (
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "udp.srcport",
    "udp.dstport",
    "udp.length",
    "tcp.len",
    "tcp.options.mss_val",
    "tcp.options.timestamp.tsval",
    "tcp.options.wscale.shift",
    "icmp.type",
    "icmp.ident",
    "icmp.seq",
    "icmpv6.type",
    "icmpv6.echo.identifier",
    "icmpv6.echo.sequence_number",
    "icmpv6.nd.ns.target_address",
    "icmpv6.nd.na.target_address",
    "icmpv6.opt.linkaddr",
    "igmp.type",
    "igmp.version",
    "igmp.maddr",
    "arp.opcode",
    "arp.src.hw_mac",
    "vlan.id",
)


def tshark(path: Path) -> list[dict[str, str]]:
    """What tshark says of each frame, by field; fields that a frame has not are left out."""
    need(shutil.which("tshark") is not None, "tshark")
    arguments = ["tshark", "-r", str(path), "-T", "fields", "-E", "occurrence=f"]
    for field in FIELDS:
        arguments += ["-e", field]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    rows = [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in done.stdout.splitlines()]
    return [{field: value for field, value in row.items() if value} for row in rows]


def told(frame: bytes) -> dict[str, str]:
    """The same by pcapkit."""
    packet = decoded(frame)
    said: dict[str, object] = {}
    if packet.network in (Network.IPV4, Network.IPV6):
        name = "ip" if packet.network == Network.IPV4 else "ipv6"
        said[f"{name}.src"], said[f"{name}.dst"] = hosts_text(frame, packet).split(" > ")
    if packet.vlan_tags:
        said["vlan.id"] = packet.vlan & 0xFFF
    datagram, message, membership, arp, options = Datagram(), Message(), Membership(), Resolution(), Options()
    if udp(frame, packet, datagram):
        said["udp.srcport"], said["udp.dstport"] = datagram.source_port, datagram.destination_port
        said["udp.length"] = datagram.length
        assert datagram.payload_length == datagram.length - 8
    if packet.has_segment:
        said["tcp.len"] = packet.segment.payload_length
        read_options(frame, packet.transport_at, packet.segment.header_length, options)
        if options.has_maximum_size:
            said["tcp.options.mss_val"] = options.maximum_size
        if options.has_timestamps:
            said["tcp.options.timestamp.tsval"] = options.timestamp
        if options.has_scale:
            said["tcp.options.wscale.shift"] = options.scale
    if icmp(frame, packet, message):
        said.update(of_icmp(frame, message))
    if igmp(frame, packet, membership):
        said["igmp.type"], said["igmp.version"] = f"0x{membership.type:02x}", membership.version
        said["igmp.maddr"] = "239.1.2.3"
        if membership.group_at:
            assert frame[membership.group_at : membership.group_at + 4] == GROUP
    if resolution(frame, packet, arp):
        said["arp.opcode"] = arp.operation
        said["arp.src.hw_mac"] = frame[arp.sender_hardware_at : arp.sender_hardware_at + 6].hex(":")
    return {field: str(value) for field, value in said.items()}


def of_icmp(frame: bytes, message: Message) -> dict[str, object]:
    """ICMP's part of it."""
    if message.version == 4:
        return {"icmp.type": message.type, "icmp.ident": message.identifier, "icmp.seq": message.sequence}
    said: dict[str, object] = {"icmpv6.type": message.type}
    if message.type == 128:
        said["icmpv6.echo.identifier"] = f"0x{message.identifier:04x}"
        said["icmpv6.echo.sequence_number"] = message.sequence
    else:
        name = "ns" if message.type == 135 else "na"
        said[f"icmpv6.nd.{name}.target_address"] = "fe80::2"
        assert frame[message.address_at : message.address_at + 16] == TARGET
        said["icmpv6.opt.linkaddr"] = frame[message.hardware_at : message.hardware_at + 6].hex(":")
    return said


def test_agrees_with_tshark(tmp_path: Path) -> None:
    """Addresses, ports, lengths, options, ICMP, IGMP and ARP of hand-made frames."""
    path = tmp_path / "frames.pcap"
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, frame in enumerate(FRAMES):
            file.write(struct.pack("<IIII", number, 0, len(frame), len(frame)) + frame)
    rows = tshark(path)
    assert len(rows) == len(FRAMES)
    for row, frame in zip(rows, FRAMES, strict=True):
        assert {field: value.lower() for field, value in row.items()} == told(frame)
