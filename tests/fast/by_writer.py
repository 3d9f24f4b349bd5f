"""What the Python writer makes of frames: the bytes that native code has to make too."""

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pcapkit.capfile.model import Interface
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.capture.walk import Frame

Taken = tuple[int, Frame, int]
"""The number of the source, a frame, and how many were lost before it."""


@lru_cache(maxsize=1)
def _writer() -> tuple[io.BytesIO, PcapngWriter]:
    """One for all: describing interfaces takes its time."""
    stream = io.BytesIO()
    writer = PcapngWriter(stream, hardware="", os="", application="")
    for _ in range(4):
        writer.add_interface(Interface(1))
    return stream, writer


def written(frames: Iterable[Taken], comments: Sequence[str] = ()) -> bytes:
    """The blocks of frames, of which `comments` says one for each, "" for none."""
    stream, writer = _writer()
    stream.seek(0)
    stream.truncate()
    for place, (source, frame, dropped) in enumerate(frames):
        comment = comments[place] if comments else ""
        writer.write(
            source,
            frame.time,
            frame.data,
            frame.wire_length,
            comments=(comment,) if comment else (),
            flags=frame.flags,
            drop_count=dropped,
        )
    writer.flush()
    return stream.getvalue()
