"""Frames made by hand: what they say, and that their checksums are good."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from pcapkit.lab.forge import Endpoint, checksum, segment
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Flaw, Packet

A, B = Endpoint("02:00:00:00:00:01", "10.0.0.1", 40000), Endpoint("02:00:00:00:00:02", "10.0.0.2", 10000)


def test_the_checksum_of_rfc_1071() -> None:
    """The example of its section 3: the sum is ddf2."""
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2
    assert checksum(b"\x01") == 0xFFFF - 0x0100


@given(
    st.integers(0, 0xFF),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=50),
    st.none() | st.integers(0, 4095),
)
def test_a_segment_reads_back(flags: int, seq: int, ack: int, payload: bytes, vlan: int | None) -> None:
    """Every field as given; a receiver's sums over header and segment come out as zero."""
    frame = segment(A, B, flags, seq, ack, payload=payload, vlan=vlan)
    packet = Packet()
    decode(frame, len(frame), 1, packet)
    one = packet.segment
    assert packet.flaw == Flaw.NONE
    assert (one.flags, one.seq, one.ack, one.payload_length) == (flags, seq, ack, len(payload))
    assert (one.source_port, one.destination_port) == (40000, 10000)
    assert packet.vlan_tags == (0 if vlan is None else 1)
    assert vlan is None or packet.vlan == vlan
    at = packet.network_at
    assert checksum(frame[at : at + 20]) == 0
    tcp = frame[at + 20 :]
    assert checksum(frame[at + 12 : at + 20] + struct.pack("!HH", 6, len(tcp)) + tcp) == 0
