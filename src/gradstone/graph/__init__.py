"""Nodes and the empty table: symbols, no numbers."""
