"""Angrilien: the sign-in sheet and session notebook of the free digital workshops."""

__version__ = "0.1.0"
