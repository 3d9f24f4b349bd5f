"""The two endpoints of a segment, addresses and ports, as a key: one for both directions."""

from pcapkit.layers.packet import Packet
from pcapkit.subset import Frame, Key, part, u32


def is_forward(frame: Frame, packet: Packet) -> bool:
    """Tell whether a segment goes from the lower of its endpoints to the higher one, by port and then by address."""
    segment = packet.segment
    if segment.source_port != segment.destination_port:
        return segment.source_port < segment.destination_port
    size = packet.address_length
    for at in range(0, size, 4):
        source = u32(frame, packet.addresses_at + at)
        destination = u32(frame, packet.addresses_at + size + at)
        if source != destination:
            return source < destination
    return True


def key_of(frame: Frame, packet: Packet, forward: bool) -> Key:
    """The endpoints of a segment: the lower one's address, the other's, the ports in the same order.

    `forward` is what `is_forward` tells, so that a segment and its reply have the same key.
    """
    if forward:  # both addresses lie together in the frame, and so do both ports
        return part(frame, packet.addresses_at, packet.address_length * 2) + part(frame, packet.transport_at, 4)
    size = packet.address_length
    return (
        part(frame, packet.addresses_at + size, size)
        + part(frame, packet.addresses_at, size)
        + part(frame, packet.transport_at + 2, 2)
        + part(frame, packet.transport_at, 2)
    )
