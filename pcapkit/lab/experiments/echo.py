"""Whole conversations: the echo programs over UDP and TCP."""

import socket
import time

from pcapkit.lab.experiments.table import experiment
from pcapkit.lab.programs import exchange
from pcapkit.lab.stage import Stage


@experiment(
    """
    1 ARP who has 10.0.0.2? tell 10.0.0.1
    2 ARP 10.0.0.2 is at 02:00:00:00:00:02
    3 UDP 10.0.0.1:
    4 UDP 10.0.0.2:10000 > 10.0.0.1:
    """,
    capture_filter="arp or udp port 10000",
)
def udp_echo(stage: Stage) -> None:
    """One datagram goes, one comes back.

    UDP opens nothing and closes nothing: once the hardware address is resolved, the first datagram already is the
    message, and nobody acknowledges it but the reply.
    """
    stage.echo(serve=["--udp"], talk=["--udp"])


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK
     4 client: data                          # the request, 128 bytes
     5 server: ack
     6 server: data                          # the reply, 128 bytes
     7 client: ack
     8 server: close 1/4 FIN
     9 client: close 2/4 ACK + close 3/4 FIN
    10 server: close 4/4 ACK
    """
)
def ten_frames(stage: Stage) -> None:
    """TCP echo, immediate close: the server closes right after its reply.

    Why ten frames and not eleven: the server's FIN reaches a client that has nothing more to say either. Its kernel
    waits up to 40 ms before it acknowledges, in hope of something to send along; the program closes sooner, so that
    one frame is two steps: it acknowledges the server's FIN (close 2/4) and is the client's own (close 3/4).
    Why ack = seq + 1: SYN and FIN each take one sequence number, as if they were a byte, so that they can be
    acknowledged, and sent again, like data. Data is acknowledged with seq + its length: 128 here.
    """
    stage.echo(serve=["--closes", "first"], talk=["--closes", "last"])


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK
     4 client: data
     5 server: ack
     6 server: data
     7 client: ack
     8 client: close 1/4 FIN
     9 server: close 2/4 ACK
    10 server: close 3/4 FIN
    11 client: close 4/4 ACK
    """
)
def eleven_frames(stage: Stage) -> None:
    """TCP echo, delayed close: the client closes, and the server a moment later.

    Why eleven frames and not ten: the server's program takes 200 ms before it closes too. Its kernel waits only 40 ms
    for something to send along, then acknowledges the client's FIN in a frame of its own: close 2/4 and close 3/4 are
    apart. In between the server is in CLOSE-WAIT and could still send; the client is in FIN-WAIT-2 and would listen.
    """
    stage.echo(serve=["--closes", "last"], talk=["--closes", "first"])


@experiment(
    """
     1 ICMPv6 fd00::1 > ff02::1:ff00:2 neighbour solicitation
     2 ICMPv6 fd00::2 > fd00::1 neighbour advertisement
     3 client: open 1/3 SYN
     4 server: open 2/3 SYN-ACK
     5 client: open 3/3 ACK
     6 client: data
     7 server: ack
     8 server: data
     9 client: ack
    10 server: close 1/4 FIN
    11 client: close 2/4 ACK + close 3/4 FIN
    12 server: close 4/4 ACK
    """,
    capture_filter="ip6 and (tcp or (icmp6 and (ip6[40] == 135 or ip6[40] == 136)))",
    ipv6=True,
)
def ipv6(stage: Stage) -> None:
    """The same ten frames over IPv6.

    TCP is the same. What ARP is to IPv4, neighbour discovery is to IPv6: the question goes to a multicast group that
    few others are in, not to everybody.
    """
    stage.echo(stage.b.address6)


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK
     4 client: data
     5 server: ack
     6 server: data
     7 client: ack
     8 client: keep-alive
     9 server: ack
    10 server: close 1/4 FIN
    11 client: close 2/4 ACK + close 3/4 FIN
    12 server: close 4/4 ACK
    """
)
def keep_alive(stage: Stage) -> None:
    """Nothing is said for a second: the client asks whether the server is still there.

    A keep-alive repeats the last sequence number that was acknowledged, and so is worth nothing: but whoever is there
    must answer it with the number that it waits for (RFC 9293 section 3.8.4).
    """
    client, server = stage.pair(say_something=True)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    time.sleep(1.3)
    stage.close_server_first(client, server)


@experiment(
    """
     1 client: open 1/3 SYN
     2 server: open 2/3 SYN-ACK
     3 client: open 3/3 ACK
     4 client: data
     5 client: data + repeat
     6 server: ack
     7 server: data
     8 client: ack
     9 server: close 1/4 FIN
    10 client: close 2/4 ACK + close 3/4 FIN
    11 server: close 4/4 ACK
    """,
    rules=["drop the first data of A"],
)
def data_lost(stage: Stage) -> None:
    """The request is lost: the client sends it again.

    Nobody tells the client that a frame was lost. It waits for the acknowledgement, and sends the same bytes with the
    same sequence number once more when that does not come in time.
    """
    client, server = stage.pair()
    exchange(client, server)
    stage.settle()
    stage.close_server_first(client, server)
