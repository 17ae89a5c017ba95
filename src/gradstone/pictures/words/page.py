"""Interactive pages."""

PHRASES: dict[str, tuple[str, str]] = {}
