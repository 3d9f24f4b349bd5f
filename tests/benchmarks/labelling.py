"""A capture labelled, with no output, as a program of its own: `python labelling.py FILE`. Prints how many frames."""

import sys

from pcapkit.columns import read
from pcapkit.dissector import find_one


def label(path: str) -> int:
    """Label every frame, and bring the dissector's fields to Python as columns."""
    dissector = find_one("tcp_handshake")
    only = ["found", *(field.name for field in dissector.fields)]
    return sum(len(batch) for batch in read(path, dissector, only=only))


if __name__ == "__main__":
    print(label(sys.argv[1]))
