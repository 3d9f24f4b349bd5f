"""ARP (RFC 826) and RARP (RFC 903)."""

from pcapkit.layers.packet import NO_TYPE, Network, Packet, lacks
from pcapkit.subset import U8, U16, U32, Frame, Names, record, u8, u16


class Operation(Names):
    """What an ARP message asks or says."""

    REQUEST = 1, "request", "who has this protocol address? (RFC 826)"
    REPLY = 2, "reply", "its hardware address is this"
    REVERSE_REQUEST = 3, "reverse request", "what is the protocol address of this hardware address? (RFC 903)"
    REVERSE_REPLY = 4, "reverse reply", "its protocol address is this"
    INVERSE_REQUEST = 8, "inverse request", "what is the protocol address at the other end of this circuit? (RFC 2390)"
    INVERSE_REPLY = 9, "inverse reply", "mine is this"
    REFUSAL = 10, "refusal", "an ATM ARP server does not know (RFC 2225)"


@record
class Resolution:
    """An ARP or RARP message: where its four addresses stand, in the order that they have there."""

    hardware: U16  # 1 is Ethernet (IANA, ARP parameters)
    protocol: U16  # an EtherType
    hardware_length: U8  # bytes
    protocol_length: U8
    operation: U16  # an Operation, or a number that none has
    sender_hardware_at: U32
    sender_protocol_at: U32
    target_hardware_at: U32
    target_protocol_at: U32


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


def resolution(frame: Frame, packet: Packet, message: Resolution) -> bool:
    """Read the message of a decoded frame; False where it is no ARP."""
    if packet.network != Network.ARP:
        return False
    at = packet.network_at
    hardware_length = u8(frame, at + 4)
    protocol_length = u8(frame, at + 5)
    message.hardware = u16(frame, at)
    message.protocol = u16(frame, at + 2)
    message.hardware_length = hardware_length
    message.protocol_length = protocol_length
    message.operation = u16(frame, at + 6)
    message.sender_hardware_at = at + 8
    message.sender_protocol_at = at + 8 + hardware_length
    message.target_hardware_at = at + 8 + hardware_length + protocol_length
    message.target_protocol_at = at + 8 + hardware_length * 2 + protocol_length
    return True
