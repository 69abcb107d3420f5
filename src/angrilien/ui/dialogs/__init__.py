"""Panels that come over a screen."""
