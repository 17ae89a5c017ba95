"""Verdicts: numeric differentiation, and what is said about a gradient or a step by hand.

`slope` finds one derivative from differences, `numeric` all of an array; `arguments` and `model`
say what is audited, `audit` gives the verdict. `mistakes` is the table of known mistakes, each
of which can be planted into a graph; `patterns` are those that show in the numbers alone, and
`diagnosis` finds which of them explain a wrong gradient.
"""
