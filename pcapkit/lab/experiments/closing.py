"""What can happen while a connection is closed."""

import socket

from pcapkit.lab.experiments.table import experiment
from pcapkit.lab.stage import DELAYED_ACK, Stage


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK
     4 client: close 1/4 FIN
     5 server: close 2/4 ACK
     6 server: data
     7 client: ack
     8 server: data
     9 client: ack
    10 server: close 3/4 FIN
    11 client: close 4/4 ACK
    """
)
def half_close(stage: Stage) -> None:
    """The client says that it has no more data; the server still has.

    Each direction is closed on its own. Between close 2/4 and close 3/4 the server, in CLOSE-WAIT, may send as long
    as it likes, and the client, in FIN-WAIT-2, acknowledges.
    """
    client, server = stage.pair()
    client.shutdown(socket.SHUT_WR)
    stage.hear_the_end(server)
    stage.settle(DELAYED_ACK)
    for _ in range(2):
        server.sendall(b"still here")
        client.recv(100)
        stage.settle(DELAYED_ACK)
    server.close()
    stage.hear_the_end(client)
    stage.settle()


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: data + close 1/4 FIN
    5 server: close 2/4 ACK + close 3/4 FIN
    6 client: close 4/4 ACK
    """
)
def fin_with_data(stage: Stage) -> None:
    """The last data carries the FIN.

    The program told its kernel that more would follow (MSG_MORE), then closed: data and FIN share a frame. The
    acknowledgement counts both: ack = seq + length + 1.
    """
    client, server = stage.pair()
    client.send(b"the last words", socket.MSG_MORE)
    client.shutdown(socket.SHUT_WR)
    server.recv(100)
    stage.hear_the_end(server)
    server.close()
    stage.hear_the_end(client)
    stage.settle()


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: close 1/4 FIN
    5 server: close 3/4 FIN
    6 client: close 4/4 ACK
    7 server: close 2/4 ACK
    """,
    rules=["delay every frame by 50 ms"],
)
def simultaneous_close(stage: Stage) -> None:
    """Both close at the same time: two FINs cross on a long cable.

    Neither FIN acknowledges the other. Each side goes from FIN-WAIT-1 to CLOSING when the other's FIN comes, and to
    TIME-WAIT with the acknowledgement of its own (RFC 9293 figure 13). The steps have the same names as ever; only
    their order differs, since each is an event and not a place in a sequence.
    """
    stage.neighbours()
    client, server = stage.pair()
    stage.settle(DELAYED_ACK)
    client.shutdown(socket.SHUT_WR)
    server.shutdown(socket.SHUT_WR)
    stage.settle(0.25)


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: close 1/4 FIN
    5 client: close 1/4 FIN + repeat
    6 server: close 2/4 ACK + close 3/4 FIN
    7 client: close 4/4 ACK
    """,
    rules=["drop the first FIN of A"],
)
def fin_lost(stage: Stage) -> None:
    """The client's FIN is lost: it is sent again, like data.

    A FIN takes a sequence number, so that its loss is noticed: no acknowledgement comes, and the client, still in
    FIN-WAIT-1, repeats it after a while.
    """
    client, server = stage.pair()
    client.shutdown(socket.SHUT_WR)
    stage.hear_the_end(server)
    server.close()
    stage.hear_the_end(client)
    stage.settle()


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 client: close 1/4 FIN
    5 server: close 2/4 ACK + close 3/4 FIN
    6 client: close 4/4 ACK
    7 server: close 2/4 ACK + close 3/4 FIN + repeat
    8 client: close 4/4 ACK + repeat
    """,
    rules=["drop the first ACK of A after the first FIN of B"],
)
def last_ack_lost(stage: Stage) -> None:
    """The very last ACK is lost: this is what TIME-WAIT is for.

    Nobody acknowledges an acknowledgement. The server, in LAST-ACK, sends its FIN again; the client, which stayed in
    TIME-WAIT for just this, answers once more.
    """
    client, server = stage.pair()
    client.shutdown(socket.SHUT_WR)
    stage.hear_the_end(server)
    server.close()
    stage.hear_the_end(client)
    client.close()
    stage.settle(0.6)
