"""The table of experiments, filled by a decorator."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pcapkit.errors import OptionError
from pcapkit.lab.stage import Stage

Layout = Literal["cable", "switch", "routers"]


@dataclass(frozen=True)
class Experiment:
    """One experiment.

    network: two hosts on a cable, three on a switch, or two behind routers. rules: what the cable does; None: it is a
    plain one. expected: what each recorded frame must be (see `expected`). points: where it is recorded, `PLACE`
    for a host's eth0 or `PLACE INTERFACE ...`. injected: which frames no kernel made, "" for none.
    """

    name: str
    title: str
    lesson: str
    act: Callable[[Stage], None]
    expected: str
    network: Layout
    rules: tuple[str, ...] | None
    capture_filter: str
    points: tuple[str, ...]
    injected: str
    ipv6: bool


_TABLE: Final[dict[str, Experiment]] = {}


def experiment(
    expected: str,
    *,
    network: Layout = "cable",
    rules: Sequence[str] | None = None,
    capture_filter: str = "tcp",
    points: Sequence[str] = ("A",),
    injected: str = "",
    ipv6: bool = False,
) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Put a function into the table, under its own name; its docstring is the title and the lesson."""

    def enter(act: Callable[[Stage], None]) -> Callable[[Stage], None]:
        title, _, lesson = inspect.cleandoc(act.__doc__ or "").partition("\n")
        _TABLE[act.__name__] = Experiment(
            act.__name__,
            title.rstrip("."),
            lesson.strip(),
            act,
            inspect.cleandoc(expected) + "\n",
            network,
            None if rules is None else tuple(rules),
            capture_filter,
            tuple(points),
            injected,
            ipv6,
        )
        return act

    return enter


def all_experiments() -> dict[str, Experiment]:
    """All of them, by name, in the order in which one would learn."""
    from pcapkit.lab.experiments import closing, echo, frames, neighbours, opening, resets

    order = [module.__name__ for module in (neighbours, echo, opening, closing, resets, frames)]
    return dict(sorted(_TABLE.items(), key=lambda item: order.index(item[1].act.__module__)))


def find_experiment(name: str) -> Experiment:
    """The one of that name, with hyphens or underscores. Raises OptionError."""
    table = all_experiments()
    found = table.get(name.replace("-", "_"))
    if found is not None:
        return found
    from difflib import get_close_matches

    close = get_close_matches(name.replace("-", "_"), table, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "'pcapkit lab list' names them"
    raise OptionError(f"no experiment {name!r}: {hint}")
