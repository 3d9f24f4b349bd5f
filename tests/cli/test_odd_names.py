"""Names and comments that are no plain text: on the terminal, and for programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pcapkit.cli.jsontext import json_text
from tests.needs import PROJECT

TEN = str(PROJECT / "samples" / "ten_frames.pcapng")


@pytest.mark.parametrize("form", [["connections"], ["connections", "--csv"], ["connections", "--json"], ["read"]])
def test_names_of_files_steer_no_terminal_and_need_be_no_text(form: list[str], tmp_path: Path) -> None:
    """Control characters are shown in tables, JSON and messages, and bytes that are no UTF-8 stop nothing."""
    odd = os.fsencode(tmp_path) + b"/\xff\x1b[2J\xc2\x9b.pcapng"
    for name in (odd, odd + b".empty"):
        Path(os.fsdecode(name)).write_bytes(Path(TEN).read_bytes() if name == odd else b"")
    done = subprocess.run(
        [sys.executable, "-m", "pcapkit", *form, odd, odd + b".empty"],
        capture_output=True,
        timeout=60,
        cwd=PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout.count(b"10.0.0.2") >= 1
    assert b"Traceback" not in done.stderr
    assert rb"\x1b[2J" in done.stderr
    assert b"\x1b" not in done.stderr
    assert b"\xc2\x9b" not in done.stderr
    if "--csv" not in form:  # which is for programs that want the name as it is
        assert b"\x1b" not in done.stdout
        assert b"\xc2\x9b" not in done.stdout


def test_json_is_safe_on_a_terminal_and_still_the_same() -> None:
    """Letters stay; what is not printable is escaped, as JSON does it."""
    value = {"text": 'é中"\x1b\x9b\u202e\U000e0001\udcff\n', "number": 1}
    text = json_text(value)
    assert json.loads(text) == value
    assert text.isprintable()
    assert "é中" in text
