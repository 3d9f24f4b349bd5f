"""The table of connections as people look at it: which columns, and what stands in them."""

from typing import Final

from pcapkit.report.connection import COLUMNS, NAMES, Connection
from pcapkit.report.table import Heading
from pcapkit.report.values import closing, endpoint, opening, shown

_NUMBERS: Final = ("number", "duration", "time")

SUMMARY: Final = (
    Heading("#", right=True, least=4),
    Heading("client", cut=True, least=15),
    Heading("server", cut=True, least=15),
    Heading("opened", cut=True, least=9),
    Heading("server time", right=True, spare=4, least=11),
    Heading("client time", right=True, spare=1, least=11),
    Heading("response time", right=True, spare=6, least=13),
    Heading("frames", right=True, spare=5, least=9),
    Heading("bytes", right=True, spare=2, least=13),
    Heading("closed", least=17),
    Heading("closed first", least=12),
    Heading("duration", right=True, spare=3),
    Heading("problems", cut=True, spare=7),
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
        f"{one.client_frames} > < {one.server_frames}",
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
    return Heading(name, right=column.kind in _NUMBERS, cut=column.kind in ("text", "texts"))
