import struct
from pathlib import Path

import pytest

from pcapkit.capfile.reader import read_frames
from pcapkit.errors import FileError, ReadError
from tests.capfile import forge
from tests.capfile.test_blocks import until_damage

ORDERS = ("<", ">")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("magic", forge.PCAP_KINDS)
def test_every_magic(tmp_path: Path, magic: int, order: str) -> None:
    path = tmp_path / "x.pcap"
    header = forge.pcap_header(magic, order, snaplen=96, network=113)
    first = forge.pcap_record(b"one", magic, order, seconds=1_700_000_000, fraction=999_999, wire_length=60)
    path.write_bytes(header + first + forge.pcap_record(b"", magic, order, seconds=2**32 - 1, fraction=2**32 - 1))
    one, two = read_frames(path)
    unit = 10**9 // forge.PCAP_KINDS[magic][2]
    assert (one.number, one.data, one.wire_length) == (1, b"one", 60)
    assert one.time == 1_700_000_000 * 10**9 + 999_999 * unit
    assert (one.offset, two.offset) == (len(header), len(header + first))
    assert (two.number, two.data) == (2, b"")
    assert two.time == (2**32 - 1) * (10**9 + unit)
    assert (one.interface.link_type, one.interface.snaplen) == (113, 96)
    assert one.interface is two.interface
    assert (one.interface_id, one.comments, one.flags, one.drop_count) == (0, (), 0, 0)


@pytest.mark.parametrize(
    ("network", "link_type", "flags"),
    [
        (1, 1, 0),
        (0x2400_0001, 1, 4 << 5),  # FCS of two 16-bit words
        (0x2000_0001, 1, 0),  # length without the mark that it is valid
        (0x0400_0001, 1, 0),
        (0xF400_0001, 1, 0),  # 30 bytes do not fit into epb_flags
        (0x0030_0069, 105, 0),  # reserved bits
    ],
)
def test_upper_bits_of_the_link_type(tmp_path: Path, network: int, link_type: int, flags: int) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(forge.pcap_header(network=network) + forge.pcap_record())
    (frame,) = read_frames(path)
    assert (frame.interface.link_type, frame.flags) == (link_type, flags)


@pytest.mark.parametrize(
    ("version", "swapped"),
    [((2, 2), True), ((543, 0), True), ((2, 3), True), ((2, 4), False), ((2, 9), False)],
)
def test_old_versions_have_the_lengths_the_other_way_round(
    tmp_path: Path, version: tuple[int, int], swapped: bool
) -> None:
    path = tmp_path / "x.pcap"
    captured, wire_length = (60, 5) if swapped else (5, 60)
    record = forge.pcap_record(captured=captured, wire_length=wire_length)
    path.write_bytes(forge.pcap_header(version=version) + record)
    (frame,) = read_frames(path)
    assert (frame.data, frame.wire_length) == (b"frame", 60)


def test_version_2_3_swaps_only_where_it_must(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(forge.pcap_header(version=(2, 3)) + forge.pcap_record(captured=5, wire_length=60))
    (frame,) = read_frames(path)
    assert (frame.data, frame.wire_length) == (b"frame", 60)


@pytest.mark.parametrize("version", [(1, 4), (3, 0), (543, 1)])
def test_other_versions_are_refused_at_once(tmp_path: Path, version: tuple[int, int]) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(forge.pcap_header(version=version) + forge.pcap_record())
    with pytest.raises(FileError, match=f"version {version[0]}.{version[1]} is not supported"):
        read_frames(path)


@pytest.mark.parametrize("magic", forge.PCAP_KINDS)
def test_cut_short_anywhere(tmp_path: Path, magic: int) -> None:
    header = forge.pcap_header(magic)
    records = [forge.pcap_record(data, magic) for data in (b"one", b"", b"three")]
    whole = header + b"".join(records)
    ends = [len(header) + sum(map(len, records[:count])) for count in range(4)]
    path = tmp_path / "x.pcap"
    for length in range(4, len(whole)):
        path.write_bytes(whole[:length])
        if length in ends:
            assert len(list(read_frames(path))) == ends.index(length)
        elif length < len(header):
            with pytest.raises(ReadError, match="cut short at offset 0:"):
                read_frames(path)
        else:
            frames, error = until_damage(path)
            complete = sum(end <= length for end in ends) - 1
            assert len(frames) == complete
            assert f"{path}: cut short at offset {ends[complete]}:" in str(error)


@pytest.mark.parametrize(("snaplen", "bound"), [(65535, 262144), (0, 262144), (2**20, 2**20), (2**32 - 1, 64 * 2**20)])
def test_a_frame_may_be_as_long_as_the_bound(tmp_path: Path, snaplen: int, bound: int) -> None:
    path = tmp_path / "x.pcap"
    header = forge.pcap_header(snaplen=snaplen)
    largest = forge.pcap_record(bytes(bound))
    path.write_bytes(header + largest + forge.pcap_record(captured=bound + 1) + bytes(100))
    frames, error = until_damage(path)
    assert [len(frame.data) for frame in frames] == [bound]
    assert f"damaged at offset {len(header + largest)}: a record claims {bound + 1}" in str(error)


def test_swapped_bytes_are_not_taken_for_another_variant(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(struct.pack("<I", 0xB2A1D4C3) + bytes(100))
    with pytest.raises(FileError, match="no pcap or pcapng file"):
        read_frames(path)
