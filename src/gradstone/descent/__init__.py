"""Descent on functions: typed or written in Python, followed step by step, and diagnosed."""
