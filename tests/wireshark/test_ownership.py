"""What may be started by everybody."""

import os
from pathlib import Path

import pytest

from pcapkit.wireshark.ownership import changeable
from tests.needs import need


@pytest.mark.parametrize(("mode", "owner", "found"), [(0o755, 0, False), (0o775, 0, True), (0o755, 65534, True)])
def test_a_folder_that_others_can_change(mode: int, owner: int, found: bool, tmp_path: Path) -> None:
    """Anywhere above the program."""
    need(os.geteuid() == 0, "root")
    folder = tmp_path / "shared"
    program = folder / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text("")
    os.chown(folder, owner, 0)
    folder.chmod(mode)
    assert (changeable(str(program)) == str(folder)) is found


def test_what_is_roots_alone() -> None:
    """Debian's own Python."""
    assert changeable("/usr/bin/env") is None
