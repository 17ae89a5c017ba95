"""Worksheets: a training step with numbers left out, its key, and what was made of it.

In order: `paper` says what an exam is made of, `identity` puts that into a short code, `drawn`
draws the numbers of a variant, `choice` says which are asked; `exam` makes worksheets of it
(`sheet`, `html`, `latex`, `excel`). `arithmetic`, `xlsx` and `answers` read what came back,
`replay` recomputes each answer from those before it, `mistakes` names what went wrong, and
`grading` and `table` tell it.
"""
