"""How much memory a native run may take where nobody says it."""

from typing import Final

SHARE: Final = 2
"""One part in so many of the free memory: the rest is for buffers, for other programs, and for the page cache."""


LEAST: Final = 64 << 20
"""Bytes that a run may take however little is free: with less, it would soon tell nothing that is right."""


def memory_limit() -> int:
    """Half of the memory that this process could have now, in bytes; 0, no limit, where that cannot be told.

    That is what the machine has available (proc_meminfo(5)), or what the process's control group leaves of its limit
    (cgroups(7), version 2), where cached files do not count as used. Never less than LEAST.
    """
    found = [*_available(), *_of_group()]
    return max(min(found) // SHARE, LEAST) if found else 0


def _available() -> list[int]:
    try:
        for line in _text("/proc/meminfo").splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return [int(value.split()[0]) * 1024]
    except (OSError, ValueError, IndexError):
        pass
    return []


def _cached(folder: str) -> int:
    """Bytes of files that a control group has cached, and gives up when somebody wants the memory."""
    try:
        rows = dict(line.split(" ", 1) for line in _text(f"{folder}/memory.stat").splitlines())
        return sum(int(rows.get(name, "0")) for name in ("inactive_file", "active_file"))
    except (OSError, ValueError):
        return 0


def _of_group() -> list[int]:
    try:
        for line in _text("/proc/self/cgroup").splitlines():
            if line.startswith("0::"):
                folder = "/sys/fs/cgroup" + line[3:].rstrip("/")
                most = int(_text(f"{folder}/memory.max"))
                used = int(_text(f"{folder}/memory.current"))
                return [max(most - used + _cached(folder), 0)]
    except (OSError, ValueError):
        pass  # "max" is no number: there is no limit
    return []


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
