"""One recording of one load: what the recorder took of the machine while the load ran, and what it kept."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.measuring import measured, usage_of
from tests.benchmarks.programs import Programs
from tests.benchmarks.recorders import Recorder
from tests.benchmarks.unavailable import Unavailable
from tests.benchmarks.wire import FAR, RECORDER_CPU, Load, Sent, Wire

_START: Final = 15.0  # seconds until it listens, at most
_SETTLE: Final = 0.3  # seconds until it has done what it does once
_AFTER: Final = 1.3  # seconds until it has handled a load's last frames: tcpdump looks once a second
_INTERRUPTED: Final = (130, -signal.SIGINT)
"""Of a tool that had recorded all that it was to record when it was asked to end."""

_STOP: Final = 40.0  # seconds until it has ended, at most
_PROCESS_CPU: Final = 2  # CPUCLOCK_SCHED of clock_gettime(2) for another process: (~pid << 3) | 2


@dataclass(frozen=True)
class Recorded:
    """cpu: seconds while the load ran; sent, kept: frames; said: dropped, as the recorder says; peak, size: bytes."""

    cpu: float
    sent: int
    kept: int
    said: int
    peak: int
    size: int
    rate: float
    megabytes: float

    @property
    def lost(self) -> int:
        """Frames that were sent and not kept."""
        return self.sent - self.kept

    @property
    def cpu_per_million(self) -> float:
        """Seconds of processor time for a million frames kept."""
        return self.cpu / self.kept * 1e6 if self.kept else float("nan")


class Recording:
    """A recorder that runs on its own processor, on the wire's far end."""

    def __init__(self, programs: Programs, wire: Wire, recorder: Recorder, output: Path, ring: int) -> None:
        """Start it, and wait until it listens. output: a file, or /dev/null; ring: MiB. Raises Unavailable."""
        recorder.needed()
        self._programs = programs
        self._recorder = recorder
        self._output = output
        self._folder = tempfile.TemporaryDirectory(prefix="pcapkit-recording-")
        self._result = Path(self._folder.name) / "usage"
        self._errors = Path(self._folder.name) / "errors"
        command = measured(programs, self._result, recorder.command(FAR, str(output), ring), RECORDER_CPU)
        _wait_while(wire.listeners, _STOP)  # a ring of hundreds of MiB is gone some time after its process
        with open(self._errors, "wb") as errors:
            self._process = wire.start(command, stdout=errors.fileno(), stderr=errors.fileno())
        try:
            _wait_while(lambda: not wire.listeners() and self._process.poll() is None, _START)
            time.sleep(_SETTLE)
            if self._process.poll() is not None or not wire.listeners():
                raise Unavailable(f"{recorder.name} that starts: {self._words()[-300:]}")
            self.pid = _children(self._process.pid)[0]
        except BaseException:
            self.close()
            raise

    def cpu(self) -> float:
        """Seconds of processor time so far, of the recorder and its children."""
        return sum(time.clock_gettime(~pid << 3 | _PROCESS_CPU) for pid in _family(self.pid))

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does."""
        os.kill(self.pid, signal.SIGINT)

    def ended(self) -> tuple[int, int, int, int]:
        """Wait for its end: frames kept, dropped as it says, peak of memory, bytes of the file; the file is removed."""
        try:
            self._process.wait(_STOP)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{self._recorder.name} that ends when it is told to") from None
        usage = usage_of(self._result)
        if usage.code not in (0, *_INTERRUPTED):
            raise Unavailable(f"{self._recorder.name} that works (exit code {usage.code}): {self._words()[-300:]}")
        said = self._recorder.said(self._words())
        if not self._output.is_file():
            return said.kept, said.dropped, usage.peak, 0
        done = subprocess.run([self._programs.path("walk"), self._output], capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        return found["frames"], said.dropped, usage.peak, found["bytes"]

    def close(self) -> None:
        """End it, however it is, and remove its file."""
        if self._process.poll() is None:
            for pid in _family(self._process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
        if self._output.is_file():
            self._output.unlink()
        self._folder.cleanup()

    def _words(self) -> str:
        return self._errors.read_text(encoding="utf-8", errors="replace")


def record(programs: Programs, wire: Wire, recorder: Recorder, load: Load, output: Path, ring: int) -> Recorded:
    """Record a load. Raises Unavailable where the recorder is absent or fails."""
    recording = Recording(programs, wire, recorder, output, ring)
    try:
        warm = wire.send(_warmth(load))
        time.sleep(_SETTLE)
        before = recording.cpu()
        sent = wire.send(load)
        time.sleep(_AFTER)
        spent = recording.cpu() - before
        recording.stop()
        kept, said, peak, size = recording.ended()
    finally:
        recording.close()
    return _recorded(spent, warm, sent, kept, said, peak, size)


def record_until_signal(programs: Programs, wire: Wire, recorder: Recorder, load: Load, output: Path) -> Recorded:
    """Record a load whose last frame is followed by SIGINT at once."""
    recording = Recording(programs, wire, recorder, output, ring=64)
    try:
        sent = wire.send(load, then_signal=(recording.pid, signal.SIGINT))
        kept, said, peak, size = recording.ended()
    finally:
        recording.close()
    return _recorded(0.0, None, sent, kept, said, peak, size)


def _warmth(load: Load) -> Load:
    """Frames sent before the load, so that what a recorder does once is not in its figures; of other connections."""
    return Load(frames=1000, rate=0, connections=100) if load.size else Load(frames=1000, rate=0, size=64)


def _recorded(cpu: float, warm: Sent | None, sent: Sent, kept: int, said: int, peak: int, size: int) -> Recorded:
    total = sent.sent + (warm.sent if warm is not None else 0)
    return Recorded(cpu, total, kept, said, peak, size, sent.sent / sent.seconds, sent.bytes / sent.seconds / 1e6)


def _wait_while(holds: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while holds() and time.monotonic() < until:
        time.sleep(0.01)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _family(pid: int) -> list[int]:
    return [pid, *(one for child in _children(pid) for one in _family(child))]
