"""The effect of hidden neurons, and the warped plane."""

PHRASES: dict[str, tuple[str, str]] = {}
