"""The labelled segments of a capture file."""

from collections.abc import Iterator

from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.reader import read_frames
from pcapkit.dissector import Values
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from pcapkit.report.rows import Row
from pcapkit.report.vocabulary import Vocabulary


def rows(path: str, words: Vocabulary) -> Iterator[Row]:
    """Label the frames of a capture file; "-" is standard input.

    Raises FileError if it cannot be opened, ReadError where it is damaged, after every row before that.
    """
    frames = read_frames(path)
    run = words.dissector.begin()
    packet = Packet()
    for frame in frames:
        decode(frame.data, frame.wire_length, frame.interface.link_type, packet)
        values = run.dissect(packet, frame.number, frame.time, frame.data)
        if values is not None:
            yield _row(frame, packet, values)


def _row(frame: CapturedFrame, packet: Packet, values: Values) -> Row:
    segment = packet.segment
    at, size = packet.addresses_at, packet.address_length
    ports = frame.data[packet.transport_at : packet.transport_at + 4]

    def number(name: str) -> int:
        value = values.get(name, 0)
        return sum(1 << member for member in value) if isinstance(value, tuple) else int(value)

    return Row(
        frame.number,
        frame.time or 0,
        frame.wire_length,
        frame.data[at : at + size] + ports[:2],
        frame.data[at + size : at + 2 * size] + ports[2:],
        segment.flags,
        segment.seq,
        segment.ack,
        segment.window,
        segment.payload_length,
        *map(number, Row._fields[10:]),
    )
