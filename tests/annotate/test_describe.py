"""One line for each kind of frame."""

import struct

import pytest

from pcapkit.annotate.describe import Describer, unread_text
from tests.layers import build
from tests.layers.build import MAC_B, decoded, ethernet, fragment, ipv4, ipv6, tcp, udp, vlan
from tests.layers.test_tunnels import FOUR, INNER, gre, vxlan

GROUP = bytes([239, 1, 2, 3])
TARGET = bytes.fromhex("fe80" + "00" * 13 + "02")
SYN_OPTIONS = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + struct.pack("!II", 1, 0) + b"\x01\x03\x03\x07"
SYN_ACK = tcp(source=40000, target=10000, seq=1, ack=2, flags=0x12, options=SYN_OPTIONS)
QUOTED = ipv4(17, udp(source=5, target=9))


def text(frame: bytes, link: int = 1, *, kept: int | None = None) -> str:
    return Describer().text(frame[:kept], len(frame), link, decoded(frame, link, kept=kept))


def four(protocol: int, payload: bytes, kept: int | None = None) -> str:
    return text(ethernet(0x0800, ipv4(protocol, payload)), kept=kept)


def six(protocol: int, payload: bytes) -> str:
    return text(ethernet(0x86DD, ipv6(protocol, payload)))


def resolve(operation: int, **told: object) -> str:
    return text(ethernet(0x0806, build.arp(operation, **told), pad=True))  # type: ignore[arg-type]


def test_tcp() -> None:
    """Endpoints, flags, raw numbers, length of the payload, options."""
    assert four(6, SYN_ACK) == (
        "TCP 10.0.0.1:40000 > 10.0.0.2:10000 [SYN, ACK] seq 1 ack 2 win 64240 length 0"
        " <mss 1460, sack ok, ts 1/0, wscale 7>"
    )
    assert six(6, tcp(b"abc", flags=0x18, ack=2)) == (
        "TCP [fd00::1]:40000 > [fd00::2]:80 [PSH, ACK] seq 1000 ack 2 win 64240 length 3"
    )
    assert "[none] seq 1000 win" in four(6, tcp(flags=0, ack=5))
    assert "[SYN, FIN, RST, PSH, ACK, URG, ECE, CWR, AE, reserved]" in four(6, tcp(flags=0xFFF))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (b"\x05\x0a" + bytes(8), "<sack 1 block>"),
        (b"\x05\x12" + bytes(16), "<sack 2 blocks>"),
        (b"\x22\x02", "<fast open request>"),
        (b"\x22\x0a" + bytes(8), "<fast open cookie 8>"),
        (b"\x1c\x04\x00\x01", "<1 other>"),
        (b"\x1c\x04\x00\x01" * 2, "<2 others>"),
        (b"\x03\x03\x0e\x02\x00", "<wscale 14, malformed>"),
    ],
)
def test_tcp_options(options: bytes, expected: str) -> None:
    """The less common ones."""
    assert four(6, tcp(options=options)).endswith(f"length 0 {expected}")


def test_tcp_options_cut() -> None:
    """The fixed header was kept, the options were not."""
    assert four(6, SYN_ACK, kept=58).endswith("<mss 1460, cut by the snaplen>")


def test_udp() -> None:
    """The payload's length, whatever padding follows."""
    assert four(17, udp(b"x" * 128)) == "UDP 10.0.0.1:40000 > 10.0.0.2:10000 length 128"
    assert six(17, udp(b"x")) == "UDP [fd00::1]:40000 > [fd00::2]:10000 length 1"
    assert four(17, udp(b"abc", length=7)) == "UDP 10.0.0.1:40000 > 10.0.0.2:10000 length 0, bad length 7"
    assert four(17, udp(b"abc", length=1008)) == (
        "UDP 10.0.0.1:40000 > 10.0.0.2:10000 length 3 of 1000: the datagram ends too early"
    )
    assert four(17, udp()[:7]) == "UDP 10.0.0.1:40000 > 10.0.0.2:10000, ends inside a header"
    assert four(17, udp(), kept=36) == "UDP 10.0.0.1 > 10.0.0.2, header cut by the snaplen"


