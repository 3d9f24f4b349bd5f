"""Frames of every kind that comments tell apart, whole and broken."""

import struct
from ipaddress import IPv6Address

from hypothesis import strategies as st

from tests.layers import build
from tests.layers.build import ethernet, fragment, ipv4, ipv6, tcp, udp, vlan
from tests.layers.test_tunnels import geneve, gre, vxlan

LINKS = (0, 1, 9, 10, 12, 14, 101, 104, 108, 113, 228, 229, 239, 276, 147, 65535)

EDGES = (*(edge for power in range(10) for edge in (10**power - 1, 10**power)), 2**32 - 1)


def numbers(width: int) -> st.SearchStrategy[int]:
    """Unsigned numbers of so many bits, those where the count of digits changes among them."""
    most = 2**width - 1
    return st.one_of(st.sampled_from([edge for edge in (*EDGES, most) if edge <= most]), st.integers(0, most))


NUMBERS = {width: numbers(width) for width in (8, 16, 32)}

OPTIONS = st.one_of(
    st.builds(lambda a, b: b"\x01\x01\x08\x0a" + struct.pack("!II", a, b), NUMBERS[32], NUMBERS[32]),
    st.lists(
        st.one_of(
            st.builds(lambda size: b"\x02\x04" + struct.pack("!H", size), NUMBERS[16]),
            st.builds(lambda scale: bytes([3, 3, scale]), NUMBERS[8]),
            st.just(b"\x04\x02"),
            st.sampled_from([b"\x05\x0a" + bytes(8), b"\x05\x12" + bytes(16), b"\x05\x04\0\0", b"\x22\x02"]),
            st.builds(lambda cookie: bytes([34, 2 + len(cookie)]) + cookie, st.binary(max_size=12)),
            st.sampled_from([b"\x01", b"\x00", b"\x1c\x04\0\1", b"\xfe\x02", b"\x08\x0a" + bytes(8), b"\x13\x00"]),
        ),
        max_size=5,
    ).map(b"".join),
    st.binary(max_size=40),
).map(lambda options: options[:40])

ADDRESSES = st.one_of(
    st.sampled_from(["10.0.0.1", "0.0.0.0", "255.255.255.255", "192.168.100.7"]),
    st.integers(0, 2**32 - 1).map(lambda number: ".".join(map(str, number.to_bytes(4, "big")))),
)

ADDRESSES_6 = st.one_of(
    st.lists(st.sampled_from([0, 0, 0, 1, 0xF, 0x10, 0xFF, 0x100, 0xFFF, 0x1000, 0xFFFF]), min_size=8, max_size=8),
    st.sampled_from([[0] * 8, [0] * 7 + [1], [0] * 5 + [0xFFFF, 0x0A00, 1], [0] * 6 + [0x0A00, 1], [0] * 4 + [1] * 4]),
).map(lambda groups: str(IPv6Address(struct.pack("!8H", *groups))))

SEGMENTS = st.builds(
    tcp,
    st.binary(max_size=3),
    source=NUMBERS[16],
    target=NUMBERS[16],
    seq=NUMBERS[32],
    ack=NUMBERS[32],
    flags=st.integers(0, 0xFFF),
    window=NUMBERS[16],
    options=OPTIONS,
)

DATAGRAMS = st.builds(
    udp,
    st.binary(max_size=20),
    source=NUMBERS[16],
    target=st.sampled_from([53, 10000, 65535, 4789, 6081]),
    length=st.one_of(st.none(), NUMBERS[16]),
)

QUOTED = st.one_of(
    st.builds(ipv4, st.sampled_from([6, 17, 1, 132, 200]), st.binary(max_size=12), placement=st.sampled_from([0, 3])),
    st.builds(ipv6, st.sampled_from([6, 17, 58, 44, 59]), st.binary(max_size=12)),
    st.binary(max_size=50),
)

ICMP = st.builds(
    build.icmp,
    st.one_of(st.integers(0, 43), st.integers(128, 161), st.integers(0, 255)),
    st.one_of(st.integers(0, 15), st.integers(0, 255)),
    st.binary(min_size=4, max_size=4),
    st.one_of(
        QUOTED,
        st.builds(
            lambda head, options: head + b"".join(options),
            st.sampled_from([b"", bytes(8), bytes(16), b"\xfe\x80" + bytes(13) + b"\1", bytes(32)]),
            st.lists(
                st.sampled_from(
                    [
                        b"\1\1" + bytes(5) + b"\7",
                        b"\2\4" + bytes(range(30)),
                        b"\5\1\0\0\0\0\5\xdc",
                        b"\0\0",
                        b"\7\1",
                        b"\3\4\x40" + bytes(13) + b"\x20\1\x0d\xb8" + bytes(12),
                        b"\4\7" + bytes(6) + ipv6(17, udp()),
                    ]
                ),
                max_size=4,
            ),
        ),
    ),
)

