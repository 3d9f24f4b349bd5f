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
    """All blocks of a pcapng file whose first bytes are at the start of `source.buffer`.

    Raises ReadError, after every whole block before it, at a block that is cut short or contradicts itself.
    """
    name = source.name
    buffer = source.buffer
    base = source.offset
    end = len(buffer)
    position = 0
    order: ByteOrder = "<"
    heads = {"<": struct.Struct("<II").unpack_from, ">": struct.Struct(">II").unpack_from}
    tails = {"<": struct.Struct("<I").unpack_from, ">": struct.Struct(">I").unpack_from}
    head, tail = heads[order], tails[order]
    minimum_length = _MINIMUM_LENGTH.get
    while True:
        if end - position < 12:  # the least that a block has, and where a section header tells its byte order
            buffer = source.need(position, 12)
            base, position, end = source.offset, 0, len(buffer)
            if end == 0:
                return
            if end < 12:
                raise ReadError(f"{name}: cut short at offset {base}: {end} bytes are less than a block")
        kind, length = head(buffer, position)
        if kind == SECTION_HEADER:
            magic = buffer[position + 8 : position + 12]
            if magic not in BYTE_ORDERS:
                raise ReadError(
                    f"{name}: damaged at offset {base + position}: a section header with byte-order magic "
                    f"0x{magic.hex()} instead of 0x1a2b3c4d"
                )
            order = BYTE_ORDERS[magic]
            head, tail = heads[order], tails[order]
            kind, length = head(buffer, position)
        if length & 3 or length > MAXIMUM_BLOCK or length < minimum_length(kind, 12):
            raise ReadError(f"{name}: damaged at offset {base + position}: {_bad_length(kind, length)}")
        if end - position < length:
            buffer = source.need(position, length)
            base, position, end = source.offset, 0, len(buffer)
            if end < length:
                raise ReadError(
                    f"{name}: cut short at offset {base}: a block of {length} bytes, of which {end} are there"
                )
        after = position + length
        if tail(buffer, after - 4)[0] != length:
            raise ReadError(
                f"{name}: damaged at offset {base + position}: the block's length is {length} at its start, "
                f"{tail(buffer, after - 4)[0]} at its end"
            )
        yield kind, base + position, order, buffer[position:after]
        position = after


def _bad_length(kind: int, length: int) -> str:
    if length > MAXIMUM_BLOCK:
        return f"a block claims {length} bytes, more than the {MAXIMUM_BLOCK} that are accepted"
    if length & 3:
        return f"a block claims {length} bytes, which is no multiple of 4"
    return f"a block of type 0x{kind:08x} claims {length} bytes, too few for its fields"
