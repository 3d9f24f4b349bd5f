"""How many connections opened and closed while one records, by the steps that the labels name.

Only for the status line: exact as long as each step is captured, and without a table of its own.
"""

from typing import Final

_BEGINS: Final = "| tcp_handshake: "
_REPEATED: Final = "repeat"
OPENED, REFUSED, CLOSED, RESET = "opened", "refused", "closed", "reset"
_BY_STEP: Final = {"open 3/3 ACK": OPENED, "refused RST": REFUSED, "close 4/4 ACK": CLOSED, "reset RST": RESET}


class Connections:
    """Counts connections by what became of them."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys((OPENED, CLOSED, REFUSED, RESET), 0)

    def saw(self, label: str) -> None:
        """Take the label of the next frame."""
        steps = label.partition(_BEGINS)[2].partition(";")[0]
        if not steps:
            return
        named = steps.split(" + ")
        if _REPEATED in named:
            return
        for step in named:
            kind = _BY_STEP.get(step)
            if kind is not None:
                self.counts[kind] += 1

    def texts(self) -> list[str]:
        """For the status line: refusals and resets only where there were any."""
        return [f"{count:,} {kind}" for kind, count in self.counts.items() if count or kind in (OPENED, CLOSED)]
