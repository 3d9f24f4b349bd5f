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
    """Fill in a row, all of it."""
    batch.number[row] = frame.number
    batch.time[row] = min(max(frame.time or 0, _LEAST), _MOST)
    batch.has_time[row] = frame.time is not None
    batch.wire_length[row] = frame.wire_length
    batch.captured_length[row] = len(frame.data)
    batch.interface[row] = frame.interface_id
    batch.link_type[row] = frame.interface.link_type
    segment = packet.segment if packet.has_segment else _NO_SEGMENT
    batch.has_segment[row] = packet.has_segment
    batch.source_port[row] = segment.source_port
    batch.destination_port[row] = segment.destination_port
    batch.seq[row] = segment.seq
    batch.ack[row] = segment.ack
    batch.flags[row] = segment.flags
    batch.window[row] = segment.window
    batch.payload_length[row] = segment.payload_length
    length, at = packet.address_length, packet.addresses_at
    if at + 2 * length > len(frame.data):
        length = 0
    source, destination = frame.data[at : at + length], frame.data[at + length : at + 2 * length]
    batch.address_length[row] = length
    batch.addresses[ADDRESSES * row : ADDRESSES * (row + 1)] = source.ljust(_HALF, b"\0") + destination.ljust(
        _HALF, b"\0"
    )
    batch.found[row] = values is not None
    for spec in specs:
        value = 0 if values is None else values.get(spec.name, 0)
        batch.fields[spec.name][row] = sum(1 << member for member in value) if isinstance(value, tuple) else value
