"""Graphs as machine code: schedule, program, emit, compile."""
