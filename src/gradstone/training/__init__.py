"""Numbers change: steps, epochs, runs."""
