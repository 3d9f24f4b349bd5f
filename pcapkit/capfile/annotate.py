"""Puts comments into a capture file that exists already, and leaves everything else in it as it was.

A pcapng file is copied block by block and byte for byte; only packet blocks that get or lose a comment are
put together anew, and of those only the options. Two things follow from that:

- A section header that tells the section's length is changed to say that it is unknown (-1), since the
  comments make it longer and a pipe cannot be corrected afterwards.
- A simple packet block has no room for a comment. An enhanced one would have, but it would need a timestamp
  that nobody has recorded. So simple packet blocks stay as they are, without a comment.

A classic pcap file becomes a pcapng file.
"""

import io
import os
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from pcapkit.capfile.blocks import (
    INTERFACE_DESCRIPTION,
    MAXIMUM_BLOCK,
    SECTION_HEADER,
    SIMPLE_PACKET,
    ByteOrder,
    iterate_blocks,
)
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.options import COMMENT, END_MARK, decode_options, decode_text, encode_option, encode_text
from pcapkit.capfile.output import BlockOutput
from pcapkit.capfile.pcap import PcapHeader, read_pcap
from pcapkit.capfile.pcapng import NUMBERED_BLOCKS, PACKET_BLOCKS
from pcapkit.capfile.reader import open_capture
from pcapkit.capfile.runs import FrameRuns
from pcapkit.capfile.section import Section
from pcapkit.capfile.source import Source
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.errors import FileError, ReadError

_LENGTH_UNKNOWN = b"\xff" * 8
_PACKET_FIXED = 28  # bytes before the data, in enhanced and obsolete packet blocks

CommentFor = Callable[[CapturedFrame], str | None]
IsOwn = Callable[[str], bool]


class CommentRuns(FrameRuns, Protocol):
    """Puts comments on whole runs of ordinary frames."""

    def blocks(self) -> Iterator[tuple[memoryview, int, int]]:
        """The packet blocks of the frames that the latest `take` took, in the file's byte order (little-endian for a
        pcap file), good until the next; how many, and how many of them carry a comment. In one piece or several.
        """


class Annotated(NamedTuple):
    """What was copied: frames, and how many of them carry our comment now."""

    frames: int
    comments: int


def _nobody(comment: str) -> bool:
    return False


def annotate(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str] | BinaryIO,
    comment_for: CommentFor,
    *,
    is_own: IsOwn = _nobody,
    application: str = "pcapkit",
    runs: CommentRuns | None = None,
) -> Annotated:
    """Copy a capture file as pcapng, with a comment on each frame for which `comment_for` gives one.

    `comment_for` is called once for each frame, in order, but for those that `runs` has taken. Comments that
    `is_own` recognises are replaced, or removed where there is no new one; other people's stay. `application` goes
    into the header where a classic pcap file is converted. Raises FileError if either file cannot be opened,
    WriteError, and ReadError where the source is damaged: then all that precedes the damage is in the target.
    """
    opened, header = open_capture(source)
    with opened:
        if not isinstance(target, str | os.PathLike):
            return _copy(opened, header, target, comment_for, is_own, application, runs)
        if opened.is_file(target):
            raise FileError(f"{opened.name}: cannot be annotated onto itself: name another file to write")
        try:
            stream = io.FileIO(target, "wb")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise FileError(f"{os.fspath(target)}: cannot be written: {reason}") from error
        with stream:
            return _copy(opened, header, stream, comment_for, is_own, application, runs)


def _copy(
    source: Source,
    header: PcapHeader | None,
    target: BinaryIO,
    comment_for: CommentFor,
    is_own: IsOwn,
    application: str,
    runs: CommentRuns | None,
) -> Annotated:
    if header is None:
        return _copy_pcapng(source, BlockOutput(target), comment_for, is_own, runs)
    return _convert_pcap(source, header, target, comment_for, application, runs)


