"""Arrays in: random words, seeded batches, built-in sets, tables."""
