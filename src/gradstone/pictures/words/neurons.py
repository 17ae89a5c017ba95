"""One neuron, activations, fits and decision regions."""

PHRASES: dict[str, tuple[str, str]] = {}
