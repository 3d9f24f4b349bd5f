"""Fields of a connection by the names that people type: which one was meant where there is none of that name."""

from collections.abc import Iterable
from typing import Final

from pcapkit.report.connection import NAMES

_OTHERWISE: Final = {
    "#": "number",
    "closer": "closed_first",
    "closed_by": "closed_first",
    "data_in": "response_time",
    "latency": "response_time",
    "rtt": "handshake_time",
    "syns": "tries",
}
"""What people call fields that are near no name."""


def no_field(name: str) -> str:
    """The sentence on a field that there is not: `no field 'frames': did you mean client_frames or server_frames?`."""
    return f"no field {name!r}: {meant(name.strip().lower().replace(' ', '_').replace('-', '_'), NAMES)}"


def meant(word: str, known: Iterable[str]) -> str:
    """`did you mean X?` for a word that is close to some that are known; otherwise all of these."""
    from difflib import get_close_matches

    known = list(known)
    word = _OTHERWISE.get(word, word)
    if word in known:
        found = [word]
    else:
        found = [one for one in known if one.startswith(f"{word}_") or one.endswith(f"_{word}")]
        found = found or get_close_matches(word, known, n=2, cutoff=0.7)
    return f"did you mean {' or '.join(found)}?" if found else f"there are {', '.join(known)}"
