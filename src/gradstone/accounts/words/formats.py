"""Phrases of the table `formats`."""

PHRASES: dict[str, tuple[str, str]] = {}
