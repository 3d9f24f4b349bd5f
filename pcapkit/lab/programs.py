"""The echo programs, over UDP and TCP: messages of 128 bytes, and the reply is the message plus ` *_*`."""

import socket
import time
from collections.abc import Callable
from typing import Final, Literal

from pcapkit.errors import InterfaceError, OptionError

SIZE: Final = 128  # bytes of a message, filled up with zeros
SUFFIX: Final = b" *_*"
PORT: Final = 10000
GREETING: Final = "What does every frame mean?"
PAUSE: Final = 0.2  # seconds between the other side's close, or the reply, and the own close

Closes = Literal["first", "last"]


def message(text: str) -> bytes:
    """The text as a message. Raises OptionError if it does not fit together with the reply's suffix."""
    data = text.encode()
    if len(data) > SIZE - len(SUFFIX):
        raise OptionError(
            f"the message has {len(data)} bytes: at most {SIZE - len(SUFFIX)} fit, with room for the reply"
        )
    return data.ljust(SIZE, b"\0")


def reply_to(received: bytes) -> bytes:
    """The message plus ` *_*`, in 128 bytes; what is too long is cut."""
    text = received.rstrip(b"\0")[: SIZE - len(SUFFIX)]
    return (text + SUFFIX).ljust(SIZE, b"\0")


def text_of(received: bytes) -> str:
    """A message as text."""
    return received.rstrip(b"\0").decode(errors="backslashreplace")


def receive(connection: socket.socket) -> bytes:
    """One whole message; fewer bytes where the other side closed."""
    data = b""
    while len(data) < SIZE:
        piece = connection.recv(SIZE - len(data))
        if not piece:
            break
        data += piece
    return data


def exchange(client: socket.socket, server: socket.socket, text: str = GREETING) -> None:
    """Send a message from one connected socket to another, and the reply back."""
    client.sendall(message(text))
    server.sendall(reply_to(receive(server)))
    if receive(client) != reply_to(message(text)):
        raise ConnectionError("the reply is not the message plus the suffix")


def family_of(host: str) -> socket.AddressFamily:
    """IPv6 if the address is written so, else IPv4."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def serve(
    host: str, port: int, *, udp: bool, closes: Closes, patience: float | None, once: bool, say: Callable[[str], None]
) -> None:
    """Echo, until interrupted or, if `once`, for one client. closes: TCP only; "first" right after the reply, or
    "last", a moment after the client has closed. patience: seconds to wait for anything, None for ever.

    Raises InterfaceError if the address cannot be bound, and OSError (TimeoutError) where talking fails and `once`.
    """
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with socket.socket(family_of(host), kind) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "ports are 0 to 65535"
            raise InterfaceError(f"cannot serve on {host} port {port}: {reason}") from error
        if not udp:
            listener.listen()
        listener.settimeout(patience)
        say(f"serving on {host} port {listener.getsockname()[1]}")
        while True:
            try:
                if udp:
                    _serve_datagram(listener, say)
                else:
                    _serve_connection(listener, closes, patience, say)
            except OSError as error:
                if once:
                    raise
                say(f"lost: {error}")
            if once:
                return


def _serve_datagram(listener: socket.socket, say: Callable[[str], None]) -> None:
    received, peer = listener.recvfrom(2048)
    listener.sendto(reply_to(received), peer)
    say(f"{peer[0]} port {peer[1]}: {text_of(received)}")


def _serve_connection(
    listener: socket.socket, closes: Closes, patience: float | None, say: Callable[[str], None]
) -> None:
    connection, peer = listener.accept()
    with connection:
        connection.settimeout(patience)
        received = receive(connection)
        connection.sendall(reply_to(received))
        if closes == "last":
            connection.recv(1)
            time.sleep(PAUSE)
    say(f"{peer[0]} port {peer[1]}: {text_of(received)}")


def talk(host: str, port: int, text: str, *, udp: bool, closes: Closes, patience: float, source_port: int = 0) -> str:
    """Send one message and return the reply. closes: TCP only; "last" once the server has closed, or "first".

    Raises OptionError, and OSError where talking fails.
    """
    data = message(text)
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with socket.socket(family_of(host), kind) as talker:
        talker.settimeout(patience)
        if source_port:
            talker.bind(("", source_port))
        talker.connect((host, port))
        if udp:
            talker.send(data)
            return text_of(talker.recv(2048))
        talker.sendall(data)
        received = receive(talker)
        if closes == "last":
            talker.recv(1)
        else:
            time.sleep(PAUSE)
        return text_of(received)
