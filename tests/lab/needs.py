"""What tests of the laboratory need of the machine, and what of it can be seen from outside."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.needs import need


def need_namespaces() -> None:
    """Skip unless network namespaces and veth pairs can be made here."""
    need(os.geteuid() == 0, "root, to make network namespaces")
    need(shutil.which("ip") is not None, "the command ip (Debian package iproute2)")


def seen_from_outside() -> dict[str, object]:
    """Named namespaces, links, mounts, trace instances: what an experiment must leave as it was."""
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    names = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
    return {
        "links": [line.split(":")[1] for line in links.splitlines()],
        "named": names,
        "mounts": Path("/proc/self/mounts").read_text(encoding="utf-8"),
        "locks": [
            line for line in Path("/proc/net/unix").read_text("utf-8").splitlines() if f"-{os.getpid()}-" in line
        ],
    }


def children() -> set[int]:
    """Our processes: those that we started and have not ended."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text(encoding="ascii").split()}
    return found
