"""A relay between a client and a server that can stop forwarding bytes, as if the server hangs."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Relay:
    """Listens on `port` of loopback for a server there."""

    target: int
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _passes: threading.Event = field(default_factory=threading.Event)
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        port: int = self.listener.getsockname()[1]
        return port

    def hang(self) -> None:
        """Accept connections and data, and send nothing."""
        self._passes.clear()

    def go_on(self) -> None:
        """Pass on everything."""
        self._passes.set()

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self._open += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def close(self) -> None:
        """End all connections, and take no more."""
        self.go_on()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # ends a waiting accept
        self.listener.close()
        for each in self._open:
            _end(each)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._passes.wait()
                sink.sendall(data)
        _end(source)
        _end(sink)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    """Return a relay that forwards everything until it is stopped."""
    made = Relay(target)
    made.go_on()
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join()
