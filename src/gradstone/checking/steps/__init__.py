"""Two traces of a training step, number by number.

`quantities` names the numbers of a step; `naming`, `reading` and `layouts` understand a trace from
elsewhere, `precision` how exact it is. `recipe` says how each number follows from those before it,
`judging` finds those that do not; `patterns`, `mistakes` and `versions` are what may have been done
wrong, tried one after the other by `attribution`. `averages` and `records` are about several
steps, `plain` about two dictionaries without a recipe; `compared` is the result.
"""
