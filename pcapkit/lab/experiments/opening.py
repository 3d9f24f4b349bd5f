"""What can happen while a connection is opened."""

import errno
import socket
import threading
from typing import Final

from pcapkit.lab.experiments.table import experiment
from pcapkit.lab.forge import Endpoint, segment
from pcapkit.lab.programs import PORT, exchange, message, receive, reply_to
from pcapkit.lab.stage import DELAYED_ACK, PATIENCE, ExperimentError, Stage, forged
from pcapkit.layers.tcp import ACK, SYN

_FASTOPEN_COOKIES: Final = "3"  # net.ipv4.tcp_fastopen: as client and as server
_FASTOPEN_CLIENT: Final = "1"
_QUEUE: Final = 5
_TEXT: Final = "fast"


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: refused RST
    """
)
def closed_port(stage: Stage) -> None:
    """Nobody listens on the port: the server's kernel refuses.

    The RST acknowledges the SYN, ack = seq + 1, so that the client knows which attempt it answers. The client's
    program gets "connection refused" at once.
    """
    try:
        stage.connect(stage.client())
    except ConnectionRefusedError:
        stage.note("the client's program: connection refused")
        stage.settle()
        return
    raise ExperimentError("the connection was not refused")


@experiment(
    """
    1 client: open 1/3 SYN
    2 client: open 1/3 SYN + repeat
    3 client: open 1/3 SYN + repeat
    """,
    rules=["drop every SYN of A"],
)
def filtered_port(stage: Stage) -> None:
    """A firewall swallows every SYN: the client tries again and again.

    Silence differs from a refusal: the client cannot know whether its SYN was lost, so it sends it again, after a
    second, and again. Here the program gives up after the third; Linux alone would take two minutes.
    """
    client = stage.client()
    client.setblocking(False)
    if client.connect_ex((stage.b.address, PORT)) != errno.EINPROGRESS:
        raise ExperimentError("connecting ended at once")
    cable = stage.network.cable
    assert cable is not None
    stage.until(lambda: len(cable.deeds) == 3, "three SYNs")
    client.close()
    stage.settle()


@experiment(
    """
    1 client: open 1/3 SYN
    2 client: open 1/3 SYN + repeat
    3 server: open 2/3 SYN-ACK
    4 client: open 3/3 ACK
    5 server: close 1/4 FIN
    6 client: close 2/4 ACK + close 3/4 FIN
    7 server: close 4/4 ACK
    """,
    rules=["drop the first SYN"],
)
def syn_lost(stage: Stage) -> None:
    """The SYN is lost: the client sends it again after a second.

    The second SYN has the same sequence number as the first: it is the same attempt, and still open 1/3.
    """
    stage.close_server_first(*stage.pair())


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 server: open 2/3 SYN-ACK + repeat
    4 client: open 3/3 ACK
    5 server: close 1/4 FIN
    6 client: close 2/4 ACK + close 3/4 FIN
    7 server: close 4/4 ACK
    """,
    # The client's own second SYN would come in the same millisecond as the second SYN-ACK, or before, or after.
    rules=["drop the first SYN-ACK of B", "drop every SYN of A after the first SYN of A"],
    points=["B"],
)
def syn_ack_lost(stage: Stage) -> None:
    """The SYN-ACK is lost: the server sends it again after a second.

    Recorded at the server's end, where the lost one was still seen. The server is in SYN-RECEIVED all the while; the
    client is not yet open, although its SYN has arrived.
    """
    stage.close_server_first(*stage.pair())


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK
    4 server: open 2/3 SYN-ACK + repeat
    5 client: open 3/3 ACK + repeat
    6 server: close 1/4 FIN
    7 client: close 2/4 ACK + close 3/4 FIN
    8 server: close 4/4 ACK
    """,
    rules=["drop the first ACK of A"],
)
def open_ack_lost(stage: Stage) -> None:
    """The last ACK of the open is lost: the two sides disagree for a second.

    The client is ESTABLISHED, the server still in SYN-RECEIVED: it cannot know that its SYN-ACK arrived, and sends it
    again. The client answers once more. Had it sent data meanwhile, that would have acknowledged the SYN-ACK as well.
    """
    stage.close_server_first(*stage.pair())


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: open 3/3 ACK + data
    4 server: ack
    5 server: data
    6 client: ack
    7 server: close 1/4 FIN
    8 client: close 2/4 ACK + close 3/4 FIN
    9 server: close 4/4 ACK
    """
)
def open_ack_with_data(stage: Stage) -> None:
    """The last ACK of the open carries the request.

    The client's program has asked its kernel not to acknowledge in haste (TCP_QUICKACK off), so that the third frame
    is also the first with data: nine frames instead of ten.
    """
    listener = stage.listen()
    client = stage.client()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    stage.connect(client)
    client.sendall(message("at once"))
    server = stage.accept(listener)
    server.sendall(reply_to(receive(server)))
    receive(client)
    stage.settle(DELAYED_ACK)
    stage.close_server_first(client, server)


