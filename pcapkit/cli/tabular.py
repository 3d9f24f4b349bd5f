"""The table of connections as people look at it: which columns, and what stands in them."""

from typing import Final

from pcapkit.report.connection import COLUMNS, NAMES, Connection
from pcapkit.report.table import Heading
from pcapkit.report.values import closing, endpoint, opening, shown

_NUMBERS: Final = ("number", "duration", "time")

FILE: Final = Heading("file", cut="start", least=16)
SUMMARY: Final = (
    Heading("#", right=True),
    Heading("client", cut="address", least=22),  # an IPv4 address, its port, and the doubt
    Heading("server", cut="address", least=22),
    Heading("opened", brief=True),
    Heading("server time", right=True, spare=6),
    Heading("client time", right=True, spare=4),
    Heading("response time", right=True, spare=7),
    Heading("frames", right=True, spare=2),
    Heading("bytes", right=True, spare=1),
    Heading("closed", brief=True),
    Heading("closed first"),
    Heading("duration", right=True, spare=5),
    Heading("problems", cut="end", spare=3),
)
"""Where no others are asked for. Titles are names of fields, without underscores."""


def summary(one: Connection, *, several: bool) -> list[str]:
    """The cells below SUMMARY; several: with the file before them."""
    doubt = "?" if one.roles == "unknown" else ""
    cells = [
        str(one.number),
        endpoint(one.client, one.client_port) + doubt,
        endpoint(one.server, one.server_port) + doubt,
        opening(one),
        shown(one, "server_time"),
        shown(one, "client_time"),
        shown(one, "response_time"),
        f"{one.client_frames:,} > < {one.server_frames:,}",
        f"{shown(one, 'client_bytes')} > < {shown(one, 'server_bytes')}",
        closing(one),
        one.closed_first,
        shown(one, "duration"),
        shown(one, "problems"),
    ]
    return [one.file, *cells] if several else cells


def heading(name: str) -> Heading:
    """Of a field that was asked for by its name."""
    column = COLUMNS[NAMES.index(name)]
    if name == "file":
        return FILE
    return Heading(name, right=column.kind in _NUMBERS, cut="end" if column.kind in ("text", "texts") else "")
