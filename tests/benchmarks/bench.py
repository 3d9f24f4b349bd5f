"""What every part of the benchmark is given."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.programs import Programs
from tests.benchmarks.report import Report

T = TypeVar("T")


@dataclass(frozen=True)
class Bench:
    """folder: for captures and recordings; quick: less of everything; rounds: how often each thing is measured."""

    report: Report
    programs: Programs
    folder: Path
    quick: bool
    rounds: int

    def say(self, text: str) -> None:
        """Tell on standard error what happens now."""
        if sys.stderr.isatty():
            print(f"\r\x1b[K{text[:100]}", end="", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def missing(self, text: str) -> None:
        """Note what is left out, once."""
        if text not in self.report.missing:
            self.report.missing.append(text)

    def alternate(
        self, things: Mapping[str, Callable[[], T]], *, about: str = "", rounds: int = 0
    ) -> dict[str, Sequence[T]]:
        """Measure all things `rounds` times, one after the other in each round: what else is done here hits all."""
        found: dict[str, list[T]] = {name: [] for name in things}
        rounds = rounds or self.rounds
        for turn in range(rounds):
            for name, thing in things.items():
                self.say(f"{about}round {turn + 1} of {rounds}: {name}")
                found[name].append(thing())
        return dict(found)
