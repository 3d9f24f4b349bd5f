"""The descriptor below the writer."""

import os
import stat
import threading
from pathlib import Path

import pytest

from pcapkit.capture.output import Output, open_output, refuse_terminal
from pcapkit.capture.privileges import Account
from pcapkit.errors import FileError, OptionError
from tests.needs import need


def never() -> bool:
    return False


def test_a_new_file_is_only_its_owners(tmp_path: Path) -> None:
    output = open_output(str(tmp_path / "new"), None, never)
    assert output.write(b"abc") == 3
    output.close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    assert (tmp_path / "new").read_bytes() == b"abc"


def test_a_new_file_belongs_to_the_person_an_old_one_stays_whose_it_was(tmp_path: Path) -> None:
    need(os.geteuid() == 0, "root, to give files away")
    (tmp_path / "old").write_bytes(b"long content")
    for name in ("old", "new"):
        open_output(str(tmp_path / name), Account("somebody", 12345, 12345, True), never).close()
    open_output(str(tmp_path / "service"), Account("nobody", 65534, 65534, False), never).close()
    owners = [(tmp_path / name).stat().st_uid for name in ("old", "new", "service")]
    assert owners == [0, 12345, 0]
    assert (tmp_path / "old").read_bytes() == b""


@pytest.mark.parametrize("name", ["missing/file", "", "a\0b"])
def test_what_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    path = f"{tmp_path}/{name}" if name else str(tmp_path)
    with pytest.raises(FileError, match="cannot write"):
        open_output(path, None, never)


def test_a_slow_reader_gets_everything() -> None:
    reader, writer = os.pipe()
    output = Output(writer, "pipe", never)
    data = os.urandom(500_000)
    received = bytearray()

    def read() -> None:
        while piece := os.read(reader, 3000):
            received.extend(piece)

    thread = threading.Thread(target=read)
    thread.start()
    assert output.write(data) == len(data)
    output.close()
    thread.join(10)
    os.close(reader)
    assert bytes(received) == data


def test_a_reader_that_takes_nothing_does_not_hold_up_a_stop() -> None:
    reader, writer = os.pipe()
    asked: list[bool] = []

    def give_up() -> bool:
        asked.append(True)
        return len(asked) > 1

    output = Output(writer, "pipe", give_up)
    taken = output.write(bytes(1_000_000))  # as much as the pipe holds
    assert 0 < taken < 1_000_000
    with pytest.raises(OSError, match="takes nothing"):
        output.write(b"x")
    os.close(reader)
    with pytest.raises(BrokenPipeError):
        output.write(b"x")
    os.close(writer)


def test_a_terminal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    try:
        with pytest.raises(OptionError, match="terminal"):
            open_output(os.ttyname(slave), None, never)
        monkeypatch.setattr(os, "isatty", lambda descriptor: True)
        with pytest.raises(OptionError, match="terminal"):
            refuse_terminal("-")
        refuse_terminal("file")
    finally:
        os.close(master)
        os.close(slave)
