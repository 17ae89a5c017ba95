"""Measurements: scripts, not tests. Each writes a results file beside itself."""
