"""Worked examples: what a step or a function computed, number by number, and how it is told.

`account` holds what is told and no formatting; `network`, `function` and `descending` make
accounts; `text`, `markdown`, `latex`, `html`, `excel` and `json` print them.
"""
