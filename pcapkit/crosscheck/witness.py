"""What Wireshark itself decoded of a frame: the independent witness for pcapkit's layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_TCP: Final = ("tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.hdr_len")
WITNESS_FIELDS: Final = [
    "frame.protocols",
    *_TCP,
    "gre.proto",
    "_ws.malformed",
    "ip.reassembled.length",
    "ipv6.reassembled.length",
]

MEASURES: Final = ("source port", "destination port", "flags", "seq_raw", "ack_raw", "len")
"""What a TCP header is compared by."""


@dataclass(frozen=True, slots=True)
class Header:
    """A TCP header as Wireshark decoded it. Numbers as in MEASURES, None where it shows none; length: its own."""

    numbers: tuple[int | None, ...]
    length: int | None = 20


@dataclass(frozen=True, slots=True)
class Witness:
    """Wireshark's account of one frame.

    protocols: the headers from the outside in, by Wireshark's names. headers: the TCP headers, from the outside in;
    one that an ICMP error quotes is not among them. reassembled: the datagram was put together from several frames.
    gre_types: what each GRE header says that it carries.
    """

    protocols: tuple[str, ...]
    headers: tuple[Header, ...]
    reassembled: bool
    malformed: bool
    gre_types: tuple[int, ...] = ()


def witness_of(row: Mapping[str, str]) -> Witness:
    """The account in one row of fields that tshark printed; several values of a field are joined by commas."""
    columns = [[int(text, 0) for text in row[name].split(",") if text] for name in _TCP]
    # Wireshark gives a quoted header, and one that was cut before its end, no seq_raw: whole ones have all fields.
    whole = len(columns[3])
    headers = []
    for place in range(whole, 0, -1):
        *numbers, length = [column[-place] if len(column) >= place else None for column in columns]
        headers.append(Header(tuple(numbers), length))
    return Witness(
        tuple(row["frame.protocols"].split(":")),
        tuple(headers),
        bool(row["ip.reassembled.length"] or row["ipv6.reassembled.length"]),
        bool(row["_ws.malformed"]),
        tuple(int(text, 0) for text in row["gre.proto"].split(",") if text),
    )
