"""The descriptor below the writer."""

import os
import socket
import threading
from pathlib import Path

import pytest

from pcapkit.capture.output import Output, open_stream, refuse_terminal
from pcapkit.errors import FileError, OptionError


def never() -> bool:
    return False


def opened(path: Path | str) -> Output:
    output = open_stream(str(path), None, never, never)
    assert output is not None
    return output


@pytest.mark.parametrize("name", ["missing/file", "", "a\0b"])
def test_what_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    path = f"{tmp_path}/{name}" if name else str(tmp_path)
    with pytest.raises(FileError, match="cannot write"):
        opened(path)


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
            opened(os.ttyname(slave))
        monkeypatch.setattr(os, "isatty", lambda descriptor: True)
        with pytest.raises(OptionError, match="terminal"):
            refuse_terminal("-")
        refuse_terminal("file")
    finally:
        os.close(master)
        os.close(slave)


def test_a_fifo_is_opened_when_its_reader_comes_and_then_blocks(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    readers: list[int] = []

    def stopped() -> bool:  # asked when there was no reader
        readers.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        return False

    output = open_stream(str(path), None, never, stopped)
    assert output is not None
    assert output.pipe
    assert os.get_blocking(output.fileno())
    assert output.write(b"abc") == 3
    output.close()
    assert len(readers) == 1
    assert os.read(readers[0], 10) == b"abc"
    os.close(readers[0])


def test_a_stop_ends_the_wait_for_a_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    answers = [True, False, False]
    assert open_stream(str(tmp_path / "fifo"), None, never, answers.pop) is None
    assert answers == []


def test_nobody_waits_for_the_reader_of_a_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        with pytest.raises(FileError, match="cannot write"):
            opened(tmp_path / "socket")


def test_a_file_in_the_place_of_a_pipe_stays_as_it_is(tmp_path: Path) -> None:
    """Somebody has put it there since the path was looked at."""
    before = len(os.listdir("/proc/self/fd"))
    (tmp_path / "there").write_bytes(b"precious")
    with pytest.raises(FileError, match=r"cannot write .*/there: somebody has put a file there"):
        opened(tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b"precious"
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("mode", [0o1777, 0o777])
def test_root_follows_no_link_that_anybody_could_have_laid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    (tmp_path / "there").write_bytes(b"precious")
    (folder / "link").symlink_to(tmp_path / "there")
    with pytest.raises(FileError, match="is a symbolic link in a folder that others can change"):
        opened(folder / "link")
    assert (tmp_path / "there").read_bytes() == b"precious"
