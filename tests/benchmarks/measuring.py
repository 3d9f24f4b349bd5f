"""One command, and what it took: by c/measure.c, so that nothing of this Python process is in the figures."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.programs import Programs
from tests.benchmarks.unavailable import Unavailable

PATIENCE = 180.0
"""Seconds after which a command is taken to hang."""


@dataclass(frozen=True)
class Usage:
    """What a command and its children took: seconds, and the most memory that one of them had (bytes)."""

    wall: float
    user: float
    system: float
    peak: int
    code: int

    @property
    def cpu(self) -> float:
        """Seconds of processor time."""
        return self.user + self.system


def usage_of(result: Path) -> Usage:
    """What c/measure.c wrote."""
    return Usage(**json.loads(result.read_text(encoding="ascii")))


def measured(programs: Programs, result: Path, command: Sequence[str | Path], cpu: int = -1) -> list[str]:
    """The command line that runs a command, on one processor if `cpu` is not -1, and writes its usage to `result`."""
    return [str(programs.path("measure")), str(result), str(cpu), *map(str, command)]


def measure(
    programs: Programs,
    command: Sequence[str | Path],
    *,
    output: Path = Path(os.devnull),
    environment: Mapping[str, str] | None = None,
) -> Usage:
    """Run a command that gets no input, and whose standard output goes to `output`.

    Raises Unavailable where it fails.
    """
    with (
        tempfile.TemporaryDirectory(prefix="pcapkit-measure-") as folder,
        tempfile.TemporaryFile() as errors,
        open(output, "wb") as out,
    ):
        result = Path(folder) / "usage"
        process = subprocess.Popen(
            measured(programs, result, command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            env=environment,
        )
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{command[0]}: it hangs, more than {PATIENCE:.0f} s") from None
        finally:
            if process.poll() is None:
                process.kill()  # its command goes with it (PR_SET_PDEATHSIG)
                process.wait()
        usage = usage_of(result) if process.returncode == 0 else None
        if usage is None or usage.code != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            code = "measure.c failed" if usage is None else f"exit code {usage.code}"
            raise Unavailable(
                f"{Path(command[0]).name} that works ({code}: {said[-1] if said else 'it does not say why'})"
            )
        return usage
