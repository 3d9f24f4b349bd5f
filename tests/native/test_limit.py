"""How much memory a run takes by default: half of what is free, as the system tells it."""

from pathlib import Path

import pytest

from pcapkit.native import memory_limit

MEMINFO = "MemTotal:       24683520 kB\nMemFree:        18000000 kB\nMemAvailable:   20000000 kB\n"


def test_here() -> None:
    """More than nothing, and less than there is."""
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    assert 0 < memory_limit() < int(total.split()[1]) * 1024


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"/proc/meminfo": MEMINFO}, 10_240_000_000),
        ({}, 0),
        ({"/proc/meminfo": "MemAvailable: many kB\n"}, 0),
        ({"/proc/meminfo": "MemAvailable:\n"}, 0),
        ({"/proc/meminfo": "MemFree: 5 kB\n"}, 0),
        (
            {
                "/proc/meminfo": MEMINFO,
                "/proc/self/cgroup": "1:name=old:/x\n0::/user.slice/one\n",
                "/sys/fs/cgroup/user.slice/one/memory.max": "1000000000\n",
                "/sys/fs/cgroup/user.slice/one/memory.current": "400000000\n",
            },
            300_000_000,
        ),
        (
            {
                "/proc/meminfo": MEMINFO,
                "/proc/self/cgroup": "0::/\n",
                "/sys/fs/cgroup/memory.max": "1000000000\n",
                "/sys/fs/cgroup/memory.current": "1000000000\n",
                "/sys/fs/cgroup/memory.stat": "anon 5\ninactive_file 300000000\nactive_file 100000000\n",
            },
            200_000_000,
        ),
        (
            {
                "/proc/meminfo": MEMINFO,
                "/proc/self/cgroup": "0::/\n",
                "/sys/fs/cgroup/memory.max": "max\n",
                "/sys/fs/cgroup/memory.current": "400000\n",
            },
            10_240_000_000,
        ),
        (
            {
                "/proc/self/cgroup": "0::/\n",
                "/sys/fs/cgroup/memory.max": "5\n",
                "/sys/fs/cgroup/memory.current": "400000\n",
            },
            64 << 20,
        ),
    ],
)
def test_what_the_system_tells(files: dict[str, str], wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lesser of both; no limit where neither is known, never too little, though the group has used up its own."""

    def text(path: str) -> str:
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    monkeypatch.setattr("pcapkit.native.limit._text", text)
    assert memory_limit() == wanted
