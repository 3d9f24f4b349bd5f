"""How large a ring is where nobody says."""

import builtins
import io
from pathlib import Path

import pytest

from pcapkit.capture import memory
from pcapkit.capture.memory import MEBIBYTE, available, ring_size


@pytest.mark.parametrize(
    ("mebibytes", "interfaces", "each"),
    [(64_000, 1, 64), (64_000, 4, 16), (64_000, 100, 4), (1024, 1, 16), (1024, 2, 8), (100, 1, 4), (0, 3, 4)],
)
def test_a_64th_of_what_is_free_shared_by_all_within_bounds(
    monkeypatch: pytest.MonkeyPatch, mebibytes: int, interfaces: int, each: int
) -> None:
    monkeypatch.setattr(memory, "available", lambda: mebibytes * MEBIBYTE)
    assert ring_size(interfaces) == each * MEBIBYTE


def test_it_is_what_the_kernel_says() -> None:
    [line] = [line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")]
    assert 0 < available() <= int(line.split()[1]) * 1024


@pytest.mark.parametrize("text", ["", "MemAvailable: much", "MemAvailable:", "MemFree: 5 kB"])
def test_where_the_kernel_says_nothing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(builtins, "open", lambda *_, **__: io.StringIO(text))
    assert available() == 1024 * MEBIBYTE
