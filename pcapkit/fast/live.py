"""What the recorder needs of the engine: an encoder for its interfaces, with the installed dissectors' comments."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pcapkit import fast
from pcapkit.annotate.annotator import Level
from pcapkit.capfile.buffered import FrameBuffer
from pcapkit.capture.source import Source


class Live(NamedTuple):
    """The engine, its LiveEncoder, and the buffer that this one fills."""

    engine: Any
    encoder: Any
    buffer: FrameBuffer


def begin(sources: Sequence[Source], level: Level) -> Live | None:
    """Start on a capture; None where it has to be done in Python: without the engine, or a dissector's native code."""
    engine: Any = fast.load()
    if isinstance(engine, str):
        return None
    links = [
        (
            source.interface.link.number,
            source.snaplen,
            source.interface.link.tag_offset,
            source.interface.link.cooked,
            source.interface.loopback,
        )
        for source in sources
    ]
    if level == "none":
        return Live(engine, engine.LiveEncoder(links), engine.FrameBuffer())
    from pcapkit import native
    from pcapkit.dissector import find
    from pcapkit.fast.wording import words

    dissectors = find()
    if not dissectors or any(native.available(one) is not None for one in dissectors):
        return None
    try:
        runs = engine.Runs([native.begin(one) for one in dissectors])
        wording = engine.Wording(words(dissectors))
        encoder = engine.LiveEncoder(links, runs, wording, engine.TEXT_LEVELS[level])
    except ValueError:  # more dissectors, or longer comments, than native code takes
        return None
    return Live(engine, encoder, engine.FrameBuffer())
