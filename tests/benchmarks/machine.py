"""What the figures were made on."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path

from tests.benchmarks.peers import PEERS, pcapkit


def processor() -> str:
    """Its name, and how many there are for us."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    found = re.search(r"model name\s*:\s*(.*)", text)
    return f"{found[1] if found else platform.machine()}, {len(os.sched_getaffinity(0))} processors"


def file_system(folder: Path) -> str:
    """The type of the file system that a folder is on: ext2/ext3, tmpfs."""
    done = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True)
    return done.stdout.strip() or "an unknown file system"


def description() -> str:
    """Date, processor, kernel, and the versions of everything, in one sentence."""
    versions = [f"{peer.name} {peer.version()}" for peer in PEERS.values() if peer.version() is not None]
    own = subprocess.run([pcapkit(), "--version"], capture_output=True, text=True).stdout.strip()
    return (
        f"{time.strftime('%Y-%m-%d')}; {processor()}; Linux {platform.release()}; Python {platform.python_version()}; "
        f"{own}; {', '.join(versions)}."
    )
