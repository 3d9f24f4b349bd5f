"""How much memory a native run may take where nobody says it."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

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
    from pathlib import Path

    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return [int(value.split()[0]) * 1024]
    except (OSError, ValueError, IndexError):
        pass
    return []


def _cached(folder: "Path") -> int:
    """Bytes of files that a control group has cached, and gives up when somebody wants the memory."""
    try:
        rows = dict(line.split(" ", 1) for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines())
        return sum(int(rows.get(name, "0")) for name in ("inactive_file", "active_file"))
    except (OSError, ValueError):
        return 0


def _of_group() -> list[int]:
    from pathlib import Path

    try:
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            if line.startswith("0::"):
                folder = Path("/sys/fs/cgroup") / line[3:].lstrip("/")
                most = int((folder / "memory.max").read_text(encoding="ascii"))
                used = int((folder / "memory.current").read_text(encoding="ascii"))
                return [max(most - used + _cached(folder), 0)]
    except (OSError, ValueError):
        pass  # "max" is no number: there is no limit
    return []
