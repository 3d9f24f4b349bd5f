"""What the doctor finds."""

from dataclasses import dataclass
from typing import Final

INSTALL: Final = "pcapkit wireshark install"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, why that matters, and what to do. fault: False where it may be just as somebody wants it."""

    what: str
    why: str
    remedy: str
    fault: bool = True
