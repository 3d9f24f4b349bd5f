"""A process that lets the kernel write down one tracepoint, run as a file: `tracechild.py SYSTEM NAME FILTER`.

It mounts tracefs where only it sees it, and makes an instance there, a trace buffer beside everybody else's. It says
"ready", waits for its standard input to end, prints one JSON object (the tracepoint's `format`, its `id`, and the
`pages` of the buffer in hexadecimal), and takes the instance away: also where whoever started it was killed. What
cannot be had is a JSON object with a `reason`. (perf_event_open would need no instance, but loses events in silence.)
"""

import contextlib
import ctypes
import json
import os
import signal
import sys
from pathlib import Path

TRACEFS = Path("/sys/kernel/tracing")
CLONE_NEWNS = 0x00020000
MS_REC_PRIVATE = 0x4000 | 0x40000
PAGE = 1 << 16  # the largest sub-buffer


def main(system: str, name: str, condition: str) -> None:
    """Do it; see the module."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the end of standard input is the only order
    instance = TRACEFS / "instances" / f"pcapkit-lab-{os.getpid()}"
    try:
        mount()
        os.mkdir(instance)
    except OSError as error:
        print(json.dumps({"reason": f"no tracefs: {error.strerror}"}))
        return
    event = instance / "events" / system / name
    try:
        (instance / "trace_clock").write_text("mono")
        (event / "filter").write_text(condition)
        (event / "enable").write_text("1")
        print("ready", flush=True)
        sys.stdin.read()
        (event / "enable").write_text("0")
        described = {"format": (event / "format").read_text(), "id": int((event / "id").read_text())}
        answer = json.dumps({**described, "pages": [page.hex() for page in pages(instance)]})
    except OSError as error:
        answer = json.dumps({"reason": f"no tracepoint {system}:{name}: {error.strerror}"})
    finally:
        with contextlib.suppress(OSError):
            (event / "enable").write_text("0")
        os.rmdir(instance)
    with contextlib.suppress(BrokenPipeError):
        print(answer, flush=True)


def mount() -> None:
    """See tracefs, alone. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if (
        libc.unshare(CLONE_NEWNS) != 0
        or libc.mount(None, b"/", None, MS_REC_PRIVATE, None) != 0
        or libc.mount(b"tracefs", str(TRACEFS).encode(), b"tracefs", 0, None) != 0
    ):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def pages(instance: Path) -> list[bytes]:
    """What the ring buffer of every processor holds."""
    found = []
    for cpu in sorted((instance / "per_cpu").iterdir()):
        descriptor = os.open(cpu / "trace_pipe_raw", os.O_RDONLY | os.O_NONBLOCK)
        try:
            while page := os.read(descriptor, PAGE):
                found.append(page)
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
