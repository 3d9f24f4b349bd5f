"""A shell on a terminal of its own, in which a line is typed and Tab pressed, as a person does."""

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\x07\r]")
_PATIENCE = 10  # seconds


def typed(shell: Sequence[str], setting_up: str, lines: Iterable[tuple[str, str]], folder: Path) -> list[str]:
    """Type lines, a Tab behind each. What stood on the terminal, of those where it lacked what it should have.

    lines: what is typed, and what is to stand there then, or time is up.
    """
    main, side = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "PS1": "> ", "HOME": str(folder), "COLUMNS": "200", "LINES": "100"}
    missed = []
    with subprocess.Popen(shell, stdin=side, stdout=side, stderr=side, cwd=folder, env=environment) as it:
        os.close(side)
        try:
            os.write(main, f"{setting_up}; echo rea''dy\n".encode())
            _until(main, "ready")
            for line, wanted in lines:
                os.write(main, f"{line}\t".encode())
                shown = _until(main, wanted)
                if wanted not in shown:
                    missed.append(f"{line}: {shown}")
                os.write(main, b"\x15\x0becho e''nd\n")  # nothing of the line is left
                _until(main, "end")
        finally:
            it.kill()
            os.close(main)
    return missed


def _until(terminal: int, wanted: str) -> str:
    shown = ""
    end = time.monotonic() + _PATIENCE
    while wanted not in shown and (left := end - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            shown = _ESCAPES.sub("", shown + os.read(terminal, 65536).decode(errors="replace"))
    return shown
