"""The one place where things are made: server, database, roles, pools, store."""

from cot_flows.bootstrap.configured import read_settings
from cot_flows.bootstrap.engine import Engine, open_engine

__all__ = ["Engine", "open_engine", "read_settings"]
