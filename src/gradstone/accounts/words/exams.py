"""Phrases of the table `exams`."""

PHRASES: dict[str, tuple[str, str]] = {}
