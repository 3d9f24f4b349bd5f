"""Builds capture files byte by byte, in either byte order, right or wrong, without the code under test."""

import struct

SECTION, INTERFACE, OBSOLETE, SIMPLE, NAMES, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6

PCAP_KINDS = {  # magic: bytes added to the file header, bytes added to a record header, units per second
    0xA1B2C3D4: (0, 0, 10**6),
    0xA1B23C4D: (0, 0, 10**9),
    0xA1B2CD34: (0, 8, 10**6),
    0x1C0001AC: (4, 0, 10**9),
    0x1C0001AB: (4, 0, 10**6),
}


def pad(data: bytes, filler: bytes = b"\0") -> bytes:
    return data + filler * (-len(data) % 4)


def block(kind: int, body: bytes, order: str = "<", *, length: int | None = None, end: int | None = None) -> bytes:
    """A block; `length` and `end` put lies where its length stands."""
    true = 12 + len(body)
    first = true if length is None else length
    return struct.pack(order + "II", kind, first) + body + struct.pack(order + "I", first if end is None else end)


def option(code: int, value: bytes, order: str = "<", *, filler: bytes = b"\0") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + pad(value, filler)


END = b"\0\0\0\0"


def section(order: str = "<", options: bytes = b"", *, length: int = -1, version: tuple[int, int] = (1, 0)) -> bytes:
    return block(SECTION, struct.pack(order + "IHHq", 0x1A2B3C4D, *version, length) + options, order)


def interface(order: str = "<", options: bytes = b"", *, link_type: int = 1, snaplen: int = 0) -> bytes:
    return block(INTERFACE, struct.pack(order + "HHI", link_type, 0, snaplen) + options, order)


def enhanced(
    data: bytes = b"frame",
    order: str = "<",
    options: bytes = b"",
    *,
    ticks: int = 0,
    interface_id: int = 0,
    captured: int | None = None,
    wire_length: int | None = None,
    filler: bytes = b"\0",
) -> bytes:
    body = struct.pack(
        order + "IIIII",
        interface_id,
        ticks >> 32,
        ticks & 0xFFFFFFFF,
        len(data) if captured is None else captured,
        len(data) if wire_length is None else wire_length,
    )
    return block(ENHANCED, body + pad(data, filler) + options, order)


def obsolete(
    data: bytes = b"frame",
    order: str = "<",
    options: bytes = b"",
    *,
    ticks: int = 0,
    interface_id: int = 0,
    drops: int = 0xFFFF,
) -> bytes:
    body = struct.pack(order + "HHIIII", interface_id, drops, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return block(OBSOLETE, body + pad(data) + options, order)


def simple(data: bytes = b"frame", order: str = "<", *, wire_length: int | None = None) -> bytes:
    return block(SIMPLE, struct.pack(order + "I", len(data) if wire_length is None else wire_length) + pad(data), order)


def pcap_header(
    magic: int = 0xA1B2C3D4,
    order: str = "<",
    *,
    version: tuple[int, int] = (2, 4),
    snaplen: int = 262144,
    network: int = 1,
) -> bytes:
    head = struct.pack(order + "IHHIIII", magic, *version, 0, 0, snaplen, network)
    return head + bytes(PCAP_KINDS[magic][0])


def pcap_record(
    data: bytes = b"frame",
    magic: int = 0xA1B2C3D4,
    order: str = "<",
    *,
    seconds: int = 0,
    fraction: int = 0,
    captured: int | None = None,
    wire_length: int | None = None,
) -> bytes:
    lengths = (
        len(data) if captured is None else captured,
        len(data) if wire_length is None else wire_length,
    )
    return struct.pack(order + "IIII", seconds, fraction, *lengths) + bytes(PCAP_KINDS[magic][1]) + data
