"""The messages of the protocol, shared by the application and the server."""
