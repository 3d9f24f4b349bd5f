"""Connections opened and kept open, as a program of its own: `python flowtable.py LIBRARY CONNECTIONS DATA`.

LIBRARY: compiled c/flows.c. DATA: frames of data after the opening. Prints one JSON object: ns of processor time a
frame for the opening and for the data, and bytes of memory more than at the start, after the opening and at most.
"""

import ctypes
import json
import sys
import time
from array import array
from pathlib import Path
from typing import Any

FRAME = 60  # bytes, as FLOW_FRAME
WINDOW = 1000
BLOCK = 3 * WINDOW * 5  # frames labelled at once


def resident(what: str) -> int:
    """Bytes of memory: VmRSS (now) or VmHWM (at most)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("the kernel does not say how much memory is used")


class Flows:
    """The native dissector, and frames for it."""

    def __init__(self, library: str) -> None:
        from pcapkit.dissector import find_one
        from pcapkit.native import begin

        run: Any = begin(find_one("tcp_handshake"))
        if not hasattr(run, "label"):
            raise SystemExit("tcp_handshake is not compiled: install pcapkit where there is a C compiler")
        self._run = run
        self._library = ctypes.CDLL(library)
        self._buffer = ctypes.create_string_buffer(FRAME * BLOCK)
        self._columns = self._run.columns(BLOCK)
        self._rows = [
            array("q", range(0, FRAME * BLOCK, FRAME)),
            *(array("q", [value] * BLOCK) for value in (FRAME, FRAME, 1, 0)),
        ]
        self._data = memoryview(self._buffer)
        self.number = 1

    def label(self, function: str, count: int, connections: int) -> float:
        """Label so many frames; ns of processor time a frame, that of making them not counted."""
        make = getattr(self._library, function)
        spent = 0
        count -= count % BLOCK
        for first in range(0, count, BLOCK):
            make(self._buffer, ctypes.c_uint64(first), ctypes.c_uint64(BLOCK), ctypes.c_uint64(connections))
            clock = self.number * 1000
            self._rows[4] = array("q", range(clock, clock + 1000 * BLOCK, 1000))
            begun = time.thread_time_ns()
            labelled = self._run.label(self._data, self._rows, self.number, self._columns)
            spent += time.thread_time_ns() - begun
            if labelled != BLOCK:
                raise SystemExit(f"only {labelled} of {BLOCK} frames were labelled")
            self.number += BLOCK
        return spent / count


def main(library: str, connections: int, data: int) -> None:
    """Open all, then have each send in turn."""
    flows = Flows(library)
    before = resident("VmRSS")
    opening = flows.label("flows_open", 3 * connections, connections)
    after = resident("VmRSS")
    highest = resident("VmHWM")
    sending = flows.label("flows_data", data, connections)
    print(
        json.dumps(
            {
                "connections": connections,
                "opening": opening,
                "data": sending,
                "bytes": after - before,
                "highest": highest - before,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
