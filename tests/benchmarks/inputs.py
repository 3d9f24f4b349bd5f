"""The captures that are read, made by c/make_capture.c: the same bytes for the same figures, on any machine."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.programs import Programs
from tests.benchmarks.unavailable import Unavailable


@dataclass(frozen=True)
class Capture:
    """A pcapng file, and what is in it."""

    path: Path
    frames: int
    size: int
    connections: int


@dataclass(frozen=True)
class Recipe:
    """connections: opened and closed; at_once: of them at a time; each: mean frames between opening and closing."""

    connections: int
    at_once: int = 1000
    each: int = 13
    seed: int = 1

    def make(self, programs: Programs, folder: Path) -> Capture:
        """Write it into the folder, unless it is there already."""
        name = f"traffic-{self.connections}-{self.at_once}-{self.each}-{self.seed}"
        path = folder / f"{name}.pcapng"
        told = folder / f"{name}.json"
        if not told.exists():
            numbers = map(str, (self.connections, self.at_once, self.each, self.seed))
            done = subprocess.run(
                [str(programs.path("make_capture")), str(path), *numbers], capture_output=True, text=True
            )
            if done.returncode != 0:
                raise Unavailable(f"room for the captures: {done.stderr.strip()}")
            told.write_text(done.stdout, encoding="ascii")
        found = json.loads(told.read_text(encoding="ascii"))
        return Capture(path, found["frames"], found["bytes"], self.connections)
