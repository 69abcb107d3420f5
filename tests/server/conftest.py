"""Servers for these tests."""

from helpers.servers import live_server, server, server_template

__all__ = ["live_server", "server", "server_template"]
