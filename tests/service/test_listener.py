"""The socket that the service listens on."""

import socket

from booconf.service.server import listen


def test_no_answer_waits_for_the_client_to_confirm_half_of_it() -> None:
    """Head and body of an answer are two packets; with Nagle's algorithm answers take 40 ms more."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
