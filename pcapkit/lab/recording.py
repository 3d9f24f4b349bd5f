"""Recording an experiment with pcapkit's own recorder: one `pcapkit record` in each namespace, their files made one.

The recorders write to pipes that this process reads: should it be killed, they see the pipe break, and end.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from pcapkit.annotate import Annotator
from pcapkit.capfile.model import CapturedFrame, Interface
from pcapkit.capfile.reader import read_frames
from pcapkit.capfile.writer import PcapngWriter
from pcapkit.errors import CaptureError, FileError, WriteError
from pcapkit.lab.namespaces import Namespace
from pcapkit.version import VERSION

_PATIENCE: Final = 15.0  # seconds for a recorder to end


class Recorder:
    """`pcapkit record` on interfaces of one namespace, into memory."""

    def __init__(self, namespace: Namespace, interfaces: Sequence[str], capture_filter: str) -> None:
        """Start it, and wait until it captures. Raises CaptureError."""
        options = [option for name in interfaces for option in ("-i", name)]
        command = [sys.executable, "-m", "pcapkit", "record", "-q", "-o", "-", *options, "-f", capture_filter]
        package = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        self._process = namespace.start(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,  # Ctrl-C is ours; we tell it when to stop
        )
        self.data = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._stderr: IO[bytes] | None = self._process.stderr
        assert self._stderr is not None
        said = []
        for line in self._stderr:
            if line.startswith(b"Capturing on"):
                return
            said.append(line.decode(errors="replace").strip())
        self.stop()
        raise CaptureError("the recorder did not start: " + (" ".join(said) or "it does not say why"))

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        self.data = pipe.read()

    def stop(self) -> str:
        """End it, and read everything; returns what it said on standard error."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_PATIENCE)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._reader.join(_PATIENCE)
            pipes = [self._process.stdout, self._process.stderr]
            said = b"" if self._process.stderr is None else self._process.stderr.read()
            for pipe in pipes:
                if pipe is not None:
                    pipe.close()
        return said.decode(errors="replace")

    @property
    def exit_code(self) -> int:
        """Of the recorder, once stopped."""
        return self._process.returncode


class Point:
    """Where to record: interfaces of one host, switch or router, by name."""

    def __init__(self, place: str, namespace: Namespace, interfaces: Sequence[str]) -> None:
        self.place = place
        self.namespace = namespace
        self.interfaces = tuple(interfaces)


class Recording:
    """Entered: recorders run at every point. Left: they have ended, and `save` makes one file of what they saw."""

    def __init__(self, points: Sequence[Point], capture_filter: str) -> None:
        self._points = points
        self._filter = capture_filter
        self._recorders: list[Recorder] = []
        self._stopping = ExitStack()

    def __enter__(self) -> "Recording":
        try:
            for point in self._points:
                recorder = Recorder(point.namespace, point.interfaces, self._filter)
                self._recorders.append(recorder)
                self._stopping.callback(recorder.stop)
        except BaseException:
            self._stopping.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.close()

    def save(self, path: Path) -> None:
        """Write the file. Raises CaptureError if a recorder failed, FileError or WriteError."""
        for recorder in self._recorders:
            if recorder.exit_code != 0:
                raise CaptureError(f"the recorder ended with exit code {recorder.exit_code}")
        try:
            if len(self._recorders) == 1:
                path.write_bytes(self._recorders[0].data)
            else:
                self._merge(path)
        except OSError as error:
            raise FileError(f"{path}: {error.strerror}: choose another place with -o") from error

    def _merge(self, path: Path) -> None:
        """One file out of several: interfaces named after their place, frames by time, comments made for the whole."""
        places: dict[tuple[str, int], int] = {}
        interfaces: list[Interface] = []
        frames: list[tuple[int, int, CapturedFrame]] = []
        with tempfile.TemporaryDirectory(prefix="pcapkit-lab-") as folder:
            for point, recorder in zip(self._points, self._recorders, strict=True):
                part = Path(folder) / point.place
                part.write_bytes(recorder.data)
                for frame in read_frames(part):
                    key = (point.place, frame.interface_id)
                    if key not in places:
                        places[key] = len(interfaces)
                        name = f"{point.place} {frame.interface.name}"
                        interfaces.append(frame.interface._replace(name=name))
                    frames.append((frame.time or 0, places[key], frame))
        frames.sort(key=lambda entry: entry[:2])
        annotator = Annotator()
        with path.open("wb", buffering=0) as stream:
            system = interfaces[0].os if interfaces else ""
            writer = PcapngWriter(stream, hardware="", os=system, application=f"pcapkit {VERSION}")
            for interface in interfaces:
                writer.add_interface(interface)
            for number, (time, interface_id, frame) in enumerate(frames, start=1):
                line = annotator.line(frame._replace(number=number, interface=interfaces[interface_id]))
                comments = (line,) if line else ()
                writer.write(interface_id, time, frame.data, frame.wire_length, comments=comments, flags=frame.flags)
            writer.flush()
            if writer.frames != len(frames):
                raise WriteError(f"{path}: only {writer.frames} of {len(frames)} frames were written")
