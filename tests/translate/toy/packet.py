"""What the toy's layers make of a frame."""

from pcapkit.subset import U8, U16, U32, record


@record
class Segment:
    """The part of a TCP header (RFC 9293 section 3.1) that the toy looks at."""

    source_port: U16
    destination_port: U16
    seq: U32
    ack: U32
    flags: U16
    window: U16


@record
class Packet:
    """One frame."""

    at: U32  # the cursor
    ttl: U8
    addresses_at: U32
    transport_at: U32
    has_segment: bool
    segment: Segment