def test_arp() -> None:
    """Questions, answers, and the special uses of RFC 5227."""
    assert resolve(1) == "ARP who has 10.0.0.2? tell 10.0.0.1 (02:00:00:00:00:01)"
    assert resolve(2, target=MAC_B) == "ARP 10.0.0.1 is at 02:00:00:00:00:01"
    assert resolve(1, sender_address="0.0.0.0") == "ARP probe: who has 10.0.0.2? asks 02:00:00:00:00:01"
    assert resolve(1, sender_address="10.0.0.2") == "ARP announcement: 10.0.0.2 is at 02:00:00:00:00:01"
    assert resolve(2, sender_address="10.0.0.2") == "ARP gratuitous: 10.0.0.2 is at 02:00:00:00:00:01"
    assert resolve(3, target=MAC_B) == "RARP who is 02:00:00:00:00:02? tell 02:00:00:00:00:01"
    assert resolve(4, target=MAC_B) == "RARP 02:00:00:00:00:02 is 10.0.0.2, says 10.0.0.1"
    assert resolve(8, target=MAC_B).startswith("ARP what is the address of 02:00:00:00:00:02? tell 10.0.0.1")
    assert resolve(9) == "ARP 02:00:00:00:00:01 is 10.0.0.1"
    assert resolve(10) == "ARP refusal: nothing known of 10.0.0.2, says 10.0.0.1"
    assert resolve(77).startswith("ARP operation 77, 10.0.0.1 (02:00:00:00:00:01) to 10.0.0.2")


