"""What the recorder needs of the engine: an encoder for its interfaces, which goes on with an annotator's runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pcapkit import fast
from pcapkit.capfile.buffered import FrameBuffer
from pcapkit.capture.source import Source

if TYPE_CHECKING:
    from pcapkit.annotate import Annotator


class Live(NamedTuple):
    """The engine, its LiveEncoder, and the buffer that this one fills."""

    engine: Any
    encoder: Any
    buffer: FrameBuffer


def begin(sources: Sequence[Source], annotator: "Annotator | None") -> Live | None:
    """Start on a capture; None where it has to be done in Python: without the engine, or the annotator's native form.

    annotator: as from begin_annotator; None for frames without comments.
    """
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
    if annotator is None:
        return Live(engine, engine.LiveEncoder(links), engine.FrameBuffer())
    from pcapkit.fast.annotator import NativeAnnotator

    if not isinstance(annotator, NativeAnnotator):
        return None
    level = engine.TEXT_LEVELS[annotator.level]
    return Live(engine, engine.LiveEncoder(links, annotator.runs, annotator.wording, level), engine.FrameBuffer())
