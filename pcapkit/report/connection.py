"""What is told of one connection: its fields, in the order in which every view shows them."""

from typing import Final, Literal, NamedTuple, TypeAlias

Kind = Literal["number", "text", "time", "duration", "texts"]
"""time: ns since 1970; duration: ns; texts: a tuple of texts."""

Value: TypeAlias = int | str | tuple[str, ...] | None
"""None: not known, since what would tell it was not captured."""


class Column(NamedTuple):
    """One field of a connection."""

    name: str
    kind: Kind
    title: str
    meaning: str


class Connection(NamedTuple):
    """One connection, as far as it was captured. The fields are those of COLUMNS, which say what each means."""

    file: str
    number: int
    client: str
    client_port: int
    server: str
    server_port: int
    roles: str
    start: int
    end: int
    duration: int
    opened: str
    server_time: int | None
    client_time: int | None
    handshake_time: int | None
    response_time: int | None
    client_frames: int
    server_frames: int
    client_bytes: int
    server_bytes: int
    client_payload: int
    server_payload: int
    repeats: int
    closed: str
    closer: str
    client_state: str
    server_state: str
    first_frame: int
    last_frame: int
    problems: tuple[str, ...]


OPENED: Final = {
    "complete": "SYN, SYN-ACK and the ACK of it",
    "half-open": "a SYN, or a SYN-ACK, but never the last acknowledgement",
    "refused": "the SYN was answered by a RST: nobody listens there",
    "crossed": "both sides sent a SYN: a simultaneous open",
    "midstream": "the capture began later than the connection",
}
CLOSED: Final = {
    "four-step": "FIN, ACK, FIN, ACK",
    "merged": "the second side put its ACK and its FIN into one frame",
    "simultaneous": "the FINs crossed: each was sent before the other had arrived",
    "half-closed": "only one side has sent its FIN",
    "reset by client": "the client ended it with a RST",
    "reset by server": "the server ended it with a RST",
    "reset": "a RST ended it; who sent it is known by address alone",
    "refused": "it was never open",
    "still open": "neither FIN nor RST was captured",
}
UNANSWERED: Final = "no answer"
ONE_SIDED: Final = "one side only"
REPEATED: Final = "repeats"
UNACKNOWLEDGED: Final = "last FIN not acknowledged"
FINDINGS: Final = (UNANSWERED, ONE_SIDED, REPEATED, UNACKNOWLEDGED)
"""Problems that only a whole connection shows."""

COLUMNS: Final = (
    Column("file", "text", "file", "the capture"),
    Column("number", "number", "#", "which connection of the capture, from 0"),
    Column("client", "text", "client", "address of who opened it; where that is not known, of who was captured first"),
    Column("client_port", "number", "port", "port of the client"),
    Column("server", "text", "server", "address of the other side"),
    Column("server_port", "number", "port", "port of the server"),
    Column("roles", "text", "roles", "known; inferred (the SYN was not captured); unknown (nor the SYN-ACK)"),
    Column("start", "time", "start", "when its first frame was captured"),
    Column("end", "time", "end", "when its last frame was captured"),
    Column("duration", "duration", "duration", "from the first frame to the last"),
    Column("opened", "text", "opened", "; ".join(OPENED)),
    Column("server_time", "duration", "server", "SYN to SYN-ACK: the server's side of the capture point"),
    Column("client_time", "duration", "client", "SYN-ACK to ACK: the client's side of the capture point"),
    Column("handshake_time", "duration", "handshake", "both together: the round trip of the handshake"),
    Column("response_time", "duration", "response", "the client's first data to the server's first data behind it"),
    Column("client_frames", "number", "frames >", "frames from the client"),
    Column("server_frames", "number", "frames <", "frames from the server"),
    Column("client_bytes", "number", "bytes >", "bytes of these frames on the wire, headers included"),
    Column("server_bytes", "number", "bytes <", "the same from the server"),
    Column("client_payload", "number", "data >", "bytes of payload from the client, repeated ones left out"),
    Column("server_payload", "number", "data <", "the same from the server"),
    Column("repeats", "number", "repeats", "frames that repeat an earlier one: sent again, or captured again"),
    Column("closed", "text", "closed", "; ".join(CLOSED)),
    Column("closer", "text", "closer", "who sent the first FIN or the RST that ended it: client, server; or nobody"),
    Column("client_state", "text", "client state", "in the end (RFC 9293 section 3.3.2)"),
    Column("server_state", "text", "server state", "in the end"),
    Column("first_frame", "number", "first", "number of its first frame"),
    Column("last_frame", "number", "last", "number of its last frame"),
    Column(
        "problems",
        "texts",
        "problems",
        f"what was odd: the dissector's problems, and {', '.join(FINDINGS)}",
    ),
)
VALUES: Final = {
    "opened": tuple(OPENED),
    "closed": tuple(CLOSED),
    "closer": ("client", "server", "unknown", "nobody"),
    "roles": ("known", "inferred", "unknown"),
}
"""The fields that have only certain values, and these."""

NAMES: Final = tuple(column.name for column in COLUMNS)
