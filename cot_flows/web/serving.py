"""Serving the pages from a thread of a program that does other things too."""

import socket
from threading import Thread

import uvicorn

from cot_flows.bootstrap import Engine
from cot_flows.errors import PortTaken
from cot_flows.settings import USUAL_PORT
from cot_flows.web.application import create_app

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 5.0


class Pages:
    """The pages, served on the loopback address until `close`."""

    def __init__(self, engine: Engine, port: int | None = None) -> None:
        """Take the port and begin to serve. Raises PortTaken.

        0 takes any free port; None the usual one, or any free one when that is taken.
        """
        self._socket = _usual() if port is None else _listening(port)
        self.url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(engine),
            log_config=None,
            access_log=False,
            server_header=False,
            # A request that hangs must not keep the program from ending.
            timeout_graceful_shutdown=int(STOP_SECONDS),
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(
            target=self._server.run, args=([self._socket],), name="cot-pages", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop serving and give the port back."""
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._socket.close()


def _usual() -> socket.socket:
    try:
        return _listening(USUAL_PORT)
    except PortTaken:
        return _listening(0)


def _listening(port: int) -> socket.socket:
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # The port of a program that has just ended may be taken at once.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((LOOPBACK, port))
        # At once: until somebody listens, the port could be taken again; who calls early waits.
        taken.listen()
    except OSError as error:
        taken.close()
        raise PortTaken(
            f"port {port} of this machine is taken by another program: free it, or set "
            "COT_WEB_PORT to another (0 takes any free one)"
        ) from error
    return taken
