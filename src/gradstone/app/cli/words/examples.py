"""What the examples of `gradstone explain` are, each under its name."""

PHRASES: dict[str, tuple[str, str]] = {
    "example_n1": (
        "2-2-2, sigmoid in both layers, one sample, half_sse, rate 0.5: the textbook's example.",
        "2-2-2 网络，两层均用 sigmoid，一个样本，half_sse，学习率 0.5：教科书中的例子。",
    ),
    "example_losses": (
        "The step of n1 under squared error and under cross entropy, side by side.",
        "n1 的一步更新，平方误差与交叉熵并列对照。",
    ),
    "example_n5": (
        "3-2-3, tanh, softmax cross entropy, two samples, negative weights, rate 0.1.",
        "3-2-3 网络，tanh，softmax 交叉熵，两个样本，含负权重，学习率 0.1。",
    ),
    "example_apples": (
        "Two apples at 100 and three oranges at 150, taxed with a factor of 1.1.",
        "苹果 2 个、单价 100，橘子 3 个、单价 150，税率系数 1.1。",
    ),
    "example_two-apples": (
        "Two apples at 100, taxed with a factor of 1.1.",
        "苹果 2 个、单价 100，税率系数 1.1。",
    ),
    "example_affine": (
        "X W + b on two samples, with an upstream gradient: what a layer passes back.",
        "对两个样本计算 X W + b，给定上游梯度：一层如何向后传递梯度。",
    ),
    "example_descent": (
        "Five steps of gradient descent on (x + 1)² − 1 from 13 with rate 0.9.",
        "对 (x + 1)² − 1 从 13 出发做五步梯度下降，学习率 0.9。",
    ),
}
