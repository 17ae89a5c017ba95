"""Phrases that set two losses beside each other."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str]] = {
    "section_comparison": ("Two losses, one step", "同一步，两种损失"),
    "compare_losses": (
        "The same network, sample and rate under two losses: {one} falls from {one_before} to "
        "{one_after}, {other} from {other_before} to {other_after}. The forward pass is the same; "
        "from the error terms on, all differs.",
        "同一网络、同一样本、同一学习率，两种损失：{one} 从 {one_before} 降到 {one_after}，"
        "{other} 从 {other_before} 降到 {other_after}。正向传播完全相同，从误差项起处处不同。",
    ),
    "compare_reason": (
        "Under squared error an output's error term is (out − t) · out · (1 − out). Cross entropy "
        "of a sigmoid leaves out − t: the slope of the sigmoid has cancelled, so the ratio of an "
        "output is 1 / (out · (1 − out)), at least 4, and larger the more saturated it is.",
        "平方误差下，输出神经元的误差项为 (out − t) · out · (1 − out)；sigmoid 配交叉熵时只剩 "
        "out − t，sigmoid 的斜率被约去。因此输出处的比值为 1 / (out · (1 − out))，至少为 4，"
        "越饱和越大。",
    ),
    "compare_deltas": ("error terms δ", "误差项 δ"),
    "compare_gradients": ("gradients", "梯度"),
    "compare_ratio": ("ratio", "比值"),
    "compare_rest": (
        "Below, {loss} number by number; the other one: {command}",
        "以下逐个数值讲解 {loss}；另一种损失：{command}",
    ),
}  # fmt: skip
