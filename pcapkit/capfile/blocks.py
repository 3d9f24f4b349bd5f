"""The blocks of a pcapng file as they lie there: type, offset, byte order, bytes.

Sources: draft-ietf-opsawg-pcapng, 3.1 (general block structure) and 4 (block types).
"""

import struct
from collections.abc import Iterator
from typing import Literal

from pcapkit.capfile.source import Source
from pcapkit.errors import ReadError

SECTION_HEADER = 0x0A0D0D0A  # the same in both byte orders
INTERFACE_DESCRIPTION = 1
OBSOLETE_PACKET = 2
SIMPLE_PACKET = 3
NAME_RESOLUTION = 4
INTERFACE_STATISTICS = 5
ENHANCED_PACKET = 6

BYTE_ORDER_MAGIC = 0x1A2B3C4D
SECTION_HEADER_MAGIC = b"\x0a\x0d\x0d\x0a"
BYTE_ORDERS: dict[bytes, "ByteOrder"] = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}

# Larger blocks are taken for damage: what a file claims must not decide how much memory reading it takes.
MAXIMUM_BLOCK = 64 * 1024 * 1024

# Fixed fields and framing, without data and options.
_MINIMUM_LENGTH = {
    SECTION_HEADER: 28,
    INTERFACE_DESCRIPTION: 20,
    OBSOLETE_PACKET: 32,
    SIMPLE_PACKET: 16,
    INTERFACE_STATISTICS: 24,
    ENHANCED_PACKET: 32,
}

ByteOrder = Literal["<", ">"]  # as struct writes it
Block = tuple[int, int, ByteOrder, bytes]  # type, offset in the uncompressed file, byte order, the whole block


def iterate_blocks(source: Source) -> Iterator[Block]:
    """All blocks of a pcapng file from `source.position` on.

    Between two of them others may use whole blocks of `source`, but for section headers: this goes on behind those.
    Raises ReadError, after every whole block before it, at a block that is cut short or contradicts itself.
    """
    name = source.name
    order: ByteOrder = "<"
    heads = {"<": struct.Struct("<II").unpack_from, ">": struct.Struct(">II").unpack_from}
    tails = {"<": struct.Struct("<I").unpack_from, ">": struct.Struct(">I").unpack_from}
    head, tail = heads[order], tails[order]
    minimum_length = _MINIMUM_LENGTH.get
    while True:
        if source.end - source.position < 12:  # the least of a block, and where a section header tells its byte order
            there = source.need(12)
            if there == 0:
                return
            if there < 12:
                raise ReadError(f"{name}: cut short at offset {source.offset}: {there} bytes are less than a block")
        buffer, position = source.buffer, source.position
        kind, length = head(buffer, position)
        if kind == SECTION_HEADER:
            magic = bytes(buffer[position + 8 : position + 12])
            if magic not in BYTE_ORDERS:
                raise ReadError(
                    f"{name}: damaged at offset {source.offset}: a section header with byte-order magic "
                    f"0x{magic.hex()} instead of 0x1a2b3c4d"
                )
            order = BYTE_ORDERS[magic]
            head, tail = heads[order], tails[order]
            kind, length = head(buffer, position)
        if length & 3 or length > MAXIMUM_BLOCK or length < minimum_length(kind, 12):
            raise ReadError(f"{name}: damaged at offset {source.offset}: {_bad_length(kind, length)}")
        if source.end - position < length:
            there = source.need(length)
            buffer, position = source.buffer, source.position
            if there < length:
                raise ReadError(
                    f"{name}: cut short at offset {source.offset}: a block of {length} bytes, of which {there} are "
                    "there"
                )
        after = position + length
        if tail(buffer, after - 4)[0] != length:
            raise ReadError(
                f"{name}: damaged at offset {source.offset}: the block's length is {length} at its start, "
                f"{tail(buffer, after - 4)[0]} at its end"
            )
        source.position = after
        yield kind, source.base + position, order, bytes(buffer[position:after])


def _bad_length(kind: int, length: int) -> str:
    if length > MAXIMUM_BLOCK:
        return f"a block claims {length} bytes, more than the {MAXIMUM_BLOCK} that are accepted"
    if length & 3:
        return f"a block claims {length} bytes, which is no multiple of 4"
    return f"a block of type 0x{kind:08x} claims {length} bytes, too few for its fields"