@experiment(
    """
     1 client: open 1/3 SYN                  # asks for a cookie
     2 server: open 2/3 SYN-ACK              # and gets it
     3 client: open 3/3 ACK + data
     4 server: ack
     5 server: close 1/4 FIN
     6 client: close 2/4 ACK + close 3/4 FIN
     7 server: close 4/4 ACK
     8 client: open 1/3 SYN + data           # the cookie, and data at once
     9 server: open 2/3 SYN-ACK              # acknowledges both
    10 client: open 3/3 ACK
    11 server: close 1/4 FIN
    12 client: close 2/4 ACK + close 3/4 FIN
    13 server: close 4/4 ACK
    """
)
def fast_open(stage: Stage) -> None:
    """TCP Fast Open (RFC 7413): the second connection sends data with its SYN.

    On the first connection the client only asks for a cookie. With that cookie its next SYN may carry data, and the
    SYN-ACK acknowledges both: ack = seq + 1 + the length of the data.
    """
    listener = stage.listen()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, _QUEUE)
    for host in (stage.a, stage.b):
        host.namespace.sysctl("net.ipv4.tcp_fastopen", _FASTOPEN_COOKIES)
    for _ in range(2):
        _open_fast(stage, listener)


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK + data
     4 server: ack
     5 server: close 1/4 FIN
     6 client: close 2/4 ACK + close 3/4 FIN
     7 server: close 4/4 ACK
     8 client: open 1/3 SYN + data
     9 server: open 2/3 SYN-ACK              # acknowledges the SYN alone
    10 client: open 3/3 ACK + data + repeat
    11 server: ack
    12 server: close 1/4 FIN
    13 client: close 2/4 ACK + close 3/4 FIN
    14 server: close 4/4 ACK
    """
)
def fast_open_declined(stage: Stage) -> None:
    """TCP Fast Open, but the server no longer takes data with a SYN.

    The server acknowledges the SYN alone, ack = seq + 1: the data that came with it counts as not sent. The client
    sees that and sends it again, with its ACK.
    """
    listener = stage.listen()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, _QUEUE)
    for host in (stage.a, stage.b):
        host.namespace.sysctl("net.ipv4.tcp_fastopen", _FASTOPEN_COOKIES)
    _open_fast(stage, listener)
    stage.b.namespace.sysctl("net.ipv4.tcp_fastopen", _FASTOPEN_CLIENT)
    _open_fast(stage, listener)


def _open_fast(stage: Stage, listener: socket.socket) -> None:
    client = stage.client()
    client.settimeout(None)  # with a time-out, connecting would end as soon as it has begun
    client.sendto(_TEXT.encode(), socket.MSG_FASTOPEN, (stage.b.address, PORT))
    client.settimeout(PATIENCE)
    server = stage.accept(listener)
    if server.recv(len(_TEXT)) != _TEXT.encode():
        raise ExperimentError("other data arrived than was sent")
    stage.settle(DELAYED_ACK)
    stage.close_server_first(client, server)


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open: crossed SYN
    3 client: open 2/3 SYN-ACK
    4 server: open 2/3 SYN-ACK
    5 client: open 3/3 ACK
    6 server: ack
    """,
    rules=["delay every frame by 50 ms"],
)
def simultaneous_open(stage: Stage) -> None:
    """Both open at the same time: two SYNs cross on a long cable.

    There is no listener. Each side has sent a SYN and gets one instead of a SYN-ACK; each answers with a SYN-ACK, and
    one connection comes of it, not two (RFC 9293 figure 7). Whose SYN was captured first counts as the client.
    """
    stage.neighbours()
    port = stage.ports[0]
    one = stage.client(port)
    other = stage.open_socket(stage.b)
    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    other.bind((stage.b.address, PORT))
    thread = threading.Thread(target=lambda: other.connect_ex((stage.a.address, port)))
    thread.start()
    one.connect((stage.b.address, PORT))
    thread.join()
    stage.settle(3 * 0.05)


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: open 2/3 SYN-ACK
    3 client: reset RST
    """,
    injected="the SYN, by a raw socket; SYN-ACK and RST come from the kernels",
)
def half_open_scan(stage: Stage) -> None:
    """A port scan that opens no connection: a SYN, and a RST to the answer.

    The SYN is sent past the client's kernel. So the SYN-ACK surprises that kernel: it knows of no such connection and
    answers with a RST. The scanner has learnt that somebody listens; the server's program was never told.
    """
    stage.listen()
    stage.neighbours()
    stage.raw(stage.a).send(forged(stage.a, stage.ports[0], stage.b, PORT, SYN, 1000))
    stage.settle(DELAYED_ACK)


@experiment(
    """
    1 client: open 1/3 SYN
    2 server: ack
    3 server: open: crossed SYN
    4 client: open 2/3 SYN-ACK
    5 server: open 3/3 ACK
    """,
    injected="all of the server's frames, by a raw socket: no kernel splits its handshake. The client is a real kernel",
)
def split_handshake(stage: Stage) -> None:
    """The server answers with an ACK and a SYN of its own, in two frames.

    To the client this is a simultaneous open: it answers the SYN with a SYN-ACK, as if it were the server. Firewalls
    that take the sender of the SYN-ACK for the server have been deceived this way.
    """
    address = "10.0.0.9"  # nobody's: so that B's kernel stays out of it
    stage.a.namespace.ip(f"neigh add {address} lladdr {stage.b.mac} dev eth0")
    raw = stage.raw(stage.b)
    client = stage.client()
    client.setblocking(False)
    client.connect_ex((address, PORT))
    syn, source = raw.segment(lambda one: one.flags == SYN)
    here = Endpoint(stage.b.mac, address, PORT)
    isn = 7000
    expected = syn.seq + 1
    raw.send(segment(here, source, ACK, isn + 1, expected))
    raw.send(segment(here, source, SYN, isn))
    raw.segment(lambda one: one.flags == SYN | ACK)
    raw.send(segment(here, source, ACK, isn + 1, expected))
    stage.until(lambda: client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO) == 1, "the client is ESTABLISHED")
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
     8 server: close 1/4 FIN
     9 client: close 2/4 ACK + close 3/4 FIN
    10 server: close 4/4 ACK
    11 client: open 1/3 SYN                  # another connection, not a repetition
    12 server: open 2/3 SYN-ACK
    13 client: open 3/3 ACK
    14 server: close 1/4 FIN
    15 client: close 2/4 ACK + close 3/4 FIN
    16 server: close 4/4 ACK
    """
)
def port_reuse(stage: Stage) -> None:
    """The same two ports again, while the server still is in TIME-WAIT.

    Who closes first waits in TIME-WAIT, lest a late frame be taken for one of the next connection. A SYN with a later
    sequence number or timestamp cannot be late, and may open the same pair of ports anew at once (RFC 6191).
    """
    listener = stage.listen()
    for number in range(2):
        client = stage.client(stage.ports[0])
        stage.connect(client)
        server = stage.accept(listener)
        if number == 0:
            exchange(client, server)
            stage.settle()
        stage.close_server_first(client, server)
