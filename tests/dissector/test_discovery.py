"""Finding dissectors by entry point and by path."""

from pathlib import Path

import pytest

from pcapkit.dissector import find, find_one
from pcapkit.entry_points import EntryPoint
from pcapkit.errors import FileError, OptionError

TOY = Path(__file__).with_name("toy.py")


def test_installed() -> None:
    """pcapkit's own is found like anybody's."""
    found = {one.name: one for one in find()}
    assert "tcp_handshake" in found
    one = found["tcp_handshake"]
    assert (one.title, one.protocol) == ("TCP Handshake", "tcp")
    assert one.path.name == "tcp_handshake.py"
    assert [field.name for field in one.fields][:3] == ["step", "connection", "sender"]
    assert find_one("tcp_handshake") == one


def test_by_path() -> None:
    """A file that is not installed."""
    one = find_one(str(TOY))
    assert (one.name, one.title, one.protocol, one.path) == ("toy", "A toy", "tcp", TOY)
    assert one.begin().feed(1, 0, b"\x00", 1, 1) is not None


def test_unknown_name() -> None:
    """The error names those that there are."""
    with pytest.raises(OptionError, match=r"no dissector 'nothing': installed are .*tcp_handshake"):
        find_one("nothing")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = ", "loading it failed: SyntaxError"),
        ("1 / 0", "loading it failed: ZeroDivisionError"),
        ("import nothing_of_this_name", "loading it failed: ModuleNotFoundError"),
        ("x = 1", "no function in it is marked with @dissector"),
        (
            "from pcapkit.subset import dissector\n"
            "@dissector('a', 'A', protocol='tcp')\n"
            "def dissect(capture: int) -> bool:\n    return True\n",
            "dissect must take six arguments and return a bool",
        ),
    ],
    ids=["syntax", "run", "import", "no entry point", "signature"],
)
def test_files_that_are_no_dissector(tmp_path: Path, text: str, complaint: str) -> None:
    """Each ends in one sentence that names the file."""
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(FileError, match=complaint) as caught:
        find_one(str(path))
    assert str(path) in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    """The same."""
    with pytest.raises(FileError, match="no such dissector file"):
        find_one(str(tmp_path / "nothing.py"))


def test_an_installed_dissector_that_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence that names it, not a traceback: it may be anybody's."""
    broken = EntryPoint("broken", "no_such_module_anywhere")
    monkeypatch.setattr("pcapkit.dissector.discovery.entry_points", lambda group: [broken])
    complaint = "'broken' .no_such_module_anywhere. cannot be loaded: ModuleNotFoundError"
    with pytest.raises(FileError, match=complaint):
        find()
    with pytest.raises(FileError, match=complaint):
        find_one("broken")
