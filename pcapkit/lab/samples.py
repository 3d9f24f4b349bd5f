"""Making the samples: the capture of each experiment, and beside it what it must show."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pcapkit.errors import FileError
from pcapkit.lab.experiments import Experiment
from pcapkit.lab.run import run


def make(experiments: Sequence[Experiment], folder: Path) -> Iterator[tuple[str, bool]]:
    """Run each; the capture takes the old one's place only if it matches. A line for each, and whether it does."""
    if not folder.is_dir():
        raise FileError(f"{folder}: no such folder to put the samples into")
    for one in experiments:
        fresh = folder / f"{one.name}.fresh.pcapng"
        try:
            result = run(one, fresh)
            if not result.matches:
                reasons = [*result.differences, *(str(entry) for entry in result.testimony.contradictions)]
                yield f"{one.name}: not as expected: {'; '.join(reasons)}", False
                continue
            fresh.chmod(0o644)
            fresh.replace(folder / f"{one.name}.pcapng")
            (folder / f"{one.name}.expected").write_text(expectation(one), encoding="utf-8")
        finally:
            fresh.unlink(missing_ok=True)
        again = f", on try {result.tries}" if result.tries > 1 else ""
        yield f"{one.name}: {len(result.seen)} frames, as expected{again}", True


def expectation(one: Experiment) -> str:
    """The text of an experiment's expectation file."""
    remarks = [one.title, *([f"No kernel made these: {one.injected}."] if one.injected else [])]
    rules = [f"The cable: {rule}." for rule in one.rules or ()]
    return "".join(f"# {line}\n" for line in (*remarks, *rules)) + one.expected
