"""Phrases of the table `terms`."""

PHRASES: dict[str, tuple[str, str]] = {}
