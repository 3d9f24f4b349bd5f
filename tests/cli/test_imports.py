"""Everything is imported before the privileges are given up: afterwards its folder may be closed to us."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import PROJECT, need

RECORD = """\
import os, sys
from pcapkit.cli.main import main

late = []


def hook(event, arguments):
    if event == "import" and os.geteuid() != 0:
        late.append(arguments[0])


sys.addaudithook(hook)
code = main(["record", "-i", "lo", "-f", "tcp port %d", "-c", "6", "-a", "duration:20", *sys.argv[1:]])
print(code, os.geteuid() != 0, late, file=sys.stderr)
"""


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("options", [["-o", "OUT"], ["-o", "OUT", "--print"], ["--json"], []], ids=" ".join)
def test_before_the_first_frame_is_looked_at(tmp_path: Path, options: list[str], *, native: bool) -> None:
    need(os.geteuid() == 0, "root, to record and to stop being it")
    need(Path("/proc/self/uid_map").read_text().split()[2] != "1", "more than one user, to become another")
    tmp_path.chmod(0o755)
    out = str(tmp_path / "out.pcapng")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-c", RECORD % port, *(out if one == "OUT" else one for one in options)]
        environment = {**os.environ, "PCAPKIT_NO_EXTENSIONS": "0" if native else "1"}
        with subprocess.Popen(
            command, cwd=PROJECT, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as recorder:
            assert recorder.stderr is not None
            said = recorder.stderr.readline()
            assert "Capturing on 'lo'" in said
            with socket.create_connection(server.getsockname()) as client, server.accept()[0] as accepted:
                client.send(b"x")
                accepted.recv(1)
            said += recorder.stderr.read()
    assert said.splitlines()[-1] == "0 True []", said
