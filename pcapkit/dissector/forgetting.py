"""What dissectors had to forget so that memory stays bounded: counted by them, added up and told here."""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

_TEXTS: Final = {
    "given_up": "connections given up before they were open",
    "ended_early": "connections forgotten soon after their end",
    "lost": "frames of which something could not be kept",
}


class Counting(Protocol):
    """A run of a dissector, as far as it counts what it remembers."""

    @property
    def counts(self) -> Mapping[str, int]:
        """The integers of its capture record, by name."""

    @property
    def lost(self) -> int:
        """Frames of which something could not be kept."""


def forgotten(runs: Iterable[Counting]) -> dict[str, int]:
    """What these runs had to forget, by the names they count it under; not what is 0.

    "given_up" and "ended_early": connections, as pcapkit_dissectors.tcp_handshake says. "lost": frames whose
    connection could not be kept, since memory was at its limit.
    """
    found = dict.fromkeys(_TEXTS, 0)
    for run in runs:
        counts = {**run.counts, "lost": run.lost}
        for name in found:
            found[name] += counts.get(name, 0)
    return {name: count for name, count in found.items() if count}


def sentence(counts: Mapping[str, int]) -> str:
    """The same for people, without a full stop; "" where nothing was forgotten."""
    told = "; ".join(f"{text}: {counts[name]:,}" for name, text in _TEXTS.items() if counts.get(name))
    return f"so that memory stays bounded, not everything is remembered ({told})" if told else ""
