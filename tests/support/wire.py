"""A wire between client and server that can be cut at the one moment that hurts most."""

import selectors
import socket
import threading
from types import TracebackType
from typing import Self

BLOCK = 65536


class Wire:
    """Passes bytes on both ways over a port of its own, until told to cut at the next answer.

    A server answers a statement outside a transaction after it has committed it. Whoever loses the
    wire at that moment cannot know whether it was committed.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._cutting = threading.Event()
        self.was_cut = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def cut_at_next_answer(self) -> None:
        """Cut when the server answers next, before the client hears of it; then pass on again."""
        self.was_cut.clear()
        self._cutting.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing alone would leave the thread waiting in accept.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            with client, socket.create_connection(self._server) as server:
                self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in selector.select():
                    source, sink = key.fileobj, key.data
                    assert isinstance(source, socket.socket)
                    try:
                        block = source.recv(BLOCK)
                    except OSError:
                        return
                    if source is server and self._cutting.is_set():
                        self._cutting.clear()
                        self.was_cut.set()
                        return
                    if not block:
                        return
                    sink.sendall(block)
