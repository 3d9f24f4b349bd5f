"""What the doctor finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, why that matters, and what to do. fault: False where it may be just as somebody wants it."""

    what: str
    why: str
    remedy: str
    fault: bool = True
