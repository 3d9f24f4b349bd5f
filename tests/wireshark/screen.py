"""Wireshark with its windows, on a screen that nobody sees: started, looked at, clicked on, ended."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from unittest import mock

from pcapkit.wireshark import installing, program
from pcapkit.wireshark.account import Account

PACKAGES: Final = {"Xvfb": "xvfb", "wireshark": "wireshark", "import": "imagemagick", "xdotool": "xdotool"}
"""What it takes: the program, and Debian's package that has it."""

NOBODY: Final = 65534
SECONDS: Final = 60


class Trouble(Exception):
    """What could not be shown, and why."""


def missing() -> list[str]:
    """Packages that are not installed."""
    return [package for name, package in PACKAGES.items() if shutil.which(name) is None]


class Screen:
    """A screen with one Wireshark on it. width and height in pixels."""

    def __init__(self, home: Path, display: str, run: Mapping[str, Any], width: int, height: int) -> None:
        self._display = display
        self._run = run
        self._home = home
        self._size = (width, height)
        self.window = ""

    def ask(self, *words: str) -> str:
        """What a program on that screen says. Raises Trouble where it fails."""
        done: subprocess.CompletedProcess[str] = subprocess.run(
            words, capture_output=True, text=True, timeout=SECONDS, **self._run
        )
        if done.returncode != 0:
            raise Trouble(f"{words[0]} says: {done.stderr.strip()}")
        return done.stdout

    def wait_for_window(self, title: str) -> None:
        """Until a window with that title is there; it gets the whole screen. title: a regular expression."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(Trouble):
                self.window = self.ask("xdotool", "search", "--onlyvisible", "--name", title).split()[-1]
                break
            time.sleep(0.2)
        else:
            raise Trouble(f"no window {title!r} within {SECONDS} s")
        self.ask("xdotool", "windowmove", self.window, "0", "0")
        self.ask("xdotool", "windowsize", "--sync", self.window, *map(str, self._size))

    def settle(self, least: float = 1.0) -> bytes:
        """The screen once it no longer changes: two looks, `least` seconds apart, see the same. As PNG."""
        deadline = time.monotonic() + SECONDS
        before = b""
        while time.monotonic() < deadline:
            time.sleep(least)
            now = self.look()
            if now == before:
                return now
            before = now
        raise Trouble(f"the screen does not come to rest within {SECONDS} s")

    def look(self) -> bytes:
        """The screen as PNG with few colours, and no time in it: the same for the same sight."""
        shot = self._home / "screen.png"
        exclude = ["-define", "png:exclude-chunks=date,time,text,tIME"]
        colours = ["+dither", "-colors", "64", "-define", "png:compression-level=9"]
        self.ask("import", "-window", "root", "-strip", *exclude, *colours, f"png8:{shot}")
        return shot.read_bytes()

    def pixels(self, colour: int) -> list[tuple[int, int]]:
        """The places (x, y) of all pixels of exactly that colour, 0xRRGGBB, from the top."""
        done = subprocess.run(["import", "-window", "root", "-depth", "8", "ppm:-"], capture_output=True, **self._run)
        head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", done.stdout)
        if head is None:
            raise Trouble(f"import says: {done.stderr.decode(errors='replace').strip()}")
        width, wanted, raw = int(head[1]), colour.to_bytes(3, "big"), done.stdout[head.end() :]
        places = []
        at = raw.find(wanted)
        while at >= 0:
            if at % 3 == 0:
                places.append((at // 3 % width, at // 3 // width))
            at = raw.find(wanted, at + 1)
        return places

    def press(self, *keys: str) -> None:
        """Keys, one after the other, in xdotool's words."""
        self.ask("xdotool", "windowfocus", self.window, "key", "--delay", "60", *keys)

    def click(self, x: int, y: int, *, times: int = 1) -> None:
        """The left button at that place."""
        self.ask("xdotool", "mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay", "60", "1")


@contextlib.contextmanager
def wireshark(
    arguments: Sequence[str],
    *,
    tools: Path | None = None,
    width: int = 1400,
    height: int = 900,
    wait: str = "",
) -> Iterator[Screen]:
    """Wireshark as a new user has it after `pcapkit wireshark install`, as an ordinary user also where root calls.

    From 4.2 on root's Wireshark ignores plugins. arguments: also names of files, which that user must be able to read.
    tools: the folder of another Wireshark than the one on the PATH. wait: a window title to wait for.
    """
    folder = Path(tempfile.mkdtemp(prefix="pcapkit-screen-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        home = folder / "home"
        home.mkdir()
        user = _user(home)
        run = {"env": _environment(user, home), "cwd": home, **user.identity()}
        if tools is not None:
            run["env"]["PATH"] = f"{tools}{os.pathsep}{run['env'].get('PATH', os.defpath)}"
        with mock.patch.dict(os.environ, run["env"], clear=True):
            found = program.find(user)
        if home not in found.configuration.parents:
            raise Trouble(f"{found.program} takes {found.configuration} for the home's folder, which is somebody's own")
        installing.install(user, found, everyone=False, force=False)
        display = _start_screen(processes, run, width, height)
        run["env"]["DISPLAY"] = display
        command = [_program(run["env"]), *arguments]
        with open(folder / "said", "wb") as said:
            processes.append(subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True, **run))
        screen = Screen(home, display, run, width, height)
        if wait:
            screen.wait_for_window(wait)
        yield screen
    finally:
        for process in reversed(processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _program(environment: Mapping[str, str]) -> str:
    """The Wireshark with windows."""
    found = shutil.which("wireshark", path=environment.get("PATH"))
    if found is None:
        raise Trouble("no wireshark on the PATH")
    return found


def _user(home: Path) -> Account:
    if os.geteuid() != 0:
        return Account("me", root=False)
    home.parent.chmod(0o755)
    os.chown(home, NOBODY, NOBODY)
    return Account("nobody", False, str(home), NOBODY, NOBODY)


def _environment(user: Account, home: Path) -> dict[str, str]:
    environment = user.environment()
    for name in [name for name in environment if name.startswith(("XDG_", "WAYLAND", "QT_"))]:
        del environment[name]
    run = home / "run"
    with user.acting():
        run.mkdir(mode=0o700)
    return environment | {"HOME": str(home), "XDG_RUNTIME_DIR": str(run), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _start_screen(processes: list[Any], run: Mapping[str, Any], width: int, height: int) -> str:
    """Xvfb, on a display whose number it chooses itself."""
    ours, its = os.pipe()
    command = ["Xvfb", "-displayfd", str(its), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    processes.append(
        subprocess.Popen(
            command,
            pass_fds=(its,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **run,
        )
    )
    os.close(its)
    with os.fdopen(ours) as told:
        number = told.readline().strip()
    if not number:
        raise Trouble("Xvfb does not start")
    return f":{number}"
