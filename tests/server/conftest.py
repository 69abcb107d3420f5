"""Servers for these tests."""

from helpers.servers import databases, live_server, server, server_template

__all__ = ["databases", "live_server", "server", "server_template"]
