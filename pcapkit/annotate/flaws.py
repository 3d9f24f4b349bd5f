"""How a comment says why reading a frame stopped early."""

from typing import Final

from pcapkit.layers.packet import Flaw

HEADER_FLAWS: Final = {
    Flaw.TRUNCATED: "header cut by the snaplen",
    Flaw.SHORT: "ends inside a header",
    Flaw.BAD_LENGTH: "bad header length",
    Flaw.BAD_VERSION: "bad version",
    Flaw.TOO_DEEP: "more headers inside one another than are followed",
}

MESSAGE_FLAWS: Final = {
    Flaw.SHORT: "message ends too early",
    Flaw.TRUNCATED: "message cut by the snaplen",
    Flaw.BAD_LENGTH: "option without length",
}
"""The same of a message of ICMP."""
