"""Trained networks from inside: weights, histograms, landscape."""

PHRASES: dict[str, tuple[str, str]] = {
    # the drawn network
    "networks_inputs": ("{count} inputs", "{count} 个输入"),
    "networks_input": ("1 input", "1 个输入"),
    "networks_neurons": ("{count} neurons", "{count} 个神经元"),
    "networks_neuron": ("1 neuron", "1 个神经元"),
    "networks_layer": ("layer {number}", "第 {number} 层"),
    "networks_scale": ("weight (lines), bias (neurons)", "权重（连线）与偏置（神经元）"),
    "networks_scale_weights": ("weight (lines)", "权重（连线）"),
    "networks_hidden": ("{count} more", "另 {count} 个"),
    # histograms
    "networks_weights": ("weights {name}", "权重 {name}"),
    "networks_outputs": ("outputs", "输出值"),
    "networks_gradients": ("gradient of {name}", "{name} 的梯度"),
    "networks_share": ("share", "占比"),
    "networks_spread": ("standard deviation {value}", "标准差 {value}"),
    "networks_zeros": ("exactly 0: {share}", "恰为 0：{share}"),
    "networks_saturated": ("saturated: {share}", "饱和：{share}"),
    "networks_note": (
        "Samples: {rows}. Zeros are counted, not drawn. "
        "Saturated: a slope under 1% of the steepest.",
        "样本数：{rows}。恰为 0 的值只计数，不画出。饱和：斜率不足最大斜率的 1%。",
    ),
    "networks_note_zeros": (
        "Samples: {rows}. Zeros are counted, not drawn.",
        "样本数：{rows}。恰为 0 的值只计数，不画出。",
    ),
    # the landscape
    "networks_random": (
        "along random direction {number} (1: as long as the weights)",
        "沿随机方向 {number}（1 表示与权重等长）",
    ),
    "networks_component": (
        "along direction {number} of the path ({share} of its variance)",
        "沿路径主方向 {number}（占路径方差的 {share}）",
    ),
    "networks_random_short": ("random {number}", "随机方向 {number}"),
    "networks_component_short": ("path {number} ({share})", "路径主方向 {number}（{share}）"),
    "networks_trained": ("trained: {loss}", "训练所得：{loss}"),
    "networks_lowest": ("lowest of the grid: {loss}", "网格最低点：{loss}"),
    "networks_lowest_trained": (
        "trained, lowest of the grid: {loss}", "训练所得，即网格最低点：{loss}",
    ),
    "networks_path": (
        "training path, projected, updates {first} to {last}",
        "训练路径（投影），第 {first} 至 {last} 次更新",
    ),
}  # fmt: skip
