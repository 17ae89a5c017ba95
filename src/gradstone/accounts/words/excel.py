"""Phrases of the table `excel`."""

PHRASES: dict[str, tuple[str, str]] = {}
