"""The programs that talk in the samples: echo server and client over TCP and UDP, and an injector of ready frames.

Each is run inside a namespace: `programs.py ROLE ADDRESS PORT PAUSE`, or `programs.py inject INTERFACE` with the
frames in hexadecimal on standard input, one a line. The messages have 128 bytes, the reply is as long.
"""

import socket
import sys
import time

MESSAGE = b"pcapkit ".ljust(128, b".")
PATIENCE = 5.0  # seconds


def family(address: str) -> socket.AddressFamily:
    """IPv4 or IPv6, as the address is written."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def receive(connection: socket.socket) -> bytes:
    """One whole message."""
    message = b""
    while len(message) < len(MESSAGE):
        piece = connection.recv(len(MESSAGE) - len(message))
        if not piece:
            raise ConnectionError("the other side closed within a message")
        message += piece
    return message


def tcp_server(address: str, port: int, pause: float) -> None:
    """Echo one message, then close: at once, or after the client has, and `pause` seconds more."""
    with socket.create_server((address, port), family=family(address)) as listener:
        print("ready", flush=True)
        listener.settimeout(PATIENCE)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(PATIENCE)
            connection.sendall(receive(connection))
            if pause:
                connection.recv(1)
                time.sleep(pause)


def tcp_client(address: str, port: int, pause: float) -> None:
    """Send one message, take the reply, then close: when the server has, or after `pause` seconds."""
    with socket.create_connection((address, port), timeout=PATIENCE) as connection:
        connection.sendall(MESSAGE)
        receive(connection)
        if pause:
            time.sleep(pause)
            connection.shutdown(socket.SHUT_WR)
        connection.recv(1)


def udp_server(address: str, port: int, pause: float) -> None:
    """Echo one datagram."""
    with socket.socket(family(address), socket.SOCK_DGRAM) as listener:
        listener.bind((address, port))
        print("ready", flush=True)
        listener.settimeout(PATIENCE)
        message, peer = listener.recvfrom(2048)
        listener.sendto(message, peer)


def udp_client(address: str, port: int, pause: float) -> None:
    """Send one datagram and take the reply."""
    with socket.socket(family(address), socket.SOCK_DGRAM) as talker:
        talker.settimeout(PATIENCE)
        talker.sendto(MESSAGE, (address, port))
        talker.recvfrom(2048)


def tcp_refused(address: str, port: int, pause: float) -> None:
    """Connect to where nobody listens."""
    try:
        socket.create_connection((address, port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return
    raise ConnectionError(f"somebody listens on {address} port {port}")


def inject(interface: str) -> None:
    """Send ready-made frames."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind((interface, 0))
        for line in sys.stdin:
            raw.send(bytes.fromhex(line))
            time.sleep(0.002)


ROLES = {role.__name__: role for role in (tcp_server, tcp_client, udp_server, udp_client, tcp_refused)}

if __name__ == "__main__":
    if sys.argv[1] == "inject":
        inject(sys.argv[2])
    else:
        ROLES[sys.argv[1]](sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
