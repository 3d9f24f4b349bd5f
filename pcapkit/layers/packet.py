"""What one frame turned out to be: where each header begins and what it says."""

from typing import Final

from pcapkit.subset import U8, U16, U32, Names, record

NO_PROTOCOL: Final = 256
"""No IP protocol: the numbers end at 255."""

NO_TYPE: Final = 0
"""No EtherType: nothing that pcapkit follows comes next."""


class Network(Names):
    """The innermost header between link and transport."""

    NONE = 0, "none", "nothing that pcapkit reads"
    IPV4 = 1, "IPv4", "RFC 791"
    IPV6 = 2, "IPv6", "RFC 8200"
    ARP = 3, "ARP", "RFC 826; also RARP, RFC 903"


class Flaw(Names):
    """Why reading a frame stopped early."""

    NONE = 0, "none", "every header was whole and consistent"
    TRUNCATED = 1, "truncated", "the capture kept fewer bytes than the header has"
    SHORT = 2, "short", "the frame or datagram ends, on the wire, before the header does"
    BAD_LENGTH = 3, "bad length", "a length that the header states is below its minimum"
    BAD_VERSION = 4, "bad version", "the version field contradicts the type that announced the header"
    TOO_DEEP = 5, "too many headers", "more headers inside one another than are followed"


@record
class Segment:
    """A TCP header (RFC 9293 section 3.1) and the extent of what it carries."""

    source_port: U16
    destination_port: U16
    seq: U32
    ack: U32
    header_length: U8  # bytes, from the data offset
    flags: U16  # AE CWR ECE URG ACK PSH RST SYN FIN, from bit 8 to bit 0; above them three reserved bits
    window: U16  # as sent, not scaled
    payload_length: U32  # on the wire, by the headers' lengths; the capture may have kept less


@record
class Packet:
    """One frame, read from the outside in; what is nested replaces what was around it."""

    at: U32  # the cursor: where the next header begins
    end: U32  # where the innermost datagram ends, on the wire
    ethertype: U16  # what the next header is, NO_TYPE where nothing follows
    vlan_tags: U8
    vlan: U16  # the tag control information of the innermost tag
    datagrams: U8  # how many IP headers were read, one inside another
    network: Network
    network_at: U32
    addresses_at: U32  # the source address; the destination follows it at once
    address_length: U8  # 4 or 16
    protocol: U16  # the IP protocol of what the innermost datagram carries, or NO_PROTOCOL
    fragment: bool  # one of several: the datagram's transport header is not whole, or not here
    fragment_offset: U32  # bytes
    transport_at: U32  # of what the innermost datagram carries
    has_segment: bool  # `segment` is filled in: a whole TCP header, neither a fragment's nor quoted in an error
    segment: Segment
    flaw: Flaw


def clear(packet: Packet, wire: U32) -> None:
    """Make ready for a frame of `wire` bytes."""
    packet.at = 0
    packet.end = wire
    packet.ethertype = NO_TYPE
    packet.vlan_tags = 0
    packet.vlan = 0
    packet.datagrams = 0
    packet.network = Network.NONE
    packet.network_at = 0
    packet.addresses_at = 0
    packet.address_length = 0
    packet.protocol = NO_PROTOCOL
    packet.transport_at = 0
    packet.fragment = False
    packet.fragment_offset = 0
    packet.has_segment = False
    packet.flaw = Flaw.NONE


def stop(packet: Packet, flaw: Flaw) -> None:
    """Follow the frame no further, and say why."""
    packet.flaw = flaw
    packet.ethertype = NO_TYPE
    packet.protocol = NO_PROTOCOL


def lacks(packet: Packet, captured: U32, length: U32) -> bool:
    """Tell whether a header of `length` bytes at the cursor is not all there; if so, stop."""
    if packet.at + length > packet.end:
        stop(packet, Flaw.SHORT)
        return True
    if packet.at + length > captured:
        stop(packet, Flaw.TRUNCATED)
        return True
    return False
