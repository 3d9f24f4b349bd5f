"""Writes pcapng files.

The section header and the interface descriptions are written with python-pcapng. Interface statistics are
not: its isb_starttime and isb_endtime are plain 64-bit integers, but the format has the upper 32 bits first
in either byte order (draft-ietf-opsawg-pcapng 4.6). Nor are frames, for speed.
"""

import io
import struct
import warnings
from collections.abc import Sequence
from typing import Any, BinaryIO

from pcapkit.capfile.blocks import ENHANCED_PACKET, INTERFACE_STATISTICS, MAXIMUM_BLOCK, SIMPLE_PACKET
from pcapkit.capfile.buffered import BufferedOutput, FrameBuffer
from pcapkit.capfile.model import Interface
from pcapkit.capfile.options import (
    COMMENT,
    END_MARK,
    PACKET_DROP_COUNT,
    PACKET_FLAGS,
    PADDING,
    clean_text,
    encode_option,
    encode_text,
)
from pcapkit.capfile.output import BlockOutput
from pcapkit.errors import WriteError

_ENHANCED = struct.Struct("<IIIIIII")
_SIMPLE = struct.Struct("<III")
_STATISTICS = struct.Struct("<IIIII")
_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")
STATISTICS_SIZE = 112  # bytes of an interface statistics block with all its counts
_NANOSECOND_RESOLUTION = b"\x09"  # if_tsresol: 10^-9
_LIBPCAP_FILTER = 0  # if_filter's first byte: the filter follows as text


