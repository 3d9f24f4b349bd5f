"""The walker, on ring blocks made by hand."""

from struct import pack_into

from hypothesis import given
from hypothesis import strategies as st

from pcapkit.capture.linktypes import COOKED, ETHERNET, RAW_IP, LinkType
from pcapkit.capture.walk import Frame, walk
from tests.capture.ring_blocks import block, entry

SNAPLEN = 262144
ETHER = bytes(range(12)) + b"\x08\x00"


def frames(view: memoryview, link: LinkType = ETHERNET, snaplen: int = SNAPLEN, *, skip: bool = False) -> list[Frame]:
    return list(walk(view, link, snaplen, skip_outgoing=skip))


def test_time_is_integer_nanoseconds() -> None:
    [frame] = frames(block(entry(ETHER, seconds=1_700_000_000, nanoseconds=123_456_789)))
    assert frame.time == 1_700_000_000_123_456_789


def test_all_frames_in_order() -> None:
    entries = [entry(ETHER + bytes([i]) * i, nanoseconds=i) for i in range(9)]
    found = frames(block(*entries, entry(ETHER + b"end", last=True)))
    assert [frame.data for frame in found] == [ETHER + bytes([i]) * i for i in range(9)] + [ETHER + b"end"]


def test_wire_length_is_kept_where_the_kernel_cut() -> None:
    assert frames(block(entry(ETHER, wire_length=1514))) == [Frame(5_000_000_007, ETHER, 1514, 0b101)]


def test_directions_and_reception() -> None:
    found = frames(block(*[entry(ETHER, packet_type=kind) for kind in (0, 1, 2, 3, 4, 5)]))
    # pcapng epb_flags: inbound unicast, broadcast, multicast, promiscuous; outbound; nothing said
    assert [frame.flags for frame in found] == [0x05, 0x0D, 0x09, 0x11, 0x02, 0]


def test_vlan_tag_goes_back_behind_the_addresses() -> None:
    [frame] = frames(block(entry(ETHER + b"x", status=1 << 4 | 1 << 6, tci=0x6064, tpid=0x88A8)))
    assert frame.data == bytes(range(12)) + b"\x88\xa8\x60\x64\x08\x00x"
    assert frame.wire_length == 19


def test_vlan_zero_is_a_tag_too_and_its_type_is_8021q_by_default() -> None:
    [frame] = frames(block(entry(ETHER, status=1 << 4, tci=0)))
    assert frame.data == bytes(range(12)) + b"\x81\x00\x00\x00\x08\x00"


def test_tag_does_not_make_a_frame_longer_than_the_snaplen() -> None:
    [frame] = frames(block(entry(ETHER + bytes(50), status=1 << 4, tci=5, wire_length=100)), snaplen=64)
    assert (len(frame.data), frame.wire_length) == (64, 104)


def test_no_tag_goes_into_a_frame_cut_before_it() -> None:
    [frame] = frames(block(entry(bytes(8), status=1 << 4, tci=5, wire_length=60)))
    assert (frame.data, frame.wire_length) == (bytes(8), 60)


def test_loopback_keeps_the_received_copy() -> None:
    found = frames(block(entry(ETHER + b"a", packet_type=4), entry(ETHER + b"b", packet_type=0)), skip=True)
    assert [frame.data[-1:] for frame in found] == [b"b"]


def test_cooked_header_is_built_from_the_link_address() -> None:
    view = block(entry(b"\x45\x00", hardware=512, packet_type=4, address=b"\xaa\xbb", protocol=0x86DD))
    [frame] = frames(view, COOKED)
    assert frame.data == b"\x00\x04\x02\x00\x00\x02\xaa\xbb\0\0\0\0\0\0\x86\xdd\x45\x00"
    assert frame.wire_length == 18


def test_raw_ip_is_taken_as_it_is() -> None:
    assert frames(block(entry(b"\x45\x00", status=1 << 4, tci=7)), RAW_IP)[0].data == b"\x45\x00"


def test_a_count_beyond_the_last_frame_yields_what_is_there() -> None:
    assert len(frames(block(entry(ETHER), entry(ETHER, last=True), count=1000))) == 2


def test_a_first_offset_outside_the_block_yields_nothing() -> None:
    assert frames(block(entry(ETHER), first=1 << 31)) == []


def test_a_captured_length_beyond_the_block_ends_with_the_block() -> None:
    raw = bytearray(block(entry(ETHER, last=True)))
    pack_into("=I", raw, 48 + 12, 1 << 30)
    [frame] = frames(memoryview(raw))
    assert frame.data == ETHER


@given(st.binary(max_size=300), st.booleans(), st.sampled_from([ETHERNET, COOKED, RAW_IP]))
def test_any_bytes_are_walked_within_the_block(raw: bytes, skip: bool, link: LinkType) -> None:
    for frame in frames(memoryview(raw), link, 100, skip=skip):
        assert len(frame.data) <= 100
        assert frame.wire_length >= len(frame.data)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 0xFFFFFFFF)), max_size=8))
def test_any_damaged_header_is_survived(damage: list[tuple[int, int]]) -> None:
    raw = bytearray(block(*[entry(ETHER + bytes(i)) for i in range(5)]))
    for word, value in damage:
        pack_into("=I", raw, 48 + 4 * word, value)
    assert len(frames(memoryview(raw))) <= 5


def test_a_length_on_the_wire_fits_into_a_file() -> None:
    """No kernel says so; a tag would carry it beyond 32 bits."""
    assert frames(block(entry(ETHER, wire_length=0xFFFFFFFF, status=1 << 4)))[0].wire_length == 0xFFFFFFFF
