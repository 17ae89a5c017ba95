"""Phrases of the table `latex`."""

PHRASES: dict[str, tuple[str, str]] = {}
