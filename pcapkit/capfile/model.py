"""What a capture file holds, whatever its format: interfaces, and the frames captured on them."""

from typing import NamedTuple


class Interface(NamedTuple):
    """Where frames were captured (pcapng interface description block, or a classic pcap file's header).

    `units_per_second` and `offset_seconds` say how the file that was read counts time; frame times are
    already converted, and the writer always counts nanoseconds, so only a reader sets them.
    """

    link_type: int  # LINKTYPE_ value, 16 bits
    snaplen: int = 0  # bytes kept of each frame; 0 means all of them
    name: str = ""
    description: str = ""
    filter: str = ""  # capture filter in libpcap's language
    os: str = ""
    hardware: str = ""
    speed: int = 0  # bit/s; 0 means unknown
    units_per_second: int = 1_000_000_000  # if_tsresol
    offset_seconds: int = 0  # if_tsoffset


class CapturedFrame(NamedTuple):
    """One captured frame, with all that the file says about it."""

    number: int  # from 1 over the whole file, counted as Wireshark's frame.number
    interface: Interface
    interface_id: int  # within its section
    time: int | None  # ns since 1970-01-01 UTC; None where the block has none. Hostile files reach any integer
    data: bytes
    wire_length: int  # bytes the frame had before the snaplen cut it
    comments: tuple[str, ...]
    flags: int  # epb_flags (pcapng 4.3.1), 0 if absent
    drop_count: int  # frames lost between the one before on this interface and this one
    offset: int  # of the block or record in the uncompressed file