IGMP = st.builds(
    lambda kind, time, rest: bytes([kind, time, 0, 0]) + rest,
    st.sampled_from([0x11, 0x12, 0x16, 0x17, 0x22, 0x13, 0x14, 0x1F, 0x30, 0x77]),
    st.integers(0, 255),
    st.sampled_from([bytes(4), bytes([239, 1, 2, 3]), bytes([239, 1, 2, 3, 0, 0, 0, 2]), bytes(7) + b"\1", b"\0"]),
)

TRANSPORTS = st.one_of(
    st.tuples(st.just(6), SEGMENTS),
    st.tuples(st.just(6), SEGMENTS),
    st.tuples(st.just(17), DATAGRAMS),
    st.tuples(st.sampled_from([1, 58]), ICMP),
    st.tuples(st.just(2), IGMP),
    st.tuples(st.integers(0, 255), st.binary(max_size=30)),
)


@st.composite
def datagrams(draw: st.DrawFn, depth: int = 0) -> tuple[int, bytes]:
    """An EtherType and the datagram that it announces; perhaps with others inside."""
    protocol, payload = draw(TRANSPORTS)
    if depth < 3 and draw(st.integers(0, 4)) == 0:
        kind, inner = draw(datagrams(depth=depth + 1))
        protocol, payload = draw(
            st.sampled_from(
                [
                    (4 if kind == 0x0800 else 41, inner),
                    (47, gre(kind, inner)),
                    (17, vxlan(ethernet(kind, inner))),
                    (17, geneve(kind, inner)),
                ]
            )
        )
    if draw(st.booleans()):
        total = draw(st.one_of(st.none(), st.none(), NUMBERS[16]))
        placement = draw(st.sampled_from([0, 0, 0, 0x2000, 7]))
        source, target = draw(ADDRESSES), draw(ADDRESSES)
        return 0x0800, ipv4(protocol, payload, total=total, placement=placement, source=source, target=target)
    if draw(st.integers(0, 5)) == 0:
        payload, protocol = fragment(protocol, draw(st.sampled_from([0, 8])), more=draw(st.booleans())) + payload, 44
    length = draw(st.one_of(st.none(), st.none(), NUMBERS[16]))
    return 0x86DD, ipv6(protocol, payload, length=length, source=draw(ADDRESSES_6), target=draw(ADDRESSES_6))


@st.composite
def messages(draw: st.DrawFn) -> tuple[int, bytes]:
    """ARP, with addresses of any length."""
    head = struct.pack(
        "!HHBBH",
        1,
        draw(st.sampled_from([0x0800, 0x0800, 0x809B])),
        hardware := draw(st.sampled_from([6, 6, 0, 8, 20, 255])),
        protocol := draw(st.sampled_from([4, 4, 0, 3, 16, 21])),
        draw(st.sampled_from([1, 1, 2, 3, 4, 8, 9, 10, 77])),
    )
    pieces = [draw(st.sampled_from([bytes(size), bytes(range(1, size + 1))])) for size in (hardware, protocol) * 2]
    return draw(st.sampled_from([0x0806, 0x8035])), head + b"".join(pieces)


@st.composite
def whole_frames(draw: st.DrawFn) -> tuple[bytes, int]:
    """A frame, and the type of the link that it came from."""
    kind, datagram = draw(st.one_of(datagrams(), datagrams(), datagrams(), messages()))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2, 3]))):
        tag = draw(st.sampled_from([0x8100, 0x88A8, 0x9100]))
        datagram, kind = vlan(draw(st.integers(0, 65535)), kind, datagram), tag
    link = draw(st.sampled_from([1, 1, 1, 1, 113, 276, 101]))
    if link == 1:
        return ethernet(kind, datagram), link
    if link == 113:
        return bytes(14) + struct.pack("!H", kind) + datagram, link
    if link == 276:
        return struct.pack("!H", kind) + bytes(18) + datagram, link
    return datagram, link


@st.composite
def any_frames(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """Captured bytes, bytes on the wire, link type: a whole frame, or one with bytes changed and its end cut off."""
    frame, link = draw(st.one_of(whole_frames(), st.tuples(st.binary(max_size=80), st.sampled_from(LINKS))))
    changed = bytearray(frame)
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 4])) if frame else 0):
        changed[draw(st.integers(0, len(frame) - 1))] = draw(st.integers(0, 255))
    kept = draw(st.one_of(*[st.just(len(frame))] * 4, st.integers(0, len(frame))))
    wire = draw(st.one_of(st.just(len(frame)), st.just(len(frame)), st.integers(kept, kept + 2000), st.just(2**32 - 1)))
    return bytes(changed[:kept]), wire, link
