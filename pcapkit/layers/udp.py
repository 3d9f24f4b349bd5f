"""UDP (RFC 768): the header, as a Datagram. Called after `decode`."""

from pcapkit.layers.packet import Flaw, Packet
from pcapkit.layers.tunnels import UDP
from pcapkit.subset import U16, U32, Frame, record, u16


@record
class Datagram:
    """A UDP header and the extent of what it carries."""

    source_port: U16
    destination_port: U16
    length: U16  # as stated: header and payload; 0 in a jumbogram (RFC 2675)
    payload_length: U32  # on the wire; by the stated length, or what the IP datagram has if that is less
    flaw: Flaw  # SHORT: the IP datagram ends before the stated length; BAD_LENGTH: it is below 8


def udp(frame: Frame, packet: Packet, datagram: Datagram) -> bool:
    """Read the header of a decoded frame.

    False where it is no UDP, a fragment, or where the header is not all there: then `datagram.flaw` says why.
    """
    datagram.flaw = Flaw.NONE
    datagram.payload_length = 0
    if packet.protocol != UDP or packet.fragment:
        return False
    at = packet.transport_at
    if at + 8 > packet.end:
        datagram.flaw = Flaw.SHORT
        return False
    if at + 8 > len(frame):
        datagram.flaw = Flaw.TRUNCATED
        return False
    available = (packet.end - at) % 2**32
    length = u16(frame, at + 4)
    datagram.source_port = u16(frame, at)
    datagram.destination_port = u16(frame, at + 2)
    datagram.length = length
    if length == 0:
        datagram.payload_length = (available - 8) % 2**32
    elif length < 8:
        datagram.flaw = Flaw.BAD_LENGTH
    elif length > available:
        datagram.flaw = Flaw.SHORT
        datagram.payload_length = (available - 8) % 2**32
    else:
        datagram.payload_length = (length - 8) % 2**32
    return True
