"""ARP (RFC 826) and RARP (RFC 903)."""

from pcapkit.layers.packet import NO_TYPE, Network, Packet, lacks
from pcapkit.subset import Frame, u8


def arp(frame: Frame, packet: Packet) -> None:
    """Read the header at the cursor: the lengths of both kinds of address stand in it."""
    if lacks(packet, len(frame), 8):
        return
    length = 8 + (u8(frame, packet.at + 4) + u8(frame, packet.at + 5)) * 2
    if lacks(packet, len(frame), length):
        return
    packet.network = Network.ARP
    packet.network_at = packet.at
    packet.ethertype = NO_TYPE
    packet.at += length
