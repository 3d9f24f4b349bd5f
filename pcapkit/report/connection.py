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
    duration: int | None
    opened: str
    tries: int
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
    closed_first: str
    client_state: str
    server_state: str
    first_frame: int
    last_frame: int
    problems: tuple[str, ...]


OPENED: Final = {
    "complete": "SYN, SYN-ACK and the ACK of it",
    "half-open": "answered, but the last acknowledgement never came",
    "no answer": "a SYN, or several, and nobody ever answered",
    "refused": "the SYN was answered by a RST: nobody listens there",
    "crossed": "both sides sent a SYN: a simultaneous open",
    "midstream": "the capture began later than the connection",
}
CLOSED: Final = {
    "four-step": "FIN, ACK, FIN, ACK, each in a frame of its own",
    "merged": "the second side put its ACK and its FIN into one frame: three frames, not four",
    "simultaneous": "the FINs crossed: each was sent before the other had arrived",
    "half-closed": "only one side has sent its FIN",
    "one side seen": "one side has sent its FIN; of the other side, no frame was captured",
    "reset by client": "the client ended it with a RST",
    "reset by server": "the server ended it with a RST",
    "reset": "a RST ended it; who sent it is known by address alone",
    "never open": "it was refused, not answered, or not acknowledged",
    "still open": "neither FIN nor RST was captured",
}
CLOSED_FIRST: Final = ("client", "server", "both", "unknown", "nobody")
"""both: their FINs crossed; unknown: one side, but nobody knows which is the client."""

REFUSED: Final = "refused"
UNANSWERED: Final = "no answer"
MERGED: Final = "merged"
ONE_SIDE_SEEN: Final = "one side seen"
RESETS: Final = ("reset by client", "reset by server", "reset")
NEVER_OPEN: Final = "never open"

ONE_SIDED: Final = "one side only"
REPEATED: Final = "repeats"
UNACKNOWLEDGED: Final = "last FIN not acknowledged"
CLOCK_JUMPED: Final = "clock jumped"
FINDINGS: Final = {
    ONE_SIDED: "only what one side sent was captured",
    REPEATED: "frames that were captured before: sent again, or captured twice",
    UNACKNOWLEDGED: "the acknowledgement of the second FIN was not captured",
    CLOCK_JUMPED: "frames bear earlier times than frames before them: spans of time are left out",
}
"""Problems that only a whole connection shows."""

COLUMNS: Final = (
    Column("file", "text", "the capture"),
    Column("number", "number", "which connection of the capture, from 0"),
    Column("client", "text", "address of who opened it; where that is not known, of who was captured first"),
    Column("client_port", "number", "port of the client"),
    Column("server", "text", "address of the other side"),
    Column("server_port", "number", "port of the server"),
    Column("roles", "text", "known; inferred (the SYN was not captured); unknown (nor the SYN-ACK)"),
    Column("start", "time", "when its first frame was captured"),
    Column("end", "time", "when its last frame was captured"),
    Column("duration", "duration", "from the first frame to the last"),
    Column("opened", "text", "how it opened, see below: " + ", ".join(OPENED)),
    Column("tries", "number", "how often its SYN was captured: more than once where it had to be sent again"),
    Column("server_time", "duration", "SYN to SYN-ACK: the server's side of the capture point"),
    Column("client_time", "duration", "SYN-ACK to ACK: the client's side of the capture point"),
    Column("handshake_time", "duration", "both together: the round trip of the handshake"),
    Column(
        "response_time",
        "duration",
        "the client's first data to the server's first data behind it; not known where roles are unknown",
    ),
    Column("client_frames", "number", "frames from the client"),
    Column("server_frames", "number", "frames from the server"),
    Column("client_bytes", "number", "bytes of these frames on the wire, headers included"),
    Column("server_bytes", "number", "the same from the server"),
    Column("client_payload", "number", "bytes of payload from the client, repeated ones left out"),
    Column("server_payload", "number", "the same from the server"),
    Column("repeats", "number", "frames that repeat an earlier one: sent again, or captured again"),
    Column("closed", "text", "how it closed, see below: " + ", ".join(CLOSED)),
    Column(
        "closed_first", "text", "who sent the first FIN, or the RST where there was none: " + ", ".join(CLOSED_FIRST)
    ),
    Column("client_state", "text", "in the end (RFC 9293 section 3.3.2)"),
    Column("server_state", "text", "in the end"),
    Column("first_frame", "number", "number of its first frame"),
    Column("last_frame", "number", "number of its last frame"),
    Column(
        "problems",
        "texts",
        f"what was odd: the dissector's problems, and {', '.join(FINDINGS)}",
    ),
)
VALUES: Final = {
    "opened": tuple(OPENED),
    "closed": tuple(CLOSED),
    "closed_first": CLOSED_FIRST,
    "roles": ("known", "inferred", "unknown"),
}
"""The fields that have only certain values, and these."""

NAMES: Final = tuple(column.name for column in COLUMNS)
