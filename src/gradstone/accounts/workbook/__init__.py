"""The workbook of a worked example: every number a formula on other cells.

`book` plans which number stands in which cell; `inputs`, `lines`, `check`, `numeric`,
`iterations` and `start` write one sheet each (Start and Terms share a module).
"""
