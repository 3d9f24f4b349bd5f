"""One short TCP connection over loopback, so that a first recording has something to show."""

import socket

with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
    server, _ = listener.accept()
    with server:
        client.sendall(b"what does every frame mean?")
        server.sendall(server.recv(100))
    while client.recv(100):
        pass
