"""ICMP (RFC 792 and later) and ICMPv6 (RFC 4443) with neighbour discovery (RFC 4861), as a Message.

Called after `decode`. A datagram that an error quotes is read into a Packet of its own: it was sent earlier, and the
other way.
"""

from typing import Final

from pcapkit.layers.ipv4 import ipv4
from pcapkit.layers.ipv6 import ipv6
from pcapkit.layers.packet import Flaw, Network, Packet, clear
from pcapkit.subset import U8, U16, U32, Frame, record, u8, u16, u32

ICMP: Final = 1
ICMPV6: Final = 58

ECHO_REPLY: Final = 0
UNREACHABLE: Final = 3
SOURCE_QUENCH: Final = 4
REDIRECT: Final = 5
ECHO_REQUEST: Final = 8
ROUTER_ADVERTISEMENT: Final = 9
TIME_EXCEEDED: Final = 11
PARAMETER_PROBLEM: Final = 12
TIMESTAMP_REQUEST: Final = 13
ADDRESS_MASK_REPLY: Final = 18
EXTENDED_ECHO_REQUEST: Final = 42  # RFC 8335
EXTENDED_ECHO_REPLY: Final = 43
CODE_FRAGMENTATION_NEEDED: Final = 4  # of UNREACHABLE; with the MTU since RFC 1191

PACKET_TOO_BIG_6: Final = 2
PARAMETER_PROBLEM_6: Final = 4
LEAST_INFORMATION_6: Final = 128  # the types below it are errors
ECHO_REQUEST_6: Final = 128
ECHO_REPLY_6: Final = 129
LISTENER_QUERY_6: Final = 130  # RFC 2710; with sources, RFC 3810
LISTENER_DONE_6: Final = 132
ROUTER_SOLICITATION_6: Final = 133
ROUTER_ADVERTISEMENT_6: Final = 134
NEIGHBOUR_SOLICITATION_6: Final = 135
NEIGHBOUR_ADVERTISEMENT_6: Final = 136
REDIRECT_6: Final = 137
LISTENER_REPORT_2_6: Final = 143  # RFC 3810
EXTENDED_ECHO_REQUEST_6: Final = 160
EXTENDED_ECHO_REPLY_6: Final = 161

OPTION_SOURCE_ADDRESS: Final = 1
OPTION_TARGET_ADDRESS: Final = 2
OPTION_PREFIX: Final = 3
OPTION_REDIRECTED: Final = 4
OPTION_MTU: Final = 5
MAX_OPTIONS: Final = 64  # of one message: further ones are not read


@record
class Message:
    """An ICMP or ICMPv6 message. What its type does not have is 0."""

    version: U8  # 4 or 6: which of the two the types belong to
    type: U8
    code: U8
    identifier: U16  # of echo, timestamp and address mask
    sequence: U16
    mtu: U32  # bytes that fit through; in a router advertisement, that the link takes
    pointer: U32  # the byte of the quoted datagram that was objected to
    lifetime: U16  # seconds that a router stays one
    flags: U8  # of a router's or neighbour's advertisement, as they stand in its byte
    address_at: U32  # the gateway of a redirect, the target of neighbour discovery, the group of a listener
    hardware_at: U32  # the link-layer address that goes with it
    hardware_length: U16  # bytes, padding included
    prefix_at: U32  # the first prefix of a router advertisement, 16 bytes
    prefix_length: U8  # bits
    records: U16  # multicast address records of a version 2 listener report
    sources: U16  # sources of a version 2 listener query
    quotes: bool  # `quoted` is filled in, as far as the quotation goes
    quoted: Packet
    flaw: Flaw


def icmp(frame: Frame, packet: Packet, message: Message) -> bool:
    """Read the message of a decoded frame.

    False where it is no ICMP, a fragment, or where its first 8 bytes are not all there: then `message.flaw` says why.
    """
    clear_message(message)
    if packet.fragment or (packet.protocol != ICMP and packet.protocol != ICMPV6):
        return False
    at = packet.transport_at
    if not holds(frame, packet, at, 8, message):
        return False
    message.type = u8(frame, at)
    message.code = u8(frame, at + 1)
    if packet.protocol == ICMP:
        message.version = 4
        version_4(frame, packet, at, message)
    else:
        message.version = 6
        version_6(frame, packet, at, message)
    return True


def clear_message(message: Message) -> None:
    """Make ready for another message."""
    message.version = 0
    message.type = 0
    message.code = 0
    message.identifier = 0
    message.sequence = 0
    message.mtu = 0
    message.pointer = 0
    message.lifetime = 0
    message.flags = 0
    message.address_at = 0
    message.hardware_at = 0
    message.hardware_length = 0
    message.prefix_at = 0
    message.prefix_length = 0
    message.records = 0
    message.sources = 0
    message.quotes = False
    message.flaw = Flaw.NONE


def holds(frame: Frame, packet: Packet, at: U32, length: U32, message: Message) -> bool:
    """Tell whether the message has these bytes and the capture kept them; if not, say why."""
    if at + length > packet.end:
        message.flaw = Flaw.SHORT
        return False
    if at + length > len(frame):
        message.flaw = Flaw.TRUNCATED
        return False
    return True