def test_arp_for_other_protocols() -> None:
    """Addresses that are not IPv4 are shown as bytes, and no more than 20 of them."""
    message = struct.pack("!HHBBH", 1, 0x809B, 6, 3, 1) + bytes(6) + b"\x01\x02\x03" + bytes(6) + b"\x04\x05\x06"
    assert text(ethernet(0x0806, message)).startswith("ARP who has 04:05:06? tell 01:02:03")
    message = struct.pack("!HHBBH", 1, 0x0800, 255, 255, 1) + bytes(4 * 255)
    assert len(text(ethernet(0x0806, message))) < 200


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (build.icmp(8, 0, b"\0\x01\0\x02"), "echo request id 1 seq 2"),
        (build.icmp(0, 0, b"\0\x01\0\x02"), "echo reply id 1 seq 2"),
        (build.icmp(3, 3, bytes(4), QUOTED), "port unreachable, quoting UDP 10.0.0.1:5 > 10.0.0.2:9"),
        (build.icmp(3, 13, bytes(4), QUOTED), "administratively prohibited, quoting UDP 10.0.0.1:5 > 10.0.0.2:9"),
        (build.icmp(3, 99, bytes(4)), "unreachable code 99"),
        (
            build.icmp(3, 4, b"\0\0\x05\x78", QUOTED),
            "fragmentation needed, MTU 1400, quoting UDP 10.0.0.1:5 > 10.0.0.2:9",
        ),
        (
            build.icmp(5, 1, bytes([10, 0, 0, 254]), QUOTED),
            "redirect for the host to 10.0.0.254, quoting UDP 10.0.0.1:5 > 10.0.0.2:9",
        ),
        (build.icmp(11, 0, bytes(4), QUOTED[:20]), "time exceeded in transit, quoting UDP 10.0.0.1 > 10.0.0.2"),
        (build.icmp(11, 1, bytes(4), ipv4(1, b"")), "time exceeded in reassembly, quoting ICMP 10.0.0.1 > 10.0.0.2"),
        (
            build.icmp(11, 0, bytes(4), ipv4(17, udp(), placement=185)),
            "time exceeded in transit, quoting fragment 1480 of UDP 10.0.0.1 > 10.0.0.2",
        ),
        (build.icmp(12, 0, b"\x14\0\0\0"), "parameter problem at byte 20"),
        (build.icmp(4, 0), "source quench"),
        (build.icmp(13, 0, b"\0\x01\0\x02", bytes(12)), "timestamp request id 1 seq 2"),
        (build.icmp(18, 0, b"\0\x01\0\x02", b"\xff\xff\0\0"), "address mask reply id 1 seq 2 mask 255.255.0.0"),
        (
            build.icmp(9, 0, b"\x01\x02\x07\x08", bytes([10, 0, 0, 254]) + bytes(4)),
            "router advertisement of 10.0.0.254, lifetime 1800 s",
        ),
        (build.icmp(10, 0), "router solicitation"),
        (build.icmp(42, 0, b"\0\x01\x05\x01"), "extended echo request id 1 seq 5"),
        (build.icmp(200, 0), "type 200"),
        (build.icmp(9, 0, b"\x01\x02\x07\x08"), "router advertisement, message ends too early"),
    ],
)
def test_icmp(message: bytes, expected: str) -> None:
    """By name, with its numbers, and what it quotes."""
    assert four(1, message) == f"ICMP 10.0.0.1 > 10.0.0.2 {expected}"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (build.icmp(128, 0, b"\0\x01\0\x02"), "echo request id 1 seq 2"),
        (
            build.icmp(1, 4, bytes(4), ipv6(6, tcp(source=5, target=9))),
            "port unreachable, quoting TCP [fd00::1]:5 > [fd00::2]:9",
        ),
        (build.icmp(2, 0, b"\0\0\x05\0"), "packet too big, MTU 1280"),
        (build.icmp(3, 0), "time exceeded in transit"),
        (build.icmp(4, 1, b"\0\0\0\x28"), "parameter problem: unknown next header at byte 40"),
        (
            build.icmp(135, 0, bytes(4), TARGET + b"\x01\x01" + build.MAC_A),
            "neighbour solicitation: who has fe80::2? tell 02:00:00:00:00:01",
        ),
        (build.icmp(135, 0, bytes(4), TARGET), "neighbour solicitation: who has fe80::2?"),
        (
            build.icmp(136, 0, b"\xe0\0\0\0", TARGET + b"\x02\x01" + build.MAC_B),
            "neighbour advertisement: fe80::2 is at 02:00:00:00:00:02 (router, solicited, override)",
        ),
        (build.icmp(136, 0, bytes(4), TARGET), "neighbour advertisement: fe80::2 is here"),
        (build.icmp(133, 0, bytes(4), b"\x01\x01" + build.MAC_A), "router solicitation from 02:00:00:00:00:01"),
        (
            build.icmp(134, 0, b"\x40\0\x07\x08", bytes(8) + b"\x05\x01\0\0\0\0\x05\xdc"),
            "router advertisement, lifetime 1800 s, MTU 1500",
        ),
        (
            build.icmp(134, 0, b"\x40\0\0\0", bytes(8) + b"\x03\x04\x40\xc0" + bytes(12) + TARGET),
            "router advertisement, lifetime 0 s, prefix fe80::2/64",
        ),
        (build.icmp(137, 0, bytes(4), TARGET + bytes(16)), "redirect to fe80::2"),
        (build.icmp(130, 0, bytes(4), bytes(16)), "multicast listener query, general"),
        (build.icmp(130, 0, bytes(4), TARGET + b"\0\0\0\x01"), "multicast listener query for fe80::2, 1 source"),
        (build.icmp(131, 0, bytes(4), TARGET), "multicast listener report for fe80::2"),
        (build.icmp(143, 0, b"\0\0\0\x02"), "multicast listener report v2, 2 groups"),
        (build.icmp(143, 0, b"\0\0\0\x01"), "multicast listener report v2, 1 group"),
        (
            build.icmp(135, 0, bytes(4), TARGET + bytes(8)),
            "neighbour solicitation: who has fe80::2?, option without length",
        ),
        (build.icmp(135, 0, bytes(4), TARGET[:8]), "neighbour solicitation, message ends too early"),
    ],
)
def test_icmpv6(message: bytes, expected: str) -> None:
    """The same, and neighbour discovery in the words of ARP."""
    assert six(58, message) == f"ICMPv6 fd00::1 > fd00::2 {expected}"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"\x22\0\0\0\0\0\0\x02" + bytes(16), "v3 membership report, 2 groups"),
        (b"\x22\0\0\0\0\0\0\x01" + bytes(8), "v3 membership report, 1 group"),
        (b"\x16\0\0\0" + GROUP, "v2 membership report for 239.1.2.3"),
        (b"\x12\0\0\0" + GROUP, "v1 membership report for 239.1.2.3"),
        (b"\x17\0\0\0" + GROUP, "v2 leave group 239.1.2.3"),
        (b"\x11\x64\0\0" + bytes(4), "v2 general membership query"),
        (b"\x11\0\0\0" + bytes(4), "v1 general membership query"),
        (b"\x11\x64\0\0" + GROUP + b"\x02\x7d\0\x01" + bytes(4), "v3 membership query for 239.1.2.3, 1 source"),
        (b"\x13" + bytes(7), "DVMRP"),
        (b"\x99" + bytes(7), "type 0x99"),
    ],
)
def test_igmp(message: bytes, expected: str) -> None:
    """Version, kind, group."""
    assert four(2, message) == f"IGMP 10.0.0.1 > 10.0.0.2 {expected}"


def test_fragments() -> None:
    """Where it belongs, and of what."""
    frame = ethernet(0x0800, ipv4(17, bytes(520), placement=185, identification=7))
    assert text(frame) == "IPv4 10.0.0.1 > 10.0.0.2 fragment 1480+520 of UDP (id 7)"
    frame = ethernet(0x86DD, ipv6(44, fragment(6, 1448, more=False, identification=2**32 - 1) + bytes(8)))
    assert text(frame) == "IPv6 fd00::1 > fd00::2 fragment 1448+8 of TCP (id 4294967295)"


