"""One neuron, activations, fits and decision regions."""

PHRASES: dict[str, tuple[str, str]] = {
    # decision regions
    "wrong": ("taken for another class", "判错的点"),
    "half": ("probability 0.5", "概率 0.5"),
    "boundary": ("decision boundary", "决策边界"),
    "surer": ("the stronger the colour, the surer", "颜色越深，网络越确信"),
    "black_edge": ("test (black edge)", "测试集（黑边）"),
    # activations
    "derivative": ("derivative f\u200a′(x)", "导数 f\u200a′(x)"),
    "function": ("f(x)", "函数 f(x)"),
    "saturated": (
        "saturated: |f\u200a′(x)| < 1 % of its largest",
        "饱和区：|f\u200a′(x)| 小于其最大值的 1 %",
    ),
    "net_input": ("x (weighted sum, net)", "x（净输入）"),
    "below": ("x < {number}", "x < {number}"),
    "above": ("x > {number}", "x > {number}"),
    "everywhere": ("flat everywhere: no gradient", "处处平坦，没有梯度"),
    "nowhere": ("saturates nowhere", "不饱和"),
    "saturated_where": ("saturated for {places}", "饱和区：{places}"),
    "and_": (" and ", " 和 "),
    # one neuron
    "before": ("before training", "训练前"),
    "after": ("after training", "训练后"),
    "line": ("line of the neuron", "神经元的分界线"),
    "normal": ("normal vector w", "法向量 w"),
    "no_line": ("no line: both weights are 0", "没有分界线：两个权重都是 0"),
    "separable": ("a straight line can part these classes", "这两类点可用一条直线分开"),
    "inseparable": ("no straight line parts these classes", "没有直线能把这两类点分开"),
    "points_right": ("{right} of {total} right, {share:.1%}",
                     "{total} 个点中 {right} 个正确，{share:.1%}"),
    "weights_are": ("{when}: w₁ = {first}, w₂ = {second}, b = {bias}",
                    "{when}：w₁ = {first}，w₂ = {second}，b = {bias}"),
    "line_is": ("the line: {equation}", "分界线：{equation}"),
    # fits
    "least_squares": ("least squares", "最小二乘"),
    "mean_square": ("mean squared error {number}", "均方误差 {number}"),
}  # fmt: skip
