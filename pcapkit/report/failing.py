"""What a connection can be accused of by name, for exit codes that a pipeline can go by."""

from collections.abc import Callable
from typing import Final

from pcapkit.errors import OptionError
from pcapkit.report.connection import CLOSED, FINDINGS, OPENED, Connection
from pcapkit.report.fields import meant
from pcapkit.report.vocabulary import vocabulary

Failure = Callable[[Connection], bool]

_GROUPS: Final[dict[str, Failure]] = {
    "reset": lambda one: one.closed.startswith("reset"),
    "problems": lambda one: bool(one.problems),
}


def failures() -> dict[str, Failure]:
    """What can be named, and how a connection is held against it. Words are joined by hyphens, or not."""
    known: dict[str, Failure] = {}
    for name in (*(problem.label for problem in vocabulary().problems), *FINDINGS):
        known[name] = lambda one, name=name: name in one.problems  # type: ignore[misc]
    for name in (*OPENED, *CLOSED):
        known[name] = lambda one, name=name: name in (one.opened, one.closed)  # type: ignore[misc]
    known |= _GROUPS
    return {name.replace(" ", "-"): failure for name, failure in known.items()}


def failing(text: str) -> dict[str, Failure]:
    """What a list such as `refused,no-answer` names. Raises OptionError for a name that there is not."""
    known = failures()
    found: dict[str, Failure] = {}
    for word in filter(None, (word.strip() for word in text.split(","))):
        name = word.replace(" ", "-")
        if name not in known:
            raise OptionError(f"--fail-on {word}: is nothing that a connection can be: {meant(name, known)}")
        found[word] = known[name]
    if not found:
        raise OptionError(f"--fail-on {text!r}: names nothing: there are {', '.join(known)}")
    return found
