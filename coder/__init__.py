"""Rupture Coder: code alliance ruptures in recorded psychotherapy sessions."""

__version__ = "0.1.0"
