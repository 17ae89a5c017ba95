"""Descents, surfaces, numeric derivatives."""

PHRASES: dict[str, tuple[str, str]] = {}
