"""Python functions become graphs; transforms of functions."""
