"""Phrases of the document, the same in every format."""

PHRASES: dict[str, tuple[str, str]] = {
    "head_function": ("A function, forward and backward, in numbers.",
                      "一个函数的正向传播与反向传播，逐个数值写出。"),
    "head_step": (
        "One training step of {network}, loss {loss}, optimizer {optimizer} with rate {rate}.",
        "{network} 的一步训练：损失 {loss}，优化器 {optimizer}，学习率 {rate}。",
    ),
    "section_head": ("In short", "概要"),
    "outcome": ("The step takes the loss from {before} to {after}.",
                "这一步使损失从 {before} 变为 {after}。"),
    "told_sample": (
        "Sample {number} of {count} is told number by number; gradients are sums over all samples. "
        "A number in square brackets after a name is that of another sample.",
        "逐个数值讲解 {count} 个样本中的第 {number} 个；梯度是对全部样本求和。"
        "名称后方括号中的数字表示其他样本。",
    ),
    "promise": (
        "Recomputed from the numbers printed, every line agrees to {digits} digits; the digits "
        "after those are guard digits.",
        "用所印数值重新计算，每一行都有 {digits} 位有效数字一致；其后的数字是保护位。",
    ),
    "conventions": (
        "Conventions: relu′(0) = 0; W[i,j] goes from neuron i to neuron j; each neuron has its "
        "own bias; textbook names count from 1, program names from 0.",
        "约定：relu′(0) = 0；W[i,j] 从神经元 i 指向神经元 j；每个神经元有自己的偏置；"
        "教科书名称从 1 数起，程序名称从 0 数起。",
    ),
    "section_network": ("The network", "网络"),
    "layer": ("Layer {layer}", "第 {layer} 层"),
    "section_loss": ("Loss", "损失"),
    "delta_defined": (
        "The error term δ of a neuron is ∂E/∂net: where it is positive, a larger net input means "
        "a larger loss.",
        "神经元的误差项 δ 就是 ∂E/∂net：δ 为正时，净输入越大，损失越大。",
    ),
    "path": ("path {path}", "路径 {path}"),
    "rest_of_paths": ("the other {count} paths together", "其余 {count} 条路径之和"),
    "paths_one": ("{weight} reaches the loss along one path:", "{weight} 只经一条路径到达损失："),
    "paths_many": (
        "{weight} reaches the loss along {count} paths; the products along them add:",
        "{weight} 经 {count} 条路径到达损失，各路径乘积相加：",
    ),
    "paths_mixed": (
        "Through softmax every output depends on every net: a path comes in at one net and leaves "
        "from any output, and the local derivative of the two is its factor, "
        "{same} where they are the same neuron, {other} where they are not.",
        "softmax 的每个输出都依赖所有净输入：路径从一个净输入进入，可从任一输出离开，"
        "两者间的局部导数就是该段的因子：同一神经元为 {same}，不同神经元为 {other}。",
    ),
    "paths_dropped": (
        "Dropout multiplies an output by r (a net by q); where that is 0, nothing passes.",
        "随机失活（dropout）把输出值乘以 r（净输入乘以 q）；因子为 0 处什么也传不过去。",
    ),
    "nudge": (
        "In plain terms: raise {weight} by 0.01 and the loss changes by about {forecast} "
        "(tried: {tried}).",
        "通俗地说：把 {weight} 增加 0.01，损失约变化 {forecast}（实际试算：{tried}）。",
    ),
    "old_weights": (
        "All gradients use the old weights; nothing is replaced until the update.",
        "所有梯度都用旧权重计算；在更新之前不替换任何值。",
    ),
    "gradient": ("gradient", "梯度"),
    "contribution": ("from sample {number}", "样本 {number} 的贡献"),
    "section_update": ("Update", "更新"),
    "old": ("old", "旧值"),
    "new": ("new", "新值"),
    "state_table": ("the optimizer's {state}, before and after the step",
                    "优化器状态 {state}：更新前与更新后"),
    "state_before": ("before", "更新前"),
    "state_after": ("after", "更新后"),
    "state_corrected": ("corrected", "修正后"),
    "section_after": ("After the step", "更新之后"),
    "forecast_told": (
        "To first order the step promised a change of {forecast}; the real change is {change}. "
        "For small steps the two agree.",
        "一阶近似预言损失变化 {forecast}，实际变化 {change}。步长越小，两者越接近。",
    ),
    "size": (
        "{count} parameters, a batch of {samples} samples: layers are told in figures, one thread "
        "in full numbers.",
        "共 {count} 个参数，一批 {samples} 个样本：各层用统计值说明，另选一条线索逐个数值讲解。",
    ),
    "section_layers": ("Layers", "各层"),
    "column_layer": ("layer", "层"),
    "column_shape": ("weights", "权重"),
    "column_mean": ("mean out", "输出均值"),
    "column_spread": ("spread", "标准差"),
    "column_idle": ("idle share", "停滞比例"),
    "column_gradient": ("‖gradient‖", "‖梯度‖"),
    "column_update": ("‖update‖/‖W‖", "‖更新‖/‖W‖"),
    "column_sample": ("sample", "样本"),
    "column_loss": ("loss", "损失"),
    "warning_dead": (
        "Layer {layer}: {share} % of the neurons pass no gradient for any sample.",
        "第 {layer} 层：{share} % 的神经元对所有样本都不传递梯度。",
    ),
    "warning_flat": (
        "Layer {layer}: {share} % of the outputs are saturated, so hardly any gradient passes.",
        "第 {layer} 层：{share} % 的输出处于饱和状态，几乎不传递梯度。",
    ),
    "section_thread": ("One thread in full", "一条线索的全部数值"),
    "thread_told": (
        "From here on one sample and one weight: {weight}, in the program {program}.",
        "以下只看一个样本和一个权重：{weight}，程序中为 {program}。",
    ),
    "section_paths": ("Paths", "路径"),
    "section_zoom": ("Look closer", "进一步查看"),
    "zoom": ("{command}", "{command}"),
    "rest_of_terms": (
        "the last number: the other {count} terms together", "末项：其余 {count} 项之和"),
    "rest_of_terms_zero": (
        "the last number: the other {count} terms together, {zeros} of them 0",
        "末项：其余 {count} 项之和，其中 {zeros} 项为 0"),
    "gradient_square": ("‖∇E‖², the squares of all gradients", "‖∇E‖²，即所有梯度的平方和"),
    "meaning": ("meaning", "含义"),
    "meaning_bias": ("bias of {neuron}", "{neuron} 的偏置"),
    "meaning_x": ("input", "输入"),
    "meaning_t": ("target", "目标值"),
    "meaning_rate": ("learning rate", "学习率"),
    "meaning_mask": ("dropout: 1/(1 − rate), or 0", "随机失活：1/(1 − 比率)，或 0"),
    "meaning_power": ("power of {setting}; t: this step's number",
                      "{setting} 的幂；t 为本步的序号"),
    "meaning_setting": ("optimizer", "优化器"),
    "numbers_of_others": (
        "The other samples' numbers stand in the workbook and in the JSON file.",
        "其他样本的数值见工作簿和 JSON 文件。",
    ),
    "section_given": ("Given", "已知"),
    "section_forward": ("Forward", "正向传播"),
    "section_backward": ("Backward", "反向传播"),
    "section_differs": ("If your number differs", "如果你的数不同"),
    "differs_lead": (
        "Look for your number in the second column. Each row is a known mistake made in this step, "
        "with the first number that it changes; later ones follow from it. A number that is right "
        "but for its sign, or for a factor of 2 or ½, has lost just that.",
        "在第二列中查找你的数。每一行是在这一步中犯一种常见错误，列出它最先改变的数；"
        "其后的数随之而错。若只差符号或 2、½ 这样的倍数，那就只是漏了符号或因子。",
    ),
    "differs_without_clip": (
        "The table of what known mistakes give is left out: the gradients are clipped, and the "
        "mistakes are known for steps without clipping only.",
        "这里不列常见错误所得的数：本步裁剪了梯度，而常见错误只针对不裁剪的更新步列出。",
    ),
    "differs_without_weights": (
        "The table of what known mistakes give is left out: the classes are weighted, and the "
        "mistakes are known for steps without class weights only.",
        "这里不列常见错误所得的数：本步使用了类别权重，而常见错误只针对不加类别权重的更新步列出。",
    ),
    "differs_without_dropout": (
        "The table of what known mistakes give is left out: dropout is at work, and the mistakes "
        "are known for steps without dropout only.",
        "这里不列常见错误所得的数：本步使用了 dropout，而常见错误只针对不用 dropout 的更新步列出。",
    ),
    "differs_without_row": (
        "The table of what known mistakes give is left out: a layer has several activations in a "
        "row, and the mistakes are known for layers with one activation only.",
        "这里不列常见错误所得的数：有一层连用多个激活函数，而常见错误只针对每层一个激活函数的网络列出。",
    ),
    "differs_yours": ("if you have", "如果你得到"),
    "differs_right": ("right", "正确值"),
    "differs_mistake": ("likely mistake", "可能的错误"),
    "section_numbers": ("All numbers", "全部数值"),
    "name": ("name", "名称"),
    "value": ("value", "值"),
    "line": ("line", "行"),
    "program_name": ("in the program", "程序中的名称"),
    "numeric_check": ("numeric check", "数值梯度核对"),
    "rule_once": (
        "The gradient of an input is the gradient coming in times the local derivative; "
        "several routes add.",
        "输入的梯度 = 传入的梯度 × 局部导数；有多条路径时相加。",
    ),
    "rule_routes": (
        "The value is used {count} times; the gradients that come back along the routes add.",
        "该值被用到 {count} 次，沿各路径传回的梯度相加。",
    ),
}  # fmt: skip
