"""Opens a capture file of any kind and yields its frames."""

import os
from collections.abc import Iterator
from typing import cast

from pcapkit.capfile.blocks import BYTE_ORDERS, SECTION_HEADER_MAGIC
from pcapkit.capfile.model import CapturedFrame
from pcapkit.capfile.pcap import PCAP_MAGICS, PcapHeader, read_pcap, read_pcap_header
from pcapkit.capfile.pcapng import read_pcapng
from pcapkit.capfile.runs import FrameRuns
from pcapkit.capfile.source import Source
from pcapkit.errors import FileError

# First bytes of files that are mistaken for captures, and what to do with them.
_LOOKS_LIKE = (
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it with 'zstd -d' first"),
    (b"\xfd7zXZ\0", "compressed with xz: unpack it with 'xz -d' first"),
    (b"BZh", "compressed with bzip2: unpack it with 'bzip2 -d' first"),
    (b"\x04\x22\x4d\x18", "compressed with lz4: unpack it with 'lz4 -d' first"),
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"snoop\0\0\0", "a snoop capture: convert it with 'editcap -F pcapng' first"),
    (b"\x7fELF", "a program"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
)
_MAGIC_LENGTH = 12  # a section header's type, length and byte-order magic
_SAMPLE_LENGTH = 64  # bytes looked at to say what a file is instead of a capture


def open_capture(path: str | os.PathLike[str]) -> tuple[Source, PcapHeader | None]:
    """The opened file and its header if it is classic pcap, None if it is pcapng. "-" is standard input.

    Raises FileError if it cannot be opened or is no capture file, ReadError if it is damaged from the start.
    """
    source = Source(path)
    try:
        source.need(4)
        if source.head(4) in PCAP_MAGICS:
            return source, read_pcap_header(source)
        source.need(_MAGIC_LENGTH)
        head = source.head(_MAGIC_LENGTH)
        if head[:4] == SECTION_HEADER_MAGIC and (len(head) < _MAGIC_LENGTH or head[8:] in BYTE_ORDERS):
            return source, None
        source.need(_SAMPLE_LENGTH)
        head = source.head(_SAMPLE_LENGTH)
        packed = " (inside gzip)" if source.gzipped else ""
        raise FileError(f"{source.name}: no pcap or pcapng file{packed}, but {_describe(head)}")
    except BaseException:
        source.close()
        raise


def read_frames(path: str | os.PathLike[str]) -> Iterator[CapturedFrame]:
    """The frames of a pcap or pcapng file, either of them gzipped or not; "-" is standard input.

    The file is opened and recognised at once, read while frames are asked for, closed after the last one.
    Raises FileError if it cannot be opened or is no capture file (at once), and, naming file and offset,
    ReadError where it is damaged or cut short (after every frame before that place).
    """
    source, header = open_capture(path)
    return cast("Iterator[CapturedFrame]", _frames(source, header, None))  # there is nobody to take any


def read_with(path: str | os.PathLike[str], runs: FrameRuns) -> Iterator[CapturedFrame | None]:
    """The same, but with `runs` taking what it can: None for frames that it has taken since."""
    source, header = open_capture(path)
    return _frames(source, header, runs)


def _frames(source: Source, header: PcapHeader | None, runs: FrameRuns | None) -> Iterator[CapturedFrame | None]:
    with source:
        yield from read_pcapng(source, runs) if header is None else read_pcap(source, header, runs)


def _describe(head: bytes) -> str:
    if not head:
        return "empty"
    if head[:4] == SECTION_HEADER_MAGIC:
        return f"a pcapng header with byte-order magic 0x{head[8:12].hex()}: damaged, perhaps sent as text"
    for magic, description in _LOOKS_LIKE:
        if head.startswith(magic):
            return description
    if all(byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in head):
        return f"text, beginning with {head[:20].decode('ascii')!r}"
    if len(head) < 4:
        return f"only {len(head)} bytes"
    return f"data that begins with {head[:4].hex(' ')}"
