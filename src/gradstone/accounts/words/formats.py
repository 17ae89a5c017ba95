"""Phrases that the terminal's and the Markdown's pages need beside those of the document."""

PHRASES: dict[str, tuple[str, str]] = {
    "check_ok": ("✓", "✓"),
    "check_kink": ("kink: no derivative here", "此处不可导"),
    "check_differs": ("differs", "不一致"),
    "check_beside": ("numeric gradient {value} {verdict}", "数值梯度 {value} {verdict}"),
    "part_continued": ("continued", "续"),
    "drawing_inputs": ("inputs", "输入"),
    "drawing_layer": ("layer {number}", "第 {number} 层"),
    "drawing_loss": ("loss", "损失"),
    "drawing_neuron": ("neuron", "神经元"),
    "drawing_edge": ("from → to", "从 → 到"),
    "drawing_weight": ("weight", "权重"),
    "drawing_bias": ("bias", "偏置"),
    "drawing_gradient": ("gradient", "梯度"),
    "drawing_activation": ("activation", "激活函数"),
    "drawing_node": ("node", "节点"),
    "drawing_rule": ("made by", "运算"),
    "drawing_constant": ("constant", "常数"),
    "drawing_circle": (
        "A neuron is written ( net | out ); beneath it stand its incoming weights and its bias.",
        "每个神经元写作（净输入 | 输出值）；其下方为连入的权重与偏置。",
    ),
    "note": ("Note", "注意"),
}
