"""One frame put into a row: what Python does, for all frames or for those that are left to it."""

from typing import Final

from pcapkit.capfile.model import CapturedFrame
from pcapkit.columns.batch import ADDRESSES, Batch
from pcapkit.dissector import Values
from pcapkit.layers.packet import Packet
from pcapkit.subset import FieldSpec

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1


def put_row(
    batch: Batch, row: int, frame: CapturedFrame, packet: Packet, specs: tuple[FieldSpec, ...], values: Values | None
) -> None:
    """Fill in a row of zeros."""
    batch.number[row] = frame.number
    batch.time[row] = min(max(frame.time or 0, _LEAST), _MOST)
    batch.has_time[row] = frame.time is not None
    batch.wire_length[row] = frame.wire_length
    batch.captured_length[row] = len(frame.data)
    batch.interface[row] = frame.interface_id
    batch.link_type[row] = frame.interface.link_type
    if packet.has_segment:
        segment = packet.segment
        batch.has_segment[row] = 1
        batch.source_port[row] = segment.source_port
        batch.destination_port[row] = segment.destination_port
        batch.seq[row] = segment.seq
        batch.ack[row] = segment.ack
        batch.flags[row] = segment.flags
        batch.window[row] = segment.window
        batch.payload_length[row] = segment.payload_length
    length, at = packet.address_length, packet.addresses_at
    if length and at + 2 * length <= len(frame.data):
        begin, half = ADDRESSES * row, ADDRESSES // 2
        batch.address_length[row] = length
        batch.addresses[begin : begin + length] = frame.data[at : at + length]
        batch.addresses[begin + half : begin + half + length] = frame.data[at + length : at + 2 * length]
    if values is None:
        return
    batch.found[row] = 1
    for spec in specs:
        value = values.get(spec.name)
        if value is None:
            continue
        if isinstance(value, tuple):
            value = sum(1 << member for member in value)
        batch.fields[spec.name][row] = value
