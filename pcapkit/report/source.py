"""The labelled segments of a capture file."""

from collections.abc import Callable, Iterator

from pcapkit.capfile.reader import read_frames
from pcapkit.layers.decode import decode
from pcapkit.layers.packet import Packet
from pcapkit.report.rows import Row
from pcapkit.report.vocabulary import Vocabulary


def rows(path: str, words: Vocabulary, only: Callable[[int], bool] | None = None) -> Iterator[Row]:
    """Label the frames of a capture file; "-" is standard input.

    Raises FileError if it cannot be opened, ReadError where it is damaged, after every row before that.
    """
    frames = read_frames(path)
    return _rows(frames, words)


def _rows(frames, words):
    run = words.dissector.begin()
    packet = Packet()
    for frame in frames:
        decode(frame.data, frame.wire_length, frame.interface.link_type, packet)
        v = run.dissect(packet, frame.number, frame.time, frame.data)
        if v is None:
            continue
        seg = packet.segment
        n = packet.address_length
        at = packet.addresses_at
        ports = frame.data[packet.transport_at:packet.transport_at+4]
        get = v.get
        bits = lambda t: sum(1 << b for b in t)
        yield Row(frame.number, frame.time or 0, frame.wire_length, frame.data[at:at+n]+ports[:2], frame.data[at+n:at+2*n]+ports[2:],
            seg.flags, seg.seq, seg.ack, seg.window, seg.payload_length, get("connection",0), get("sender",0), bits(get("step",())),
            get("client_state",0), get("server_state",0), get("answers",0), get("delay",0), int(get("inferred",False)), bits(get("problems",())),
            get("expected_ack",0), get("ack_check",0), get("expected_seq",0), get("seq_check",0))
