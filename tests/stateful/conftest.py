"""The server's folder to copy."""

from helpers.servers import server_template

__all__ = ["server_template"]
