"""A section of a pcapng file: its interfaces, and its packet blocks as frames.

Source: draft-ietf-opsawg-pcapng, 4.1 to 4.4 and appendix A (the obsolete packet block).
"""

import struct
from typing import Any, NamedTuple

from pcapkit.capfile.blocks import ENHANCED_PACKET, OBSOLETE_PACKET, ByteOrder
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.options import (
    COMMENT,
    INTERFACE_DESCRIPTION,
    INTERFACE_FILTER,
    INTERFACE_HARDWARE,
    INTERFACE_NAME,
    INTERFACE_OS,
    INTERFACE_SPEED,
    INTERFACE_TIME_OFFSET,
    INTERFACE_TIME_RESOLUTION,
    PACKET_DROP_COUNT,
    PACKET_FLAGS,
    decode_options,
    decode_text,
)
from pcapkit.errors import ReadError

NANOSECONDS = 1_000_000_000
_VERSIONS = ((1, 0), (1, 2))  # 1.2 was written by mistake and means 1.0 (draft-ietf-opsawg-pcapng 4.1)
_DROPS_UNKNOWN = 0xFFFF


class _Clock(NamedTuple):
    """time in ns = ticks * multiplier // divisor + offset: integers, exact, rounded down."""

    interface: Interface
    multiplier: int
    divisor: int
    offset: int


def clock_of(interface: Interface) -> tuple[int, int, int]:
    """Multiplier, divisor and offset: time in ns = ticks * multiplier // divisor + offset."""
    multiplier, divisor = NANOSECONDS, interface.units_per_second
    if multiplier % divisor == 0:
        multiplier, divisor = multiplier // divisor, 1
    return multiplier, divisor, interface.offset_seconds * NANOSECONDS


class Section:
    """Reads the blocks of one section.

    Raises ReadError, with file and offset, where a block contradicts itself or the section.
    """

    def __init__(self, name: str, block: bytes, offset: int, order: ByteOrder) -> None:
        self._name = name
        self._order: ByteOrder = order
        self._clocks: list[_Clock] = []
        self._enhanced = struct.Struct(order + "IIIII").unpack_from
        self._obsolete = struct.Struct(order + "HHIIII").unpack_from
        self._u32 = struct.Struct(order + "I").unpack_from
        self._u64 = struct.Struct(order + "Q").unpack_from
        version = struct.unpack_from(order + "HH", block, 12)
        if version not in _VERSIONS:
            raise ReadError(
                f"{name}: not readable from offset {offset}: pcapng version {version[0]}.{version[1]}, "
                "only 1.0 is known"
            )

    def add_interface(self, block: bytes) -> Interface:
        """Learn an interface from its description block."""
        link_type, _, snaplen = struct.unpack_from(self._order + "HHI", block, 8)
        told: dict[str, Any] = {"units_per_second": 1_000_000}
        for code, value, *_ in decode_options(block, 16, len(block) - 4, self._order):
            if code == INTERFACE_NAME:
                told["name"] = decode_text(value)
            elif code == INTERFACE_DESCRIPTION:
                told["description"] = decode_text(value)
            elif code == INTERFACE_SPEED and len(value) == 8:
                (told["speed"],) = self._u64(value)
            elif code == INTERFACE_TIME_RESOLUTION and len(value) == 1:
                exponent = value[0] & 0x7F
                told["units_per_second"] = 1 << exponent if value[0] & 0x80 else 10**exponent
            elif code == INTERFACE_FILTER and value[:1] == b"\0":  # 0: a filter as text; 1 would be byte code
                told["filter"] = decode_text(value[1:])
            elif code == INTERFACE_OS:
                told["os"] = decode_text(value)
            elif code == INTERFACE_TIME_OFFSET and len(value) == 8:
                (told["offset_seconds"],) = struct.unpack(self._order + "q", value)
            elif code == INTERFACE_HARDWARE:
                told["hardware"] = decode_text(value)
        interface = Interface(link_type, snaplen, **told)
        self._clocks.append(_Clock(interface, *clock_of(interface)))
        return interface

    def frame(self, kind: int, block: bytes, offset: int, number: int) -> CapturedFrame:
        """The frame in a packet block of any kind: enhanced, simple or obsolete."""
        drop_count = 0
        if kind == ENHANCED_PACKET:
            interface_id, high, low, captured, wire_length = self._enhanced(block, 8)
        elif kind == OBSOLETE_PACKET:
            interface_id, drop_count, high, low, captured, wire_length = self._obsolete(block, 8)
            if drop_count == _DROPS_UNKNOWN:
                drop_count = 0
        else:
            return self._simple(block, offset, number)
        length = len(block)
        if captured > length - 32:
            raise ReadError(
                f"{self._name}: damaged at offset {offset}: {captured} captured bytes in a packet block of {length}"
            )
        try:
            interface, multiplier, divisor, shift = self._clocks[interface_id]
        except IndexError:
            raise self._no_interface(interface_id, offset) from None
        end = 28 + captured
        options = end + (-captured & 3)
        comments: tuple[str, ...] = ()
        flags = 0
        if options < length - 4:
            texts = []
            for code, value, _, _ in decode_options(block, options, length - 4, self._order):
                if code == COMMENT:
                    texts.append(decode_text(value))
                elif code == PACKET_FLAGS and len(value) == 4:
                    (flags,) = self._u32(value)
                elif code == PACKET_DROP_COUNT and len(value) == 8 and kind == ENHANCED_PACKET:
                    (drop_count,) = self._u64(value)
            comments = tuple(texts)
        time = ((high << 32) | low) * multiplier // divisor + shift
        data = block[28:end]
        return CapturedFrame(
            number, interface, interface_id, time, data, wire_length, comments, flags, drop_count, offset
        )

    def _simple(self, block: bytes, offset: int, number: int) -> CapturedFrame:
        (wire_length,) = self._u32(block, 8)
        if not self._clocks:
            raise self._no_interface(0, offset)
        interface = self._clocks[0].interface
        # The captured length is not stored: it follows from the snaplen of the section's first interface.
        captured = min(wire_length, interface.snaplen or wire_length)
        if captured > len(block) - 16:
            raise ReadError(
                f"{self._name}: damaged at offset {offset}: {captured} captured bytes in a simple packet "
                f"block of {len(block)}"
            )
        data = block[12 : 12 + captured]
        return CapturedFrame(number, interface, 0, None, data, wire_length, (), 0, 0, offset)

    def _no_interface(self, interface_id: int, offset: int) -> ReadError:
        return ReadError(
            f"{self._name}: damaged at offset {offset}: a frame of interface {interface_id}, "
            f"but the section has described {len(self._clocks)}"
        )