def test_other_protocols() -> None:
    """By name where it is common."""
    assert four(89, bytes(44)) == "IPv4 10.0.0.1 > 10.0.0.2 OSPF length 44"
    assert four(200, bytes(4)) == "IPv4 10.0.0.1 > 10.0.0.2 protocol 200 length 4"
    assert six(59, b"") == "IPv6 fd00::1 > fd00::2 no next header length 0"


def test_tags() -> None:
    """Outermost first."""
    inner = ipv4(17, udp())
    described = "UDP 10.0.0.1:40000 > 10.0.0.2:10000 length 0"
    assert text(ethernet(0x8100, vlan(0xA007, 0x0800, inner))) == f"VLAN 7: {described}"
    two = ethernet(0x88A8, vlan(100, 0x8100, vlan(7, 0x0800, inner)))
    assert text(two) == f"VLAN 100/7: {described}"
    assert text(bytes(14) + two[12:], 113) == f"VLAN 7: {described}"


def test_tunnels() -> None:
    """The innermost datagram, and how many are around it."""
    segment = "TCP 192.168.0.1:40000 > 192.168.0.2:80 [SYN] seq 1000 win 64240 length 5"
    assert four(4, FOUR) == f"{segment}, inside 1 datagram"
    assert four(47, gre(0x0800, ipv4(4, FOUR))) == f"{segment}, inside 2 datagrams"
    assert four(17, vxlan(INNER)) == f"{segment}, inside 1 datagram"
    assert four(17, vxlan(ethernet(0x0806, build.arp(1)))).endswith("(02:00:00:00:00:01), inside 1 datagram")
    assert four(47, gre(0x88CC, bytes(60))) == "IPv4 10.0.0.1 > 10.0.0.2 GRE length 64"


@pytest.mark.parametrize(
    ("frame", "kept", "expected"),
    [
        (ethernet(0x0800, ipv4(6, tcp())), 50, "TCP 10.0.0.1:40000 > 10.0.0.2:80, header cut by the snaplen"),
        (ethernet(0x0800, ipv4(6, tcp())), 30, "frame of 54 bytes, header cut by the snaplen"),
        (ethernet(0x0800, ipv4(6, tcp(offset=4))), None, "TCP 10.0.0.1:40000 > 10.0.0.2:80, bad header length"),
        (ethernet(0x0800, ipv4(6, tcp()[:19])), None, "TCP 10.0.0.1:40000 > 10.0.0.2:80, ends inside a header"),
        (ethernet(0x0800, ipv4(1, b"\x08\x00")), None, "ICMP 10.0.0.1 > 10.0.0.2, ends inside a header"),
        (ethernet(0x0800, ipv4(2, b"\x22\x00")), None, "IGMP 10.0.0.1 > 10.0.0.2, ends inside a header"),
        (ethernet(0x0800, ipv4(47, b"\x00")), None, "IPv4 10.0.0.1 > 10.0.0.2 GRE, ends inside a header"),
        (ethernet(0x86DD, ipv6(60, b"\x06\x09")), None, "IPv6 fd00::1 > fd00::2, ends inside a header"),
        (ethernet(0x0800, ipv4(4, ipv4(6, tcp(), first=0x65))), None, "IPv4 10.0.0.1 > 10.0.0.2 IP in IP, bad version"),
        (ethernet(0x0800, ipv4(6, tcp(), first=0x43)), None, "frame of 54 bytes, bad header length"),
        (bytes(9), None, "frame of 9 bytes, ends inside a header"),
        (
            ethernet(0x0800, ipv4(17, udp(), total=1500)),
            None,
            "UDP 10.0.0.1:40000 > 10.0.0.2:10000 length 0, IP says 1500 bytes, 28 are there",
        ),
        (
            ethernet(0x86DD, ipv6(17, udp(), length=1000)),
            None,
            "UDP [fd00::1]:40000 > [fd00::2]:10000 length 0, IP says 1040 bytes, 48 are there",
        ),
    ],
)
def test_flaws(frame: bytes, kept: int | None, expected: str) -> None:
    """What is wrong stands at the end."""
    assert text(frame, kept=kept) == expected


def test_unread() -> None:
    """No text; for those who want to see every frame, what the link header says."""
    for frame, link, expected in (
        (ethernet(0x88CC, bytes(46)), 1, "Ethernet type 0x88cc (LLDP), 60 bytes"),
        (ethernet(0x1234, bytes(46)), 1, "Ethernet type 0x1234, 60 bytes"),
        (ethernet(38, b"\x42\x42\x03" + bytes(43)), 1, "IEEE 802.3, 60 bytes"),
        (bytes(30), 105, "link type 105, 30 bytes"),
    ):
        assert text(frame, link) == ""
        assert unread_text(len(frame), link, decoded(frame, link)) == expected
