"""Phrases of the table `health`."""

PHRASES: dict[str, tuple[str, str]] = {}
