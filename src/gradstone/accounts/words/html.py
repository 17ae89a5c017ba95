"""Phrases of HTML pages, beside those that every format has."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str]] = {
    "html_step": ("One training step, number by number", "一步训练，逐个数值"),
    "html_function": ("A function and its gradient, number by number",
                      "一个函数及其梯度，逐个数值"),
    "html_descent": ("Gradient descent, number by number", "梯度下降，逐个数值"),
    "html_contents": ("Contents", "目录"),
    "html_network": ("The network as a drawing", "网络示意图"),
    "html_graph": ("The computation graph as a drawing", "计算图"),
    "html_forward": ("forward: values", "正向：数值"),
    "html_backward": ("backward: gradients", "反向：梯度"),
    "html_network_follow": ("Neurons and edges lead to their lines.",
                            "点击神经元或连线，可跳到对应的行。"),
    "html_graph_follow": ("Nodes lead to their lines.", "点击节点，可跳到对应的行。"),
    "html_beside": ("numeric gradient {check}", "数值梯度 {check}"),
}  # fmt: skip
