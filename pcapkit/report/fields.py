"""Fields of a connection by the names that people type: which one was meant where there is none of that name."""

from collections.abc import Iterable
from typing import Final

from pcapkit.report.connection import NAMES

_TITLES: Final = {"#": "number"}
"""Titles in the table that are no names."""


def no_field(name: str) -> str:
    """The sentence on a field that there is not: `no field 'frames': did you mean client_frames or server_frames?`."""
    return f"no field {name!r}: {meant(name.strip().lower().replace(' ', '_').replace('-', '_'), NAMES)}"


def meant(word: str, known: Iterable[str]) -> str:
    """`did you mean X?` for a word that is close to some that are known; otherwise all of these."""
    from difflib import get_close_matches

    known = list(known)
    word = _TITLES.get(word, word)
    if word in known:
        found = [word]
    else:
        found = [one for one in known if one.startswith(f"{word}_") or one.endswith(f"_{word}")]
        found = found or get_close_matches(word, known, n=2, cutoff=0.6)
    return f"did you mean {' or '.join(found)}?" if found else f"there are {', '.join(known)}"
