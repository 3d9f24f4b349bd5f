"""The plugin inside tshark, in one pass or two; and, in the same run, what Wireshark itself decodes."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pcapkit.crosscheck.face import Again, Answer, NotReached, RuntimeFailure, Shown
from pcapkit.crosscheck.lines import Lines
from pcapkit.crosscheck.naming import NANOSECONDS, Naming, Raw
from pcapkit.crosscheck.wiresharkhome import WiresharkHome, stop
from pcapkit.crosscheck.witness import WITNESS_FIELDS, Witness, witness_of
from pcapkit.dissector import Dissector, Values

PACKET: Final = "frame.encap_type"  # empty for a block that holds no packet
LUA_ERROR: Final = "_ws.lua.error"
MESSAGE: Final = "_ws.expert.message"
SLOWEST: Final = 1 << 20  # bytes a second that the first of two passes, which prints nothing, gets through at least
REFUSAL: Final = re.compile(
    rb'^tshark: The file "[^\n]*" ('
    rb"contains record data that TShark doesn't support"
    rb"|isn't a capture file in a format TShark understands"
    rb"|appears to have been cut short in the middle of a packet(?: or other data)?"
    rb"|appears to be damaged or corrupt"
    rb"|cannot be decompressed; it may be damaged or corrupt"
    rb")\.?\r?$",
    re.MULTILINE,
)
"""All that tshark says of a file whose contents it cannot read (wsutil's cfile_open_failure_message and
cfile_read_failure_message). Any other word, of permissions or a missing file too, is a failure: it may have read none.
"""


def find_tshark(option: str | None) -> str | None:
    """The program: as the option says, or PCAPKIT_TSHARK, or on the path."""
    return shutil.which(option or os.environ.get("PCAPKIT_TSHARK") or "tshark")


class TsharkRuntime:
    """tshark with the plugin."""

    def __init__(
        self,
        dissector: Dissector,
        plugin: str,
        title: str,
        *,
        program: str | None,
        two_passes: bool,
        timeout: float,
    ) -> None:
        """program: where tshark is, None if it is nowhere; timeout: seconds that it may say nothing."""
        self.name = "tshark -2" if two_passes else "tshark"
        self.two_passes = two_passes
        self.timeout = timeout
        self.naming = Naming(dissector)
        self._program = program
        self._plugin = plugin
        self._title = title
        self._home: WiresharkHome | None = None
        self._version = ""

    def missing(self) -> str | None:
        """Whether there is no tshark."""
        if self._program is None:
            return "no tshark: install it, or say where it is with --tshark or PCAPKIT_TSHARK"
        return None

    def version(self) -> str:
        """Of tshark, asked once."""
        return self._version

    def begin(self, path: Path) -> "TsharkAnswers":
        """Start tshark on a capture."""
        assert self._program is not None
        if self._home is None:
            self._home = WiresharkHome(self._plugin, self._title)
        home = self._home
        try:
            self._version = self._version or _version_of(self._program, home)
            capture = home.readable(path)
            names = ["frame.number", PACKET, *self.naming.targets, self.naming.protocol, LUA_ERROR]
            names += [] if self.two_passes else WITNESS_FIELDS
            names += [MESSAGE]
            command = [self._program, "-n", "-r", str(capture), "-X", f"lua_script:{home.plugin}"]
            command += ["-2"] if self.two_passes else []
            command += ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", "-E", "separator=/t"]
            for name in names:
                command += ["-e", name]
            patience = self.timeout + (path.stat().st_size / SLOWEST if self.two_passes else 0)
            return TsharkAnswers(self, home, command, names, patience)
        except OSError as error:
            raise RuntimeFailure(f"cannot be run: {error}") from error

    def close(self) -> None:
        """Remove its home."""
        if self._home is not None:
            self._home.close()
            self._home = None


class TsharkAnswers:
    """tshark on its way through one capture."""

    def __init__(
        self, runtime: TsharkRuntime, home: WiresharkHome, command: list[str], names: list[str], patience: float
    ) -> None:
        """Start it. names: the fields it prints, in order. Raises OSError."""
        import tempfile

        self._naming = runtime.naming
        self._home = home
        self._names = names
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            self._process = home.start(command, self._errors, personal_plugin=False)
        except OSError:
            self._errors.close()
            raise
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._lines = Lines(self._process, patience)
        self._refusal: NotReached | None = None
        self._asked = False
        self.witnessed: dict[int, Witness] | None = None if runtime.two_passes else {}
        """What Wireshark decoded of the frames collected last; None where it was not asked."""

    def submit(self, frames: Sequence[Shown]) -> None:
        """It reads the capture itself."""

    def collect(self, frames: Sequence[Shown]) -> list[tuple[int, Answer]]:
        """Its lines for these frames."""
        if self.witnessed is not None:
            self.witnessed = {}
        self._asked = True
        answers: list[tuple[int, Answer]] = []
        for frame in frames:
            if self._refusal is not None:
                answers.append((frame.number, self._refusal))
                continue
            line = self._next_packet()
            if line is None:
                self._refusal = self._ended(frame.number - 1)
                answers.append((frame.number, self._refusal))
            else:
                answers.append(self._parse(line, frame.number))
        return answers

    def finish(self, damaged: bool) -> list[Again]:
        """There must be no more lines, and no complaint; unless the capture is damaged: who reads how far, differs."""
        if damaged or self._refusal is not None:
            return []
        line = self._next_packet()
        if line is not None:
            text = line[:40].decode("utf-8", "replace").replace("\t", " ").strip()
            raise RuntimeFailure(f"goes on after the capture's last frame: {text!r}")
        self._process.wait()
        complaint = self._complaint()
        if not self._asked and self._refused() is not None:
            return []  # neither side reads a frame of it
        if self._process.returncode or "Lua" in complaint:
            raise RuntimeFailure(complaint or f"exit code {self._process.returncode}")
        return []

    def close(self) -> None:
        """End it."""
        stop(self._process)
        self._errors.close()
        self._home.forget_capture()

    def _next_packet(self) -> bytes | None:
        """Its next line for a packet: it numbers custom blocks and the like too, and prints them."""
        while (line := self._lines.next()) is not None:
            columns = line.split(b"\t")
            if len(columns) != len(self._names) or columns[1]:
                break
        return line

    def _parse(self, line: bytes, expected: int) -> tuple[int, Answer]:
        columns = line.decode("utf-8", "replace").split("\t")
        if len(columns) != len(self._names) or not columns[0].isdecimal():
            start = line[:60].decode("utf-8", "replace")
            raise RuntimeFailure(f"printed what is no row of fields: {start!r}", expected)
        row = dict(zip(self._names, columns, strict=True))
        number = int(columns[0])
        if number != expected:
            raise RuntimeFailure(f"no answer for frame {expected}: the next is for frame {number}", expected)
        if row[LUA_ERROR]:
            _, _, told = row[MESSAGE].partition("Lua Error: ")
            raise RuntimeFailure(f"Lua error: {told or row[LUA_ERROR]}", number)
        if self.witnessed is not None:
            self.witnessed[number] = witness_of(row)
        return number, self._values(row, number)

    def _values(self, row: dict[str, str], number: int) -> Values | None:
        pairs: list[tuple[str, Raw]] = []
        if row[self._naming.protocol]:
            pairs.append((self._naming.protocol, True))
        for name, target in self._naming.targets.items():
            if row[name]:
                try:
                    pairs += [(name, printed(text, target.field.kind)) for text in row[name].split(",")]
                except ValueError as error:
                    raise RuntimeFailure(f"field {name} is {row[name]!r}, no number", number) from error
        return self._naming.values(pairs)

    def _ended(self, last: int) -> NotReached:
        """Why the lines ended too soon. Raises RuntimeFailure where tshark does not say that the file is at fault."""
        self._process.wait()
        refusal = self._refused()
        if refusal is not None:
            return NotReached(f"tshark refuses the file: it {refusal[1].decode()}")
        raise RuntimeFailure(
            self._complaint() or f"stopped after frame {last} with exit code {self._process.returncode}", last + 1
        )

    def _refused(self) -> re.Match[bytes] | None:
        """What it says of the file, where it cannot read it, or no further."""
        if not self._process.returncode:
            return None
        self._errors.seek(0)
        return REFUSAL.search(self._errors.read())

    def _complaint(self) -> str:
        """What it wrote to standard error, in one line, without what is no complaint."""
        self._errors.seek(0)
        lines = self._errors.read(1 << 16).decode("utf-8", "replace").splitlines()
        said = [line.strip() for line in lines if not line.startswith("Running as user") and line.strip()]
        return " ".join(said[:6])


def printed(text: str, kind: str) -> Raw:
    """A value out of a field that tshark or sharkd printed. Raises ValueError."""
    if kind == "flag" and text in ("True", "False"):
        return text == "True"
    if kind == "duration":
        seconds, _, rest = text.partition(".")
        nanoseconds = abs(int(seconds)) * NANOSECONDS + int((rest or "0")[:9].ljust(9, "0"))
        sign = -1 if seconds.startswith("-") else 1
        return f"0:{sign * nanoseconds}".encode()
    return int(text, 0)


def _version_of(program: str, home: WiresharkHome) -> str:
    process = home.start([program, "--version"], subprocess.DEVNULL, personal_plugin=False)
    try:
        out, _ = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        return "unknown"
    finally:
        stop(process)
    found = re.search(rb"\d+\.\d+\.\d+", out)
    return found[0].decode() if found else "unknown"