def version_4(frame: Frame, packet: Packet, at: U32, message: Message) -> None:
    """What stands behind type, code and checksum, by type."""
    kind = message.type
    if kind == UNREACHABLE or kind == SOURCE_QUENCH or kind == TIME_EXCEEDED:
        if kind == UNREACHABLE and message.code == CODE_FRAGMENTATION_NEEDED:
            message.mtu = u16(frame, at + 6)
        quote(frame, packet, at + 8, message)
    elif kind == REDIRECT:
        message.address_at = at + 4
        quote(frame, packet, at + 8, message)
    elif kind == PARAMETER_PROBLEM:
        message.pointer = u8(frame, at + 4)
        quote(frame, packet, at + 8, message)
    elif kind == ROUTER_ADVERTISEMENT:  # RFC 1256: the first of its addresses
        message.lifetime = u16(frame, at + 6)
        if u8(frame, at + 4) != 0 and holds(frame, packet, at, 12, message):
            message.address_at = at + 8
    elif kind == EXTENDED_ECHO_REQUEST or kind == EXTENDED_ECHO_REPLY:
        message.identifier = u16(frame, at + 4)
        message.sequence = u8(frame, at + 6)
    elif kind == ECHO_REPLY or kind == ECHO_REQUEST or (kind >= TIMESTAMP_REQUEST and kind <= ADDRESS_MASK_REPLY):
        message.identifier = u16(frame, at + 4)
        message.sequence = u16(frame, at + 6)
        if kind == ADDRESS_MASK_REPLY and holds(frame, packet, at, 12, message):
            message.address_at = at + 8


def version_6(frame: Frame, packet: Packet, at: U32, message: Message) -> None:
    """What stands behind type, code and checksum, by type."""
    kind = message.type
    if kind < LEAST_INFORMATION_6:
        if kind == PACKET_TOO_BIG_6:
            message.mtu = u32(frame, at + 4)
        elif kind == PARAMETER_PROBLEM_6:
            message.pointer = u32(frame, at + 4)
        quote(frame, packet, at + 8, message)
    elif kind == ECHO_REQUEST_6 or kind == ECHO_REPLY_6:
        message.identifier = u16(frame, at + 4)
        message.sequence = u16(frame, at + 6)
    elif kind == EXTENDED_ECHO_REQUEST_6 or kind == EXTENDED_ECHO_REPLY_6:
        message.identifier = u16(frame, at + 4)
        message.sequence = u8(frame, at + 6)
    elif kind >= LISTENER_QUERY_6 and kind <= LISTENER_DONE_6:
        if holds(frame, packet, at, 24, message):
            message.address_at = at + 8
        if kind == LISTENER_QUERY_6 and at + 28 <= packet.end and holds(frame, packet, at, 28, message):
            message.sources = u16(frame, at + 26)
    elif kind == LISTENER_REPORT_2_6:
        message.records = u16(frame, at + 6)
    elif kind == ROUTER_SOLICITATION_6:
        options(frame, packet, at + 8, message)
    elif kind == ROUTER_ADVERTISEMENT_6:
        message.flags = u8(frame, at + 5)
        message.lifetime = u16(frame, at + 6)
        if holds(frame, packet, at, 16, message):
            options(frame, packet, at + 16, message)
    elif kind == NEIGHBOUR_SOLICITATION_6 or kind == NEIGHBOUR_ADVERTISEMENT_6:
        if kind == NEIGHBOUR_ADVERTISEMENT_6:
            message.flags = u8(frame, at + 4)
        if holds(frame, packet, at, 24, message):
            message.address_at = at + 8
            options(frame, packet, at + 24, message)
    elif kind == REDIRECT_6 and holds(frame, packet, at, 40, message):
        message.address_at = at + 8
        options(frame, packet, at + 40, message)


def options(frame: Frame, packet: Packet, at: U32, message: Message) -> None:
    """The options of neighbour discovery (RFC 4861 section 4.6): a type, a length in units of 8 bytes, a value."""
    place = at
    for _ in range(MAX_OPTIONS):
        if place >= packet.end or not holds(frame, packet, place, 2, message):
            return
        kind = u8(frame, place)
        length = u8(frame, place + 1) * 8
        if length == 0:
            message.flaw = Flaw.BAD_LENGTH
            return
        if kind == OPTION_REDIRECTED and length > 8 and place + length <= packet.end:
            quote(frame, packet, place + 8, message)
        if not holds(frame, packet, place, length, message):
            return
        if kind == OPTION_SOURCE_ADDRESS or kind == OPTION_TARGET_ADDRESS:
            message.hardware_at = place + 2
            message.hardware_length = (length - 2) % 2**16
        elif kind == OPTION_PREFIX and length == 32:
            if message.prefix_at == 0:
                message.prefix_length = u8(frame, place + 2)
                message.prefix_at = place + 16
        elif kind == OPTION_MTU and length == 8:
            message.mtu = u32(frame, place + 4)
        place += length


def quote(frame: Frame, packet: Packet, at: U32, message: Message) -> None:
    """Read the headers of the datagram that begins at `at`, as far as they were quoted."""
    quoted = message.quoted
    clear(quoted, packet.end)
    quoted.at = at
    quoted.transport_at = at
    if message.version == 4:
        ipv4(frame, quoted)
    else:
        ipv6(frame, quoted)
    quoted.transport_at = quoted.at
    message.quotes = quoted.network != Network.NONE
