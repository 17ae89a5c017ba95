"""Phrases of the table `rules`."""

PHRASES: dict[str, tuple[str, str]] = {}
