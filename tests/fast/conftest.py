"""What the tests of files on two processors begin with, and what they may not leave behind."""

import gc
import os
from collections.abc import Iterator

import pytest

from pcapkit.dissector import Dissector
from tests.fast.captures import handshake
from tests.fast.engine import need_engine
from tests.fast.pipeline import Pipeline, threads
from tests.needs import need


@pytest.fixture
def dissector() -> Dissector:
    """The one that is installed, compiled."""
    return handshake()


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """Tiny chunks, which begin at once; skipped where there is no engine."""
    need_engine()
    return Pipeline(monkeypatch)


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """No thread and no descriptor is left behind by a test."""
    need(os.path.isdir("/proc/self/task"), "/proc")
    gc.collect()
    before = threads(), len(os.listdir("/proc/self/fd"))
    yield
    gc.collect()
    assert (threads(), len(os.listdir("/proc/self/fd"))) == before
