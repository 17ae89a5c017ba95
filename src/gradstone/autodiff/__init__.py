"""Graph to graph: gradients and rewrites."""
