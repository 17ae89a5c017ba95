"""Learning-rate finder, sweeps and tuning."""

PHRASES: dict[str, tuple[str, str]] = {}
