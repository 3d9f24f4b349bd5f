"""For tests of the benchmark's pieces: its C programs, compiled once."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.benchmarks.programs import Programs
from tests.benchmarks.wire import Wire, wire
from tests.needs import need


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    need(shutil.which("cc") is not None or shutil.which("gcc") is not None, "a C compiler (gcc, libc6-dev)")
    return Programs(tmp_path_factory.mktemp("programs"))


@pytest.fixture(scope="session")
def made_wire(programs: Programs) -> Iterator[Wire]:
    need(os.geteuid() == 0, "root, to make a network namespace")
    need(shutil.which("ip") is not None, "the command ip (Debian package iproute2)")
    need(len(os.sched_getaffinity(0)) > 1, "two processors")
    with wire(programs) as made:
        yield made