class PcapngWriter:
    """A pcapng file of one section, little-endian, times in nanoseconds, on a stream that the caller closes.

    Blocks are gathered and written whole; `flush` hands over what was gathered. All methods raise WriteError
    (full disk, closed pipe, ...), which names how many frames are in the file.
    """

    def __init__(
        self,
        stream: BinaryIO | io.RawIOBase,
        *,
        hardware: str,
        os: str,
        application: str,
        comment: str = "",
        buffer: FrameBuffer | None = None,
    ) -> None:
        """buffer: native code puts frames there, too (pcapkit.capfile.buffered); after `flush`, the next writer may."""
        import pcapng.blocks
        import pcapng.writer

        self._output = BlockOutput(stream) if buffer is None else BufferedOutput(stream, buffer)
        self._snaplens: list[int] = []  # by interface
        self._scratch = io.BytesIO()
        options = {
            "shb_hardware": hardware,
            "shb_os": os,
            "shb_userappl": application,
            "opt_comment": comment,
        }
        self._section = pcapng.blocks.SectionHeader(endianness="<", options=_texts(options))
        self._interface_type = pcapng.blocks.InterfaceDescription
        self._blocks = pcapng.writer.FileWriter(self._scratch, self._section)
        self._write_scratch()

    @property
    def frames(self) -> int:
        """Frames that the operating system has taken; those still gathered do not count."""
        return self._output.frames

    @property
    def size(self) -> int:
        """Bytes of the file, with those still gathered."""
        return self._output.size + self._output.gathered

    def add_interface(self, interface: Interface) -> int:
        """Describe an interface, at once; returns the number by which frames and statistics refer to it."""
        options: dict[str, Any] = _texts(
            {
                "if_name": interface.name,
                "if_description": interface.description,
                "if_os": interface.os,
                "if_hardware": interface.hardware,
            }
        )
        options["if_tsresol"] = _NANOSECOND_RESOLUTION
        if interface.speed > 0:
            options["if_speed"] = interface.speed
        if interface.filter:
            # A list, since a bare tuple is taken for several values.
            options["if_filter"] = [(_LIBPCAP_FILTER, encode_text(interface.filter))]
        try:
            block = self._section.new_member(
                self._interface_type,
                link_type=interface.link_type,
                snaplen=interface.snaplen,
                options=options,
            )
            with warnings.catch_warnings():
                # python-pcapng warns of its own declaration of if_tsresol.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._blocks.write_block(block)
        except struct.error as error:
            raise WriteError(f"interface {interface.name!r} cannot be described in pcapng: {error}") from error
        self._write_scratch()
        self._snaplens.append(interface.snaplen)
        return len(self._snaplens) - 1

    def _write_scratch(self) -> None:
        """Move what python-pcapng has encoded to the output."""
        block = self._scratch.getvalue()
        self._scratch.seek(0)
        self._scratch.truncate()
        self._output.add(block, frame=False)
        self._output.flush()

    def write(
        self,
        interface_id: int,
        time: int | None,
        data: bytes,
        wire_length: int,
        *,
        comments: Sequence[str] = (),
        flags: int = 0,
        drop_count: int = 0,
    ) -> None:
        """Add a frame; the arguments are those of `encode`."""
        self.add(
            self.encode(interface_id, time, data, wire_length, comments=comments, flags=flags, drop_count=drop_count)
        )

    def add(self, block: bytes) -> None:
        """Add a frame that `encode` has made a block of."""
        self._output.add(block, frame=True)

    def encode(
        self,
        interface_id: int,
        time: int | None,
        data: bytes,
        wire_length: int,
        *,
        comments: Sequence[str] = (),
        flags: int = 0,
        drop_count: int = 0,
    ) -> bytes:
        """A frame as an enhanced packet block. `time` is in ns since 1970 UTC, `wire_length` in bytes.

        Comments are cleaned (see options.clean_text). A frame without a time becomes a simple packet block
        if that can hold it (interface 0, not cut but by the snaplen, nothing else to say); otherwise its
        time is 0.
        """
        if not 0 <= interface_id < len(self._snaplens):
            raise ValueError(f"no interface {interface_id} has been added")
        captured = len(data)
        options = b""
        try:
            if captured > MAXIMUM_BLOCK - 32:
                raise struct.error("more than a block holds")
            if comments or flags or drop_count:
                options = _frame_options(comments, flags, drop_count)
            elif time is None and self._fits_simple(interface_id, captured, wire_length):
                return _encode_simple(data, wire_length)
            if time is None:
                time = 0
            length = 32 + captured + (-captured & 3) + len(options)
            if length > MAXIMUM_BLOCK:
                raise struct.error("more than a block holds")
            head = _ENHANCED.pack(
                ENHANCED_PACKET, length, interface_id, time >> 32, time & 0xFFFFFFFF, captured, wire_length
            )
        except struct.error as error:
            raise WriteError(
                f"a frame of time {time} ns, {captured} of {wire_length} bytes, flags {flags}, drop count "
                f"{drop_count} does not fit into pcapng"
            ) from error
        return b"".join((head, data, PADDING[captured & 3], options, _U32.pack(length)))

    def _fits_simple(self, interface_id: int, captured: int, wire_length: int) -> bool:
        """Whether a simple packet block, which tells neither interface nor captured length, says the same."""
        return interface_id == 0 and captured == min(wire_length, self._snaplens[0] or wire_length)

    def statistics(
        self,
        interface_id: int,
        *,
        start: int,
        end: int,
        received: int,
        dropped: int,
        filter_accepted: int | None = None,
        os_dropped: int | None = None,
        delivered: int | None = None,
    ) -> None:
        """Add an interface statistics block: times in ns since 1970 UTC, counts in frames."""
        if not 0 <= interface_id < len(self._snaplens):
            raise ValueError(f"no interface {interface_id} has been added")
        counts = (received, dropped, filter_accepted, os_dropped, delivered)
        try:
            options = [
                encode_option(2, _time(start)),
                encode_option(3, _time(end)),
            ]  # isb_starttime, isb_endtime
            for code, count in enumerate(counts, start=4):  # isb_ifrecv to isb_usrdeliv
                if count is not None:
                    options.append(encode_option(code, _U64.pack(count)))
            body = b"".join((*options, END_MARK))
            length = _STATISTICS.size + len(body) + 4
            head = _STATISTICS.pack(INTERFACE_STATISTICS, length, interface_id, end >> 32, end & 0xFFFFFFFF)
        except struct.error as error:
            raise WriteError(f"statistics of interface {interface_id} do not fit into pcapng: {error}") from error
        self._output.add(head + body + _U32.pack(length), frame=False)

    def add_run(self, run: memoryview, frames: int) -> None:
        """Add enhanced packet blocks that others have made, `frames` of them; `run` may be used again afterwards."""
        assert isinstance(self._output, BlockOutput)  # who fills a buffer has no need of it
        self._output.add_run(run, frames, "<")

    @property
    def due(self) -> float:
        """When, on the monotonic clock, `settle` has to be called again."""
        return self._output.due

    def settle(self) -> None:
        """Hand everything to the operating system, or soon: with a buffer that fills quickly, before `due`."""
        self._output.settle()

    def flush(self) -> None:
        """Hand everything to the operating system."""
        self._output.flush()


def _encode_simple(data: bytes, wire_length: int) -> bytes:
    length = 16 + len(data) + (-len(data) & 3)
    head = _SIMPLE.pack(SIMPLE_PACKET, length, wire_length)
    return b"".join((head, data, PADDING[len(data) & 3], _U32.pack(length)))


def _texts(options: dict[str, str]) -> dict[str, Any]:
    return {name: clean_text(text) for name, text in options.items() if text}


def _time(nanoseconds: int) -> bytes:
    """A timestamp as an option holds it: the upper 32 bits first, whatever the byte order."""
    return struct.pack("<II", nanoseconds >> 32, nanoseconds & 0xFFFFFFFF)


def _frame_options(comments: Sequence[str], flags: int, drop_count: int) -> bytes:
    options = [encode_option(COMMENT, encode_text(comment)) for comment in comments]
    if flags:
        options.append(encode_option(PACKET_FLAGS, _U32.pack(flags)))
    if drop_count:
        options.append(encode_option(PACKET_DROP_COUNT, _U64.pack(drop_count)))
    options.append(END_MARK)
    return b"".join(options)
