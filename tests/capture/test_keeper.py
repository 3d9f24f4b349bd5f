"""The process that makes files with the rights the recorder has given up."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcapkit.capture.folder import Folder
from pcapkit.capture.keeper import Keeper, make_files
from tests.needs import need


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    made = Keeper(Folder(str(tmp_path / "run"), None, numbered=True, removes=True))
    yield made
    made.close()


def gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def test_it_does_what_a_folder_does(keeper: Keeper, tmp_path: Path) -> None:
    descriptor, partial, final = keeper.create(1)
    os.write(descriptor, b"abc")
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)
    assert Path(partial).read_bytes() == b"abc"
    keeper.finish(1)
    assert Path(final).read_bytes() == b"abc"
    keeper.remove(1)
    assert os.listdir(tmp_path) == []


def test_an_error_comes_through(keeper: Keeper, tmp_path: Path) -> None:
    descriptor, partial, _ = keeper.create(7)
    os.close(descriptor)
    os.unlink(partial)
    with pytest.raises(FileNotFoundError, match="somebody has moved or removed it"):
        keeper.finish(7)
    tmp_path.rmdir()
    with pytest.raises(FileNotFoundError):
        keeper.create(8)


def test_it_does_not_heed_the_terminal_and_goes_with_the_recorder(tmp_path: Path) -> None:
    keeper = Keeper(Folder(str(tmp_path / "run"), None, numbered=False))
    process = keeper._process
    descriptor, _, _ = keeper.create(1)
    os.close(descriptor)  # the answer shows that the signals are being ignored already
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        os.kill(process, number)
    keeper.finish(1)
    keeper.close()
    assert gone(process)


def test_it_goes_when_the_recorder_is_killed(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    recorder = os.fork()
    if recorder == 0:
        keeper = Keeper(Folder(str(tmp_path / "run"), None, numbered=False))
        os.write(writer, str(keeper._process).encode())
        time.sleep(60)
        os._exit(0)
    process = int(os.read(reader, 20))
    os.kill(recorder, signal.SIGKILL)
    os.waitpid(recorder, 0)
    deadline = time.monotonic() + 10
    while not gone(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert gone(process)
    os.close(reader)
    os.close(writer)


def test_it_keeps_only_the_rights_to_files(keeper: Keeper) -> None:
    need(os.geteuid() == 0, "root, whose rights these are")
    descriptor, _, _ = keeper.create(1)
    os.close(descriptor)
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{keeper._process}/status").read_text().splitlines())
    assert int(status["CapEff"], 16) & ~0b1011 == 0  # CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER
    assert status["CapPrm"] == status["CapEff"]
    assert status["NoNewPrivs"] == "1"


def test_its_end_is_an_error_and_no_closed_pipe(keeper: Keeper) -> None:
    os.kill(keeper._process, signal.SIGKILL)
    for _ in range(2):
        with pytest.raises(OSError, match="has ended") as caught:
            keeper.create(1)
        assert not isinstance(caught.value, BrokenPipeError)


def test_who_has_no_rights_to_lose_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    folder = Folder(str(tmp_path / "run"), None, numbered=False)
    assert make_files(folder) is folder
