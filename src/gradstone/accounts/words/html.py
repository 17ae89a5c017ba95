"""Phrases of the table `html`."""

PHRASES: dict[str, tuple[str, str]] = {}
