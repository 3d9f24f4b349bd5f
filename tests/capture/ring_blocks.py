"""Blocks of a receive ring, made by hand as the kernel lays them out."""

from struct import pack

from pcapkit.capture.walk import FRAME_HEADER_SIZE


def entry(
    data: bytes,
    *,
    seconds: int = 5,
    nanoseconds: int = 7,
    wire_length: int | None = None,
    status: int = 0,
    packet_type: int = 0,
    tci: int = 0,
    tpid: int = 0,
    hardware: int = 1,
    address: bytes = b"\x02\x00\x00\x00\x00\x01",
    protocol: int = 0x0800,
    last: bool = False,
) -> bytes:
    """A struct tpacket3_hdr, its sockaddr_ll and the frame, as the kernel lays them out."""
    length = len(data) if wire_length is None else wire_length
    step = 0 if last else (FRAME_HEADER_SIZE + 20 + len(data) + 7) // 8 * 8
    start = FRAME_HEADER_SIZE + 20
    header = pack("=6I2H2IH10x", step, seconds, nanoseconds, len(data), length, status, start, start, 0, tci, tpid)
    link = pack("=H", 17) + pack(">H", protocol) + pack("=iHBB", 3, hardware, packet_type, len(address))
    whole = header + link + address.ljust(8, b"\0") + data
    return whole if last else whole.ljust(step, b"\0")


def block(*entries: bytes, count: int | None = None, first: int = 48) -> memoryview:
    """A block descriptor with the entries behind it."""
    body = b"".join(entries)
    number = len(entries) if count is None else count
    header = pack("=6IQ4I", 2, 48, 1, number, first, 48 + len(body), 1, 0, 0, 0, 0)
    return memoryview(header + body)
