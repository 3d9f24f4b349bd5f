"""IPv4 (RFC 791): addresses, fragments, and where the datagram ends; what follows it is padding."""

from typing import Final

from pcapkit.layers.packet import NO_TYPE, Flaw, Network, Packet, lacks, stop
from pcapkit.subset import Frame, u8, u16

MORE_FRAGMENTS: Final = 0x2000
AUTHENTICATION: Final = 51  # RFC 4302
MAX_AUTHENTICATIONS: Final = 8


def ipv4(frame: Frame, packet: Packet) -> None:
    """Read the header at the cursor, and move behind it and its options."""
    if lacks(packet, len(frame), 20):
        return
    first = u8(frame, packet.at)
    header_length = (first & 0x0F) * 4
    total_length = u16(frame, packet.at + 2)
    if first >> 4 != 4:
        stop(packet, Flaw.BAD_VERSION)
        return
    if header_length < 20 or (total_length != 0 and total_length < header_length):
        stop(packet, Flaw.BAD_LENGTH)
        return
    # A total length of 0 is what the kernel leaves to the network card, or BIG TCP: all the frame counts.
    if total_length != 0 and packet.at + total_length < packet.end:
        packet.end = packet.at + total_length
    if lacks(packet, len(frame), header_length):
        return
    placement = u16(frame, packet.at + 6)
    packet.network = Network.IPV4
    packet.network_at = packet.at
    packet.addresses_at = packet.at + 12
    packet.address_length = 4
    packet.datagrams += 1
    packet.ethertype = NO_TYPE
    packet.protocol = u8(frame, packet.at + 9)
    packet.fragment_offset = (placement & 0x1FFF) * 8
    packet.fragment = packet.fragment_offset != 0 or placement & MORE_FRAGMENTS != 0
    packet.at += header_length
    if not packet.fragment:
        authentication(frame, packet)


def authentication(frame: Frame, packet: Packet) -> None:
    """Move behind an authentication header (RFC 4302): what it protects stands there in the clear."""
    for _ in range(MAX_AUTHENTICATIONS):
        if packet.protocol != AUTHENTICATION or lacks(packet, len(frame), 8):
            return
        length = u8(frame, packet.at + 1) * 4 + 8
        if lacks(packet, len(frame), length):
            return
        packet.protocol = u8(frame, packet.at)
        packet.at += length
    stop(packet, Flaw.TOO_DEEP)
