"""Every experiment, run afresh: the real kernel, the real recorder, several labs at once; and how a run ends."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pcapkit.cli.main import main
from pcapkit.lab.expected import see
from pcapkit.lab.experiments import all_experiments, find_experiment
from pcapkit.lab.run import run
from pcapkit.lab.stage import ExperimentError, Stage
from tests.lab.needs import need_namespaces, seen_from_outside

EXPERIMENTS = all_experiments()
AT_ONCE = 8


def lab(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pcapkit", "lab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_every_experiment_matches_and_leaves_nothing() -> None:
    """Several labs at a time; the verdict of each, and nothing of them afterwards."""
    need_namespaces()
    before = seen_from_outside()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = dict(zip(EXPERIMENTS, pool.map(lambda name: lab("run", "-q", name), EXPERIMENTS), strict=True))
    wrong = {name: done.stdout + done.stderr for name, done in results.items() if done.returncode != 0}
    assert wrong == {}
    assert all(f"{name}: " in done.stdout and "all as expected" in done.stdout for name, done in results.items())
    assert seen_from_outside() == before


def test_a_run_tells_everything(tmp_path: Path) -> None:
    """The ladder with both kernels' states, the comparison, the explanation, the capture."""
    need_namespaces()
    file = tmp_path / "ten.pcapng"
    done = lab("run", "ten-frames", "-o", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(see(file)) == 10
    for words in (
        "SYN seq 0",
        "ack 129",
        "close 2/4 ACK + close 3/4 FIN",
        "Why ten frames",
        "as expected",
        "ack = seq + 1",
    ):
        assert words in done.stdout
    if "tracepoint sock:inet_sock_set_state)" in done.stdout:
        assert "two steps at once" in done.stdout
        assert "TIME-WAIT socket" in done.stdout


def test_a_run_that_does_not_match_says_what_and_fails(tmp_path: Path) -> None:
    """Another expectation than what happens; it was tried twice."""
    need_namespaces()
    wrong = replace(find_experiment("closed_port"), expected="1 client: open 1/3 SYN\n2 server: open 2/3 SYN-ACK\n")
    result = run(wrong, tmp_path / "run.pcapng", tries=2)
    assert not result.matches
    assert result.tries == 2
    assert result.differences == ["frame 2 is 'server: refused RST', expected 'server: open 2/3 SYN-ACK'"]


def test_an_experiment_that_fails_is_told_with_what_was_seen(tmp_path: Path) -> None:
    """The capture is kept, for whoever wants to know why."""
    need_namespaces()

    def fail(stage: Stage) -> None:
        stage.pair()
        raise ExperimentError("nobody answers")

    broken = replace(find_experiment("ten_frames"), act=fail)
    result = run(broken, tmp_path / "run.pcapng", tries=1)
    assert result.differences[0] == "the experiment failed: nobody answers"
    assert [one.text for one in result.seen] == [
        "client: open 1/3 SYN",
        "server: open 2/3 SYN-ACK",
        "client: open 3/3 ACK",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_nothing(number: signal.Signals) -> None:
    """In the middle of an experiment: no process, no link, no namespace of it remains."""
    need_namespaces()
    before = seen_from_outside()
    process = subprocess.Popen(
        [sys.executable, "-m", "pcapkit", "lab", "run", "filtered_port"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        family = _wait_for_family(process.pid)
        process.send_signal(number)
        code = process.wait(15)
    finally:
        process.kill()
        process.wait()
    assert code == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[number]
    deadline = time.monotonic() + 5
    while any(map(_alive, family)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in family if _alive(pid)] == []
    assert seen_from_outside() == before


def _wait_for_family(pid: int) -> list[int]:
    """The processes that a run has started, once its recorder is among them."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = []
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(one) for one in (task / "children").read_text(encoding="ascii").split()]
        if any(b"record" in Path(f"/proc/{one}/cmdline").read_bytes() for one in found if _alive(one)):
            time.sleep(0.3)  # it captures by now
            return found
        time.sleep(0.02)
    raise AssertionError("no recorder was started")


def _alive(pid: int) -> bool:
    try:
        return b" Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except FileNotFoundError:
        return False


def test_the_list_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    """And needs no rights."""
    assert main(["lab", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(EXPERIMENTS)
    assert all(one.title and one.lesson and one.expected for one in EXPERIMENTS.values())


def test_what_cannot_be_run_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong words, and not being root: exit codes as everywhere."""
    assert main(["lab", "run", "ten_frame"]) == 1
    assert "did you mean 'ten_frames'?" in capsys.readouterr().err
    assert main(["lab", "run"]) == 1
    assert main(["lab", "run", "--all", "-o", "x.pcapng"]) == 1
    assert main(["lab", "run", "ten_frames", "--times", "0"]) == 1
    assert main(["lab", "up", "routers", "--rule", "drop the first SYN"]) == 1
    assert main(["lab", "up", "--rule", "eat the first SYN"]) == 1
    capsys.readouterr()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["lab", "run", "ten_frames"]) == 17
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "run it as root" in said


def test_samples_go_where_they_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Capture and expectation, and nothing else."""
    need_namespaces()
    done = lab("samples", "closed_port", "-o", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["closed_port.expected", "closed_port.pcapng"]
    assert lab("samples", "closed_port", "-o", str(tmp_path / "nowhere")).returncode == 3
