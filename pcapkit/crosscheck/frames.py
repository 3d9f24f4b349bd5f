"""Reading a capture into batches of frames to show."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pcapkit.capfile.reader import read_frames
from pcapkit.crosscheck.face import Shown
from pcapkit.errors import ReadError
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Flaw, Packet
from pcapkit.subset import u16

BATCH_FRAMES: Final = 512
BATCH_BYTES: Final = 1 << 20

NO_PORTS, TCP_PORTS, UDP_PORTS = 0, 2, 3  # Wireshark's port_type
UDP: Final = 17


def batches(path: Path) -> Iterator[list[Shown]]:
    """The frames of a capture, some hundred at a time.

    Raises FileError at once, ReadError after the batch that holds the last whole frame.
    """
    batch: list[Shown] = []
    size = 0
    damage: ReadError | None = None
    frames = _shown(path)
    while True:
        try:
            frame = next(frames, None)
        except ReadError as error:
            frame, damage = None, error
        if frame is not None:
            batch.append(frame)
            size += len(frame.data)
        if batch and (frame is None or len(batch) >= BATCH_FRAMES or size >= BATCH_BYTES):
            yield batch
            batch, size = [], 0
        if frame is None:
            break
    if damage is not None:
        raise damage


def _shown(path: Path) -> Iterator[Shown]:
    first: int | None = None
    previous = 0
    for captured in read_frames(path):
        time = captured.time or 0
        if first is None:
            first = previous = time
        packet = Packet()
        decode(captured.data, captured.wire_length, captured.interface.link_type, packet)
        yield Shown(
            captured.number,
            captured.time,
            time - first,
            time - previous,
            captured.data,
            captured.wire_length,
            captured.interface.link_type,
            captured.comments,
            packet,
            *_ports(captured.data, packet),
        )
        previous = time


def _ports(data: bytes, packet: Packet) -> tuple[int, int, int]:
    """What Wireshark would have in pinfo: port_type, src_port, dst_port."""
    if packet.has_segment:
        return TCP_PORTS, packet.segment.source_port, packet.segment.destination_port
    at = packet.transport_at
    if packet.protocol == UDP and not packet.fragment and packet.flaw == Flaw.NONE and at + 4 <= len(data):
        return UDP_PORTS, u16(data, at), u16(data, at + 2)
    return NO_PORTS, 0, 0
