"""The echo programs, over loopback."""

import socket
import subprocess
import sys
import threading

import pytest

from pcapkit.cli.main import main
from pcapkit.errors import InterfaceError, OptionError
from pcapkit.lab.programs import SIZE, message, receive, reply_to, serve, talk, text_of


def test_the_reply_is_the_message_plus_the_suffix() -> None:
    """128 bytes each way; what would not fit is refused, or cut by the server."""
    assert len(message("hello")) == SIZE
    assert reply_to(message("hello")) == b"hello *_*".ljust(SIZE, b"\0")
    assert len(reply_to(b"x" * 500)) == SIZE
    assert text_of(reply_to(message("x" * 124))) == "x" * 124 + " *_*"
    with pytest.raises(OptionError, match="at most 124"):
        message("x" * 125)


def test_receiving_ends_with_the_connection() -> None:
    """A message in two pieces is one; a closed connection gives what there was."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"a" * 100)
        threading.Timer(0.05, one.sendall, [b"b" * 40]).start()
        assert receive(other) == b"a" * 100 + b"b" * 28
        one.shutdown(socket.SHUT_WR)
        assert receive(other) == b"b" * 12


@pytest.mark.parametrize("udp", [False, True])
@pytest.mark.parametrize(("server", "client"), [("first", "last"), ("last", "first")])
@pytest.mark.parametrize("host", ["127.0.0.1"])
def test_they_talk(udp: bool, server: str, client: str, host: str) -> None:
    """On a port that the system chose, in every way of closing."""
    said: list[str] = []
    ready = threading.Event()

    def say(text: str) -> None:
        said.append(text)
        ready.set()

    options = {"udp": udp, "closes": server, "patience": 5.0, "once": True}
    thread = threading.Thread(target=lambda: serve(host, 0, say=say, **options))  # type: ignore[arg-type]
    thread.start()
    assert ready.wait(5)
    port = int(said[0].split()[-1])
    assert talk(host, port, "hello", udp=udp, closes=client, patience=5) == "hello *_*"  # type: ignore[arg-type]
    thread.join(5)
    assert said[1].endswith(": hello")


def test_both_as_commands() -> None:
    """`pcapkit lab serve` and `pcapkit lab talk`, as anybody starts them."""
    pcapkit = [sys.executable, "-m", "pcapkit", "lab"]
    with subprocess.Popen(
        [*pcapkit, "serve", "--host", "127.0.0.1", "--port", "0", "--once"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().split()[-1]
        done = subprocess.run(
            [*pcapkit, "talk", "127.0.0.1", port, "-m", "hi"], capture_output=True, text=True, timeout=15
        )
        assert (done.returncode, done.stdout) == (0, "hi *_*\n"), done.stderr
        assert server.wait(10) == 0


def test_what_goes_wrong_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken, one that nobody serves, one that does not exist."""
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port, free = taken.getsockname()[1], silent.getsockname()[1]
        with pytest.raises(InterfaceError, match=f"cannot serve on 127.0.0.1 port {port}"):
            serve("127.0.0.1", port, udp=False, closes="first", patience=1, once=True, say=print)
        assert main(["lab", "talk", "127.0.0.1", str(free)]) == 2
    assert main(["lab", "talk", "127.0.0.1", "70000"]) == 2
    assert main(["lab", "serve", "--host", "127.0.0.1", "--port", "70000"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert all(line.startswith("pcapkit: ") for line in said)
