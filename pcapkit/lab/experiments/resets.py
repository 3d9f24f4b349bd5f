"""Connections that end with a RST, or would have."""

import errno
import socket

from pcapkit.lab.experiments.table import experiment
from pcapkit.lab.stage import DELAYED_ACK, ExperimentError, Stage


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: data
    5 server: ack
    6 server: reset RST
    """
)
def unread_data(stage: Stage) -> None:
    """The server closes although it has not read everything.

    A FIN would say "all received". The kernel knows that the program never read the request, and says RST instead
    (RFC 2525 section 2.17): the client must not believe that its data was used.
    """
    client, server = stage.pair()
    client.sendall(b"never read")
    stage.settle()
    server.close()
    stage.settle()


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: data
    5 server: ack
    6 server: data
    7 client: ack
    8 server: reset RST
    """
)
def linger_zero(stage: Stage) -> None:
    """The server's program aborts: SO_LINGER with 0 seconds.

    No FIN, no TIME-WAIT: one RST, and both ends are CLOSED at once. Whatever was under way is lost.
    """
    _, server = stage.pair(say_something=True)
    stage.abort(server)
    stage.settle()


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: close 1/4 FIN
    5 server: reset RST
    """
)
def rst_after_fin(stage: Stage) -> None:
    """The client closes in good order; the server aborts.

    The FIN is never acknowledged: the RST ends both directions, and the client's FIN-WAIT-1 with them.
    """
    client, server = stage.pair()
    client.shutdown(socket.SHUT_WR)
    stage.hear_the_end(server)
    stage.abort(server)
    stage.settle()


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK
     4 client: data
     5 server: ack
     6 server: ignored RST                   # forged, far outside the window
     7 server: data
     8 client: ack
     9 server: close 1/4 FIN
    10 client: close 2/4 ACK + close 3/4 FIN
    11 server: close 4/4 ACK
    """,
    rules=["inject a RST of B with seq +100000000 after the first ACK of B"],
    injected="the RST, by the cable",
)
def forged_rst_outside(stage: Stage) -> None:
    """Somebody forges a RST, but does not know the sequence numbers.

    The client discards it: its number is outside the window. The connection goes on as if nothing had been.
    """
    client, server = stage.pair()
    client.sendall(b"request")
    server.recv(100)
    stage.settle()
    server.sendall(b"reply")
    client.recv(100)
    stage.settle()
    stage.close_server_first(client, server)


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: data
    5 server: ack
    6 server: reset RST                     # forged, with exactly the right number
    7 server: data                          # the real server does not know
    8 client: reset RST
    """,
    rules=["inject a RST of B after the first ACK of B"],
    injected="the first RST, by the cable",
)
def forged_rst_inside(stage: Stage) -> None:
    """Somebody forges a RST with exactly the right sequence number.

    The client believes it. The server does not know: its next data meets a host without such a connection, whose
    kernel answers with a RST of its own, a real one.
    """
    client, server = stage.pair()
    client.sendall(b"request")
    server.recv(100)
    stage.settle()
    if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != errno.ECONNRESET:
        raise ExperimentError("the client did not believe the RST")
    stage.note("the client's program: connection reset by peer")
    server.sendall(b"reply")
    stage.settle(DELAYED_ACK)


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK
     4 client: data
     5 server: ack
     6 server: reset RST                     # forged, in the window, but not the very next number
     7 client: ack                           # the challenge
     8 server: data                          # reset without effect
     9 client: ack
    10 server: close 1/4 FIN
    11 client: close 2/4 ACK + close 3/4 FIN
    12 server: close 4/4 ACK
    """,
    rules=["inject a RST of B with seq +1000 after the first ACK of B"],
    injected="the RST, by the cable",
)
def forged_rst_challenged(stage: Stage) -> None:
    """Somebody forges a RST that hits the window, but not the next number.

    RFC 793 would have let it pass. Since RFC 5961 only the very next number resets; for any other in the window the
    client asks back, with an ACK, and a real server that had lost the connection would answer with the right RST. The
    real server here has not lost it, and goes on: the observer learns that the reset was without effect.
    """
    client, server = stage.pair()
    client.sendall(b"request")
    server.recv(100)
    stage.settle()
    server.sendall(b"reply")
    client.recv(100)
    stage.settle()
    stage.close_server_first(client, server)
