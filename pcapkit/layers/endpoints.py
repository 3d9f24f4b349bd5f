"""The two endpoints of a frame, addresses and ports, as keys: of one pair, there is one for each direction."""

from pcapkit.layers.packet import Packet
from pcapkit.subset import Frame, Key, part


def key_of(frame: Frame, packet: Packet) -> Key:
    """The endpoints of a frame: source address, destination address, source port, destination port."""
    # Both addresses lie together in the frame, and so do both ports.
    return part(frame, packet.addresses_at, packet.address_length * 2) + part(frame, packet.transport_at, 4)


def key_of_replies(frame: Frame, packet: Packet) -> Key:
    """The same of the frames that go the other way."""
    size = packet.address_length
    addresses = part(frame, packet.addresses_at + size, size) + part(frame, packet.addresses_at, size)
    return addresses + part(frame, packet.transport_at + 2, 2) + part(frame, packet.transport_at, 2)
