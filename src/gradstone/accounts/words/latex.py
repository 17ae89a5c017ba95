"""Phrases of the table `latex`."""

PHRASES: dict[str, tuple[str, str]] = {
    "latex_step": ("Worked example: one training step", "算例：一步训练"),
    "latex_function": ("Worked example: a function and its gradient", "算例：一个函数及其梯度"),
    "latex_descent": ("Worked example: gradient descent", "算例：梯度下降"),
    "latex_numeric": ("numeric", "数值梯度"),
    "latex_net_out": ("in a circle: net | out", "圆圈内：净输入 | 输出值"),
    "latex_forward": ("forward", "正向"),
    "latex_backward": ("backward", "反向"),
}  # fmt: skip
