"""The protocol's messages, version 1, shared by application and server (docs/protocol.md)."""
