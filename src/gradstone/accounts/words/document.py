"""Phrases of the table `document`."""

PHRASES: dict[str, tuple[str, str]] = {}
