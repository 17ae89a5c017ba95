"""Training runs: loss, confusion, predictions."""

PHRASES: dict[str, tuple[str, str]] = {}
