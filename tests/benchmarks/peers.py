"""The tools that pcapkit is compared with: whether they are here, in which version, and where they come from."""

import importlib.metadata
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.unavailable import Unavailable


@dataclass(frozen=True)
class Peer:
    """A tool, and the package it is in: of Debian, or of PyPI if it is a Python module."""

    name: str
    package: str
    module: bool = False

    def version(self) -> str | None:
        """Its version, None where it is absent."""
        if self.module:
            try:
                return importlib.metadata.version(self.package)
            except importlib.metadata.PackageNotFoundError:
                return None
        if shutil.which(self.name) is None:
            return None
        done = subprocess.run([self.name, "--version"], capture_output=True, text=True, errors="replace")
        found = re.search(r"\d+\.\d+(?:\.\d+)*", done.stdout + done.stderr)
        return found[0] if found else "of unknown version"

    def needed(self) -> None:
        """Raises Unavailable, with what to install, where it is absent."""
        if self.version() is None:
            raise Unavailable(f"{self.name} ({'PyPI' if self.module else 'Debian'} package {self.package})")


PEERS: Final = {
    peer.name: peer
    for peer in (
        Peer("tcpdump", "tcpdump"),
        Peer("dumpcap", "wireshark-common"),
        Peer("netsniff-ng", "netsniff-ng"),
        Peer("capinfos", "wireshark-common"),
        Peer("editcap", "wireshark-common"),
        Peer("tshark", "tshark"),
        Peer("dpkt", "dpkt", module=True),
        Peer("python-pcapng", "python-pcapng", module=True),
    )
}


def pcapkit() -> str:
    """The command pcapkit of the Python that runs this."""
    import sysconfig

    path = os.path.join(sysconfig.get_path("scripts"), "pcapkit")
    if not os.access(path, os.X_OK):
        raise Unavailable("the command pcapkit: install the project into this Python (pip install -e .)")
    return path
