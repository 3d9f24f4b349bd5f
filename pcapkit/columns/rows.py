"""One frame put into a row: what Python does, for all frames or for those that are left to it."""

from typing import Final

from pcapkit.capfile.model import CapturedFrame
from pcapkit.columns.batch import ADDRESSES, Batch
from pcapkit.dissector import Values
from pcapkit.layers.packet import Packet, Segment
from pcapkit.subset import FieldSpec

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_HALF: Final = ADDRESSES // 2
_NO_SEGMENT: Final = Segment()


def put_row(
    batch: Batch, row: int, frame: CapturedFrame, packet: Packet, specs: tuple[FieldSpec, ...], values: Values | None
) -> None:
    """Fill in a row, all of it but for columns that are empty."""
    segment = packet.segment if packet.has_segment else _NO_SEGMENT
    length, at = packet.address_length, packet.addresses_at
    if at + 2 * length > len(frame.data):
        length = 0
    for column, number in (
        (batch.number, frame.number),
        (batch.time, min(max(frame.time or 0, _LEAST), _MOST)),
        (batch.has_time, frame.time is not None),
        (batch.wire_length, frame.wire_length),
        (batch.captured_length, len(frame.data)),
        (batch.interface, frame.interface_id),
        (batch.link_type, frame.interface.link_type),
        (batch.has_segment, packet.has_segment),
        (batch.source_port, segment.source_port),
        (batch.destination_port, segment.destination_port),
        (batch.seq, segment.seq),
        (batch.ack, segment.ack),
        (batch.flags, segment.flags),
        (batch.window, segment.window),
        (batch.payload_length, segment.payload_length),
        (batch.found, values is not None),
        (batch.address_length, length),
    ):
        if column:
            column[row] = number
    if batch.addresses:
        source, destination = frame.data[at : at + length], frame.data[at + length : at + 2 * length]
        both = source.ljust(_HALF, b"\0") + destination.ljust(_HALF, b"\0")
        batch.addresses[ADDRESSES * row : ADDRESSES * (row + 1)] = both
    for spec in specs:
        column = batch.fields[spec.name]
        if column:
            value = 0 if values is None else values.get(spec.name, 0)
            column[row] = sum(1 << member for member in value) if isinstance(value, tuple) else value
