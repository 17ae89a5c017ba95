"""Trained networks from inside: weights, histograms, landscape."""

PHRASES: dict[str, tuple[str, str]] = {}
