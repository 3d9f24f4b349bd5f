"""IGMP (versions 1 to 3: RFC 1112, RFC 2236, RFC 3376), as a Membership. Called after `decode`."""

from typing import Final

from pcapkit.layers.packet import Flaw, Packet
from pcapkit.subset import U8, U16, U32, Frame, record, u8, u16

IGMP: Final = 2

QUERY: Final = 0x11
REPORT_1: Final = 0x12
REPORT_2: Final = 0x16
LEAVE: Final = 0x17
REPORT_3: Final = 0x22


@record
class Membership:
    """A message about who listens to which group."""

    type: U8
    version: U8  # 1 to 3; 0 for a type that belongs to none of them
    response_time: U8  # tenths of a second, as coded, that hosts may take to answer; 0 in version 1
    group_at: U32  # where the group's address stands; 0 where the message has none
    records: U16  # group records of a version 3 report
    sources: U16  # source addresses of a version 3 query
    flaw: Flaw


def igmp(frame: Frame, packet: Packet, membership: Membership) -> bool:
    """Read the message of a decoded frame.

    False where it is no IGMP, a fragment, or where its 8 bytes are not all there: then `membership.flaw` says why.
    """
    membership.flaw = Flaw.NONE
    membership.version = 0
    membership.response_time = 0
    membership.group_at = 0
    membership.records = 0
    membership.sources = 0
    if packet.protocol != IGMP or packet.fragment:
        return False
    at = packet.transport_at
    if at + 8 > packet.end:
        membership.flaw = Flaw.SHORT
        return False
    if at + 8 > len(frame):
        membership.flaw = Flaw.TRUNCATED
        return False
    kind = u8(frame, at)
    membership.type = kind
    if kind == QUERY:
        query(frame, packet, membership)
    elif kind == REPORT_1:
        membership.version = 1
        membership.group_at = at + 4
    elif kind == REPORT_2 or kind == LEAVE:
        membership.version = 2
        membership.group_at = at + 4
    elif kind == REPORT_3:
        membership.version = 3
        membership.records = u16(frame, at + 6)
    return True


def query(frame: Frame, packet: Packet, membership: Membership) -> None:
    """Tell the versions of a query apart: by its length, and by the time to answer (RFC 3376 section 7.1)."""
    at = packet.transport_at
    membership.group_at = at + 4
    membership.response_time = u8(frame, at + 1)
    if at + 12 <= packet.end:
        membership.version = 3
        membership.sources = u16(frame, at + 10)
    elif membership.response_time == 0:
        membership.version = 1
    else:
        membership.version = 2
