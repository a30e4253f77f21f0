"""A PostgreSQL server of our own: made, started, shared and stopped without an administrator."""

from cot_flows.embedded.errors import EmbeddedError
from cot_flows.embedded.info import ServerInfo
from cot_flows.embedded.server import EmbeddedServer, has_ended, open_server, stop_server
from cot_flows.embedded.status import ServerStatus, describe

__all__ = [
    "EmbeddedError",
    "EmbeddedServer",
    "ServerInfo",
    "ServerStatus",
    "describe",
    "has_ended",
    "open_server",
    "stop_server",
]
