"""One sentence on standard error where not everything in a capture could be remembered."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pcapkit.cli.bar import Bar
from pcapkit.cli.remark import remark
from pcapkit.dissector.forgetting import sentence


def tell(name: str, counts: Mapping[str, int]) -> None:
    """Say it of that file, if there is anything to say; counts: as pcapkit.dissector.forgetting has them."""
    text = sentence(counts)
    if text:
        remark(f"{'standard input' if name == '-' else name}: {text}")


@contextmanager
def told(name: str, progress: Bar) -> Iterator[Counter[str]]:
    """A Counter for what is forgotten while that file is read; what it holds in the end is said."""
    counts: Counter[str] = Counter()
    try:
        yield counts
    finally:
        if counts:
            progress.clear()
            tell(name, counts)
