"""`pcapkit translate`: output, --check, and its errors."""

from pathlib import Path

import pytest

from pcapkit.cli import translate
from pcapkit.cli.parser import parser_of
from pcapkit.errors import FileError, PcapkitError

SOURCE = """\
from pcapkit.layers.packet import Packet
from pcapkit.subset import I64, U32, Frame, dissector, field, fields, record


@record
class Capture:
    count: U32


@fields
class Told:
    count: U32 = field("Count", "frames so far")


@dissector("counter", "Counter", protocol="tcp")
def count(capture: Capture, packet: Packet, frame: Frame, number: U32, time: I64, told: Told) -> bool:
    capture.count += 1
    told.count = capture.count
    return True
"""


def run(*words: str) -> int:
    """The subcommand as the command line calls it."""
    return translate.run(parser_of("translate", translate).parse_args(words))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small dissector's file."""
    path = tmp_path / "counter.py"
    path.write_text(SOURCE)
    return path


def test_to_standard_output(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without -o the Lua is printed."""
    assert run(str(source)) == 0
    assert 'Proto("counter", "Counter")' in capsys.readouterr().out


def test_not_onto_the_source(source: Path) -> None:
    """A slip of the pen does not cost the dissector."""
    with pytest.raises(FileError, match="is the file that is to be read"):
        run(str(source), "-o", str(source))
    assert source.read_text() == SOURCE


def test_to_a_file_and_checked(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was written passes --check; anything else does not, and the command that mends it is named."""
    out = source.with_suffix(".lua")
    assert run(str(source), "-o", str(out), "--check") == 1
    assert not out.exists()
    assert f"pcapkit translate {source} -o {out}" in capsys.readouterr().err
    assert run(str(source), "-o", str(out)) == 0
    assert run(str(source), "-o", str(out), "--check") == 0
    assert capsys.readouterr() == ("", "")
    out.write_text(out.read_text() + "\n")
    assert run(str(source), "-o", str(out), "--check") == 1
    out.write_bytes(b"\xff")
    with pytest.raises(FileError, match="cannot be read"):
        run(str(source), "-o", str(out), "--check")
    assert [path.name for path in sorted(source.parent.iterdir())] == ["counter.lua", "counter.py"]


def test_what_is_refused_leaves_the_file_alone(source: Path) -> None:
    """Each refusal is a line with its place; the old output stays."""
    out = source.with_suffix(".lua")
    out.write_text("old")
    source.write_text(SOURCE.replace("capture.count += 1", "capture.count /= 1\n    told.nothing = 3"))
    with pytest.raises(PcapkitError) as caught:
        run(str(source), "-o", str(out))
    assert caught.value.exit_code == 1
    first, second = str(caught.value).splitlines()
    assert ":17:5: the operator / is not in the subset; write `//`" in first
    assert ":18:5: Told has no attribute nothing; write one of: count" in second
    assert out.read_text() == "old"


def test_a_folder_that_is_not_there(source: Path) -> None:
    """Nowhere to write."""
    with pytest.raises(FileError, match=r"cannot write .*/no/out\.lua: No such file or directory"):
        run(str(source), "-o", str(source.parent / "no" / "out.lua"))


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    """Nothing to read is an error of reading."""
    with pytest.raises(FileError, match=r"nothing\.py: cannot be read"):
        run(str(tmp_path / "nothing.py"))
