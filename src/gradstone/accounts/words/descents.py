"""Phrases of accounts of descents; the statuses are those of the room that finds them."""

from __future__ import annotations

from typing import get_args

from gradstone.descent.judging import Status
from gradstone.descent.words import PHRASES as DESCENT

PHRASES: dict[str, tuple[str, str]] = {
    "head_descent": (
        "A descent on f by {optimizer}, learning rate {rate}: {count} updates, {status}.",
        "用 {optimizer} 对 f 做下降，学习率 {rate}：更新 {count} 次，{status}。",
    ),
    "rate_changing": ("by the schedule {name}", "按 {name} 调度"),
    "descent_outcome": (
        "f: {first} → {last}. The gradient's norm at the end is {norm}; below {precision} the "
        "descent ends.",
        "f：{first} → {last}。终点处梯度的范数为 {norm}；低于 {precision} 时下降结束。",
    ),
    "descent_outcome_endless": (
        "f: {first} → {last}. The gradient's norm at the end is {norm}.",
        "f：{first} → {last}。终点处梯度的范数为 {norm}。",
    ),
    "descent_outcome_lost": (
        "f: {first} at the start. The descent ran to where numbers are no longer finite; told are "
        "those before.",
        "起点处 f：{first}。下降走到了数值不再有限的地方；这里给出此前的数值。",
    ),
    "rule_descent": (
        "Each step s goes against the gradient: s = −rate × gradient, new = old + s.",
        "每一步 s 都沿梯度的反方向走：s = −学习率 × 梯度，新值 = 旧值 + s。",
    ),
    "rule_of": (
        "Each step follows the rule of {optimizer}. What it remembers is 0 at the start.",
        "每一步都按 {optimizer} 的规则更新。它所记住的量起初为 0。",
    ),
    "gradient_yours": (
        "The gradient that was followed is your gradient, not derived from f.",
        "下降所用的是您给出的梯度，不是由 f 求导得到的。",
    ),
    "gradient_from_differences": (
        "The gradient that was followed is from differences of f.",
        "下降所用的梯度由 f 的差分得到。",
    ),
    "gradient_taken": (
        "Its numbers are taken from the run.",
        "其数值取自运行记录。",
    ),
    "gradient_wrong": (
        "At the first point it differs from the slope of f: see the numeric check.",
        "在起点处，它与 f 的差分不一致，见数值核对。",
    ),
    "function_unknown": (
        "f is a black box without a formula: its numbers are taken from the run.",
        "f 是没有公式的黑箱：其数值取自运行记录。",
    ),
    "section_first_steps": ("The first steps in full", "最初几步的完整计算"),
    "section_path": ("The path", "路径"),
    "section_path_end": ("The end of the path", "路径的终点"),
    "path_end": (
        "The updates between are left out. The first x of this table is taken from the run; what "
        "follows is computed from it.",
        "其间的更新从略。本表的第一个 x 取自运行记录，其后的数值由它算出。",
    ),
    "path_end_points": (
        "The updates between are left out. Each x of this table is taken from the run, for what "
        "{optimizer} remembers was not kept.",
        "其间的更新从略。本表的每个 x 都取自运行记录，因为 {optimizer} 所记住的量没有保留。",
    ),
    "section_outcome": ("What came of it", "结果"),
    "iteration": ("k", "k"),
    "new_x": ("new {x}", "新 {x}"),
    **{f"status_{one}": DESCENT[one] for one in get_args(Status)},
}  # fmt: skip