def _convert_pcap(
    source: Source,
    header: PcapHeader,
    target: BinaryIO,
    comment_for: CommentFor,
    application: str,
    runs: CommentRuns | None,
) -> Annotated:
    writer = PcapngWriter(target, hardware="", os="", application=application)
    writer.add_interface(header.interface)
    frames = comments = 0
    try:
        for frame in read_pcap(source, header, runs):
            if frame is None:
                assert runs is not None
                for blocks, taken, commented in runs.blocks():
                    writer.add_run(blocks, taken)
                    frames += taken
                    comments += commented
                continue
            comment = comment_for(frame)
            writer.write(
                0,
                frame.time,
                frame.data,
                frame.wire_length,
                comments=(comment,) if comment else (),
                flags=frame.flags,
            )
            frames += 1
            comments += bool(comment)
    except ReadError:
        writer.flush()
        raise
    writer.flush()
    return Annotated(frames, comments)


def _copy_pcapng(
    source: Source, output: BlockOutput, comment_for: CommentFor, is_own: IsOwn, runs: CommentRuns | None
) -> Annotated:
    number = frames = comments = 0
    section: Section | None = None
    try:
        for kind, offset, order, block in iterate_blocks(source):
            if kind in PACKET_BLOCKS:
                assert section is not None  # the file begins with a section header, or it would not be read here
                number += 1
                frames += 1
                comment = comment_for(section.frame(kind, block, offset, number))
                if kind != SIMPLE_PACKET:
                    block, carries = _with_comment(block, order, comment, is_own)
                    comments += carries
            elif kind == SECTION_HEADER:
                section = Section(source.name, block, offset, order)
                if runs is not None:
                    runs.begin_section(order)
                block = block[:16] + _LENGTH_UNKNOWN + block[24:]
            elif kind == INTERFACE_DESCRIPTION:
                assert section is not None
                interface = section.add_interface(block)
                if runs is not None:
                    runs.add_interface(interface)
            elif kind in NUMBERED_BLOCKS:
                number += 1
            output.add(block, frame=kind in PACKET_BLOCKS)
            while runs is not None and (taken := runs.take(source, number + 1)):
                number += taken
                for blocks, done, commented in runs.blocks():
                    output.add_run(blocks, done, order)
                    frames += done
                    comments += commented
    except ReadError:
        output.flush()
        raise
    output.flush()
    return Annotated(frames, comments)


def _with_comment(block: bytes, order: ByteOrder, comment: str | None, is_own: IsOwn) -> tuple[bytes, bool]:
    """An enhanced or obsolete packet block with `comment` instead of our earlier ones; whether it carries it.

    The new comment takes the place of the first earlier one, or follows the options that are there. What
    comes after them (opt_endofopt, an option that does not fit into the block) stays as it was.
    """
    (captured,) = struct.unpack_from(order + "I", block, 20)  # at the same place in both kinds
    start = _PACKET_FIXED + captured + (-captured & 3)
    stop = len(block) - 4
    own: list[tuple[int, int]] = []  # where our earlier comments lie
    end = start  # of the last option
    for code, value, begin, end in decode_options(block, start, stop, order):
        if code == COMMENT and is_own(decode_text(value)):
            own.append((begin, end))
    if not comment and not own:
        return block, False
    position = own[0][0] if own else end
    parts = [block[8:position]]
    if comment:
        parts.append(encode_option(COMMENT, encode_text(comment), order))
    for begin, after in own:
        parts.append(block[position:begin])
        position = after
    rest = block[position:stop]
    if start == stop:
        rest = END_MARK
    elif not comment and rest == END_MARK and sum(after - begin for begin, after in own) == end - start:
        rest = b""  # no option is left for it to end
    parts.append(rest)
    body = b"".join(parts)
    length = struct.pack(order + "I", 12 + len(body))
    if 12 + len(body) > MAXIMUM_BLOCK:
        return block, False  # a block that we could not read again
    return b"".join((block[:4], length, body, length)), bool(comment)
