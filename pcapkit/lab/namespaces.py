"""Network namespaces that nobody else sees: without a name, held open by this process, gone with it.

A namespace exists as long as something holds it: here a file descriptor, and a thread that lives in it. Both end with
the process, however that ends (SIGKILL too), so that nothing is ever left behind and several labs do not meet.
"""

import ctypes
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeVar

from pcapkit.errors import CaptureError

T = TypeVar("T")

_CLONE_NEWNET: Final = 0x40000000
_PATIENCE: Final = 10.0  # seconds for a command that sets something up


class Namespace:
    """A network namespace of its own, with its loopback interface up and IPv6 switched off unless wanted."""

    def __init__(self, name: str, *, ipv6: bool = False) -> None:
        """name: for messages only. Raises CaptureError where the system does not allow it."""
        self.name = name
        self.descriptor = -1
        self._error = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"namespace-{name}", initializer=self._begin)
        with suppress(RuntimeError):  # the thread could not begin; why is in self._error
            self._thread.submit(int).result()
        if self.descriptor < 0:
            self._thread.shutdown()
            raise CaptureError(
                f"the kernel allows no network namespace here ({os.strerror(self._error)}): run it as root, "
                f"in a container with the capability SYS_ADMIN"
            )
        try:
            if not ipv6:  # neighbour and listener discovery would put frames of their own among the experiment's
                self.sysctl("net.ipv6.conf.all.disable_ipv6", "1", optional=True)
                self.sysctl("net.ipv6.conf.default.disable_ipv6", "1", optional=True)
            self.ip("link set lo up")
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) != 0:
            self._error = ctypes.get_errno()
            raise OSError(self._error, os.strerror(self._error))
        self.descriptor = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    @property
    def path(self) -> str:
        """A file that stands for the namespace, as `nsenter --net=` and `ip link ... netns` take it."""
        return f"/proc/{os.getpid()}/fd/{self.descriptor}"

    def inside(self, act: Callable[[], T]) -> T:
        """Do something in it, and wait. Sockets made and processes started there belong to it."""
        return self._thread.submit(act).result()

    def open_socket(self, family: int, kind: int, protocol: int = 0) -> socket.socket:
        """A socket in it."""
        return self.inside(lambda: socket.socket(family, kind, protocol))

    def start(self, command: Sequence[str], **options: Any) -> "subprocess.Popen[bytes]":
        """Start a process in it, with the options of subprocess.Popen."""
        return self.inside(lambda: subprocess.Popen(command, **options))

    def output(self, *command: str) -> str:
        """What a command prints that is run in it. Raises CaptureError if it fails."""
        process = self.start(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return _finished(command[0], self.name, process, b"")

    def ip(self, *lines: str) -> None:
        """Give commands to ip(8), a line each. Raises CaptureError if one fails."""
        process = self.start(
            ["ip", "-batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        _finished("ip", self.name, process, "".join(f"{line}\n" for line in lines).encode())

    def sysctl(self, name: str, value: str, *, optional: bool = False) -> None:
        """Set a kernel parameter of it. Raises CaptureError, unless optional, where the kernel has no such one."""
        path = "/proc/sys/" + name.replace(".", "/")

        def write() -> None:
            with open(path, "w", encoding="ascii") as file:
                file.write(value)

        try:
            self.inside(write)
        except OSError as error:
            if not optional:
                raise CaptureError(f"{name} cannot be set in a network namespace: {error.strerror}") from error

    def read(self, path: str) -> str:
        """A file under /proc/thread-self/net, as seen from in it."""
        with self.inside(lambda: open(f"/proc/thread-self/net/{path}", encoding="ascii")) as file:
            return file.read()

    def close(self) -> None:
        """Let it go; it ends once no socket and no process is left in it."""
        self._thread.shutdown()
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def _finished(name: str, where: str, process: "subprocess.Popen[bytes]", given: bytes) -> str:
    try:
        said, complaint = process.communicate(given, timeout=_PATIENCE)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode != 0:
        text = complaint.decode(errors="replace").strip().splitlines()
        raise CaptureError(
            f"{name} failed in the lab's namespace {where}: {text[0] if text else 'it does not say why'}"
        )
    return said.decode(errors="replace")


def need_rights() -> None:
    """Check once, before anything is made, that networks can be. Raises CaptureError with what is missing."""
    if os.geteuid() != 0:
        raise CaptureError("experiments make network namespaces and capture in them: run it as root")
    if shutil.which("ip") is None:
        raise CaptureError("the command ip is missing: install iproute2")
