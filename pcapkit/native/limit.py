"""How much memory a native run may take where nobody says it."""

from typing import Final

SHARE: Final = 2
"""One part in so many of the free memory: the rest is for buffers, for other programs, and for the page cache."""


def memory_limit() -> int:
    """Half of the memory that this process could have now, in bytes; 0, no limit, where that cannot be told.

    That is what the machine has available (proc_meminfo(5)), or what the process's control group leaves of its limit
    (cgroups(7), version 2).
    """
    return min([*_available(), *_of_group()], default=0) // SHARE


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


def _of_group() -> list[int]:
    from pathlib import Path

    try:
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            if line.startswith("0::"):
                folder = Path("/sys/fs/cgroup") / line[3:].lstrip("/")
                most = int((folder / "memory.max").read_text(encoding="ascii"))
                used = int((folder / "memory.current").read_text(encoding="ascii"))
                return [max(most - used, SHARE)]
    except (OSError, ValueError):
        pass  # "max" is no number: there is no limit
    return []
