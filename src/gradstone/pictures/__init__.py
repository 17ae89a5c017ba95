"""Pictures of what training did, drawn with Matplotlib's objects, never its global state."""
