"""Phrases that the terminal's and the Markdown's pages need beside those of the document."""

PHRASES: dict[str, tuple[str, str]] = {
    "check_ok": ("✓", "✓"),
    "check_kink": ("kink: no derivative here", "此处不可导"),
    "check_differs": ("differs", "不一致"),
    "check_unclear": ("too small to check", "太小，无法核对"),
    "check_beside": ("numeric: {check}", "数值梯度：{check}"),
    "drawing_inputs": ("inputs", "输入"),
    "drawing_layer": ("layer {number}", "第 {number} 层"),
    "drawing_loss": ("loss", "损失"),
    "drawing_number": ("layer", "层"),
    "drawing_neuron": ("neuron", "神经元"),
    "drawing_edge": ("from → to", "从 → 到"),
    "drawing_weight": ("weight", "权重"),
    "drawing_gradient": ("gradient", "梯度"),
    "drawing_incoming": ("incoming weights, bias", "连入的权重和偏置"),
    "drawing_activation": ("activation", "激活函数"),
    "drawing_node": ("node", "节点"),
    "drawing_rule": ("formula", "算式"),
    "drawing_circle": (
        "A neuron is written ( net | out ); beneath it stand its incoming weights and its bias.",
        "每个神经元写作（净输入 | 输出值）；其下方列出连入的权重和偏置。",
    ),
}
