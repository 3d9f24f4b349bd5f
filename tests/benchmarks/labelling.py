"""A capture labelled, with no output, as a program of its own: `python labelling.py FILE`. Prints how many frames."""

import importlib
import importlib.util
import struct
import sys
from array import array
from typing import Any

CHUNK = 1 << 20


def by_columns(path: str) -> int:
    """By what every view of pcapkit uses."""
    from pcapkit.dissector import find_one

    columns: Any = importlib.import_module("pcapkit.columns")
    return sum(len(batch) for batch in columns.read(path, find_one("tcp_handshake")))


def by_blocks(path: str) -> int:
    """Walk the blocks of a pcapng file whose times are in ns, and label them a chunk at a time in native code."""
    from pcapkit.dissector import find_one
    from pcapkit.native import begin

    run: Any = begin(find_one("tcp_handshake"))
    if not hasattr(run, "label"):
        raise SystemExit("tcp_handshake is not compiled: install pcapkit where there is a C compiler")
    head = struct.Struct("<7I").unpack_from
    number, labelled, rest = 1, 0, b""
    with open(path, "rb", buffering=0) as file:
        while data := file.read(CHUNK - len(rest)):
            data = rest + data
            rows = [array("q") for _ in range(5)]
            at = 0
            while at + 28 <= len(data):
                kind, total, _, high, low, captured, wire = head(data, at)
                if at + total > len(data):
                    break
                if kind == 6:
                    for row, value in zip(rows, (at + 28, captured, wire, 1, high << 32 | low), strict=True):
                        row.append(value)
                at += total
            rest = data[at:]
            labelled += run.label(data, rows, number, run.columns(len(rows[0])))
            number += len(rows[0])
    return int(labelled)


if __name__ == "__main__":
    print((by_columns if importlib.util.find_spec("pcapkit.columns") else by_blocks)(sys.argv[1]))
