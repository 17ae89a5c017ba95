"""What learners get wrong: the mistake's name, a colon, what was done and what is right."""

from __future__ import annotations

import re

MISTAKES: dict[str, tuple[str, str]] = {
    "mistake_and_a_factor": (", and a factor", "，并且差一个倍数"),
    "mistake_weights_overwritten_before_use": (
        "weights overwritten before use: Compute all gradients from the old "
        "weights, then update.",
        "权重过早更新：先用旧权重算完所有梯度，再更新。",
    ),
    "mistake_local_derivative_missing": (
        "local derivative missing: The gradient passed the activation "
        "unchanged; multiply by out·(1 − out), or whatever its derivative is.",
        "漏乘激活函数的导数：梯度原样穿过了激活函数；应乘以 out·(1 − out) 或相应的导数。",
    ),
    "mistake_derivative_taken_of_the_net": (
        "derivative taken of the net: net·(1 − net) was used; it is out·(1 − "
        "out), of tanh 1 − out².",
        "导数用净输入计算：用了 net·(1 − net)；应为 out·(1 − out)，tanh 为 1 − out²。",
    ),
    "mistake_derivative_taken_at_the_output": (
        "derivative taken at the output: σ′ was evaluated at out; it belongs at"
        " net, so it is out·(1 − out).",
        "导数在输出值处取值：σ′ 代入了 out；应在 net 处取值，即 out·(1 − out)。",
    ),
    "mistake_relu_mask_taken_from_the_upstream_gradient": (
        "relu mask taken from the upstream gradient: The gradient passes where "
        "the input was positive.",
        "relu 的开关取自上游梯度：应看输入是否为正。",
    ),
    "mistake_softmax_applied_twice": (
        "softmax applied twice: It belongs on the logits, once.",
        "softmax 用了两次：只应对净输入用一次。",
    ),
    "mistake_sigmoid_applied_twice": (
        "sigmoid applied twice: It belongs on the logits, once.",
        "sigmoid 用了两次：只应对净输入用一次。",
    ),
    "mistake_weights_transposed_in_the_backward_pass": (
        "weights transposed in the backward pass: Each δ goes back over the "
        "weight by which it was reached.",
        "反向传播时权重转置：每个 δ 应沿着通向它的那个权重返回。",
    ),
    "mistake_delta_without_its_local_derivative_sent_back": (
        "∂E/∂out sent back in place of δ: Multiply by the local derivative "
        "first.",
        "传回的是 ∂E/∂out 而不是 δ：应先乘局部导数。",
    ),
    "mistake_error_split_by_weight_shares": (
        "error split by weight shares: Multiply by the weights themselves, not "
        "by their shares.",
        "误差按权重比例分配：应乘以权重本身，而不是其所占比例。",
    ),
    "mistake_one_path_only": (
        "one path only: Every neuron of the next layer sends its error back; "
        "add all paths.",
        "只算了一条路径：下一层每个神经元都传回误差，应把各路径相加。",
    ),
    "mistake_another_layer_s_input_in_the_weight_gradient": (
        "another input in the weight gradient: A weight's gradient is δ times "
        "what that weight multiplied.",
        "权重梯度乘错了输入：应为 δ 乘以该权重所乘的数。",
    ),
    "mistake_the_weight_itself_in_its_gradient": (
        "the weight itself in its gradient: It is δ times the input, not times "
        "the weight.",
        "权重梯度乘了权重本身：应为 δ 乘以输入。",
    ),
    "mistake_bias_multiplied_into_its_gradient": (
        "bias multiplied into its gradient: The gradient of a bias is δ itself.",
        "偏置梯度乘了偏置：偏置的梯度就是 δ。",
    ),
    "mistake_bias_gradient_not_summed_over_the_samples": (
        "bias gradient not summed over the samples: Add the δ of all samples.",
        "偏置梯度未对样本求和：应把所有样本的 δ 相加。",
    ),
    "mistake_one_sample_only": (
        "one sample only: Add the gradients of all samples.",
        "只算了一个样本：应把所有样本的梯度相加。",
    ),
    "mistake_upstream_gradient_changed_in_place": (
        "upstream gradient changed in place: It is still needed by another "
        "branch.",
        "上游梯度被原地改写：另一条支路还要用它。",
    ),
    "mistake_the_error_in_place_of_the_difference": (
        "the error in place of the difference: E was used where out − t "
        "belongs.",
        "用误差代替了差值：应为 out − t，却用了 E。",
    ),
    "mistake_softmax_over_the_samples": (
        "softmax over the samples: It goes over the classes of one sample.",
        "softmax 沿样本方向计算：应沿一个样本的各类别计算。",
    ),
    "mistake_labels_off_by_one": ("labels off by one: They count from 0.",
        "标签错位：标签从 0 开始计数。"),
    "mistake_targets_broadcast_against_predictions": (
        "targets broadcast against predictions: Each target belongs to its own "
        "sample.",
        "目标值错误广播：每个目标值只对应自己的样本。",
    ),
    "mistake_sigmoid_on_the_output_of_a_regression": (
        "sigmoid on the output of a regression: The output goes into the loss as it is, without "
        "one more sigmoid.",
        "输出多用了 sigmoid：输出应直接进入损失，不再经过 sigmoid。",
    ),
    "mistake_weights_transposed_in_the_forward_pass": (
        "weights transposed in the forward pass: W[i,j] goes from neuron i to "
        "neuron j.",
        "正向传播时权重转置：W[i,j] 从神经元 i 连到神经元 j。",
    ),
    "mistake_bias_left_out_of_the_forward_pass": (
        "bias left out of the forward pass: net = Σ w·x + b.",
        "正向传播漏加偏置：net = Σ w·x + b。",
    ),
    "mistake_gradient_of_another_loss": (
        "gradient of another loss: Differentiate the loss that is given.",
        "用了另一种损失的梯度：应对题目给出的损失求导。",
    ),
    "mistake_a_term_left_out": (
        "a term left out: One term of the sum is missing.",
        "漏了一项：和中少了一项。",
    ),
    "mistake_a_factor_left_out": (
        "a factor left out: One factor of the product is missing.",
        "漏了一个因子：积中少了一个因子。",
    ),
    "mistake_another_operation": (
        "another operation: + and −, × and ÷ or the like were exchanged.",
        "运算用错：加减、乘除等混淆。",
    ),
    "mistake_not_squared": ("not squared: The difference is to be squared.",
        "没有平方：差值应取平方。"),
    "mistake_another_logarithm": (
        "another logarithm: The natural logarithm ln is meant.",
        "对数的底错：应为自然对数 ln。",
    ),
    "mistake_another_number_s_value": (
        "value of another cell: This is the number of {address}.",
        "填了另一格的数：这是 {address} 的数。",
    ),
    "mistake_decimal_point": (
        "decimal point: The number is off by the factor {number}.",
        "小数点错位：差了 {number} 倍。",
    ),
    "mistake_digits_exchanged": (
        "digits exchanged: Two neighbouring digits changed places.",
        "数字颠倒：相邻两位写反了。",
    ),
    "mistake_too_few_digits": ("too few digits: It is right as far as it goes.",
        "位数不够：所写的位数是对的。"),
    "mistake_derivative_of_softmax": (
        "derivative of softmax: Each output depends on every net, δ = p·(∂E/∂p − Σ p·∂E/∂p).",
        "softmax 的导数：每个输出都依赖所有净输入，δ = p·(∂E/∂p − Σ p·∂E/∂p)。",
    ),
    "mistake_l2_in_place_of_decoupled_decay": (
        "L2 in place of decoupled decay: Weight decay scales the parameter itself, by 1 − η·λ.",
        "把解耦权重衰减写成了 L2：应把参数本身乘以 1 − η·λ。",
    ),
    "mistake_decoupled_decay_in_place_of_l2": (
        "decoupled decay in place of L2: Here λ times the parameter is added to the gradient.",
        "把 L2 写成了解耦权重衰减：此处应在梯度上加 λ 乘以参数。",
    ),
    "mistake_weight_decay_left_out": ("weight decay left out: λ belongs into the update.",
        "漏了权重衰减：更新中应含 λ。"),
    "mistake_weight_decay_off_by_2": (
        "weight decay off by 2: λ Σ w² and ½ λ Σ w² were confused.",
        "权重衰减差 2 倍：混淆了 λ Σ w² 与 ½ λ Σ w²。",
    ),
    "mistake_momentum_with_a_damped_gradient": (
        "momentum with a damped gradient: The rule adds g, not (1 − μ)·g.",
        "动量中梯度被衰减：应加 g，而不是 (1 − μ)·g。",
    ),
    "mistake_momentum_left_out": (
        "momentum left out: The velocity v is subtracted, not the gradient alone.",
        "漏了动量：应减去速度 v，而不只是梯度。",
    ),
    "mistake_sign": (
        "sign: t − out in place of out − t, or + in place of − in the update.",
        "符号：把 out − t 写成了 t − out，或更新时把 − 写成了 +。",
    ),
    "mistake_factor": (
        "factor: The number is off by a factor, such as the 2 of a square or "
        "the ½ before it.",
        "倍数：差一个倍数，例如平方的 2 或前面的 ½。",
    ),
    "mistake_constant_factor": (
        "constant factor: All numbers are off by the same factor.",
        "固定倍数：所有数都差同一倍数。",
    ),
    "mistake_zero": ("zero: The number is not 0.",
        "填了零：此数不为 0。"),
    "mistake_transposed": (
        "transposed: The numbers stand in the other order of rows and columns.",
        "行列颠倒：数字的行与列写反了。",
    ),
    "mistake_entries_in_another_order": (
        "numbers in another order: The numbers are right, but stand in each "
        "other's cells.",
        "顺序写错：数是对的，但填错了格子。",
    ),
    "mistake_rounded": (
        "rounded: The number is right as far as it goes.",
        "取舍过多：所写的位数是对的。",
    ),
    "mistake_l2_penalty": (
        "an L2 penalty too much or too little: The difference is a multiple of "
        "the weight.",
        "多算或漏算 L2 惩罚：差值是权重的倍数。",
    ),
    "mistake_rate_forgotten": (
        "rate forgotten: The update is −η times the gradient.",
        "漏乘学习率：更新量为 −η 乘以梯度。",
    ),
    "mistake_rate_applied_twice": (
        "rate applied twice: The update is −η times the gradient, once.",
        "学习率乘了两次：只应乘一次 η。",
    ),
    "mistake_parameters_not_updated": (
        "parameters not updated: These are the old ones.",
        "参数没有更新：这些是旧参数。",
    ),
    "mistake_whole_numbers": (
        "whole numbers: The update was rounded away.",
        "取了整数：更新量被舍去了。",
    ),
    "mistake_activation_left_out": (
        "activation left out: out is the activation of net, not net itself.",
        "漏用激活函数：out 是 net 经激活函数所得，不是 net 本身。",
    ),
    "mistake_numbers_of_other_parameters": (
        "numbers of other parameters: They belong to the parameters after the "
        "update, or before it.",
        "用错了参数：混淆了更新前与更新后的参数。",
    ),
    "mistake_gradients_not_set_to_zero": (
        "gradients not set to zero: Those of an earlier step are still in it.",
        "梯度没有清零：其中还含有前一步的梯度。",
    ),
    "mistake_gradient_not_summed_over_the_samples": (
        "gradient not summed over the samples: Add the rows of all samples.",
        "梯度未对样本求和：应把各样本相加。",
    ),
    "mistake_adam_without_bias_correction": (
        "Adam without bias correction: Divide m and v by 1 − β^t.",
        "Adam 漏做偏差修正：m 和 v 应除以 1 − β^t。",
    ),
    "mistake_adam_counting_its_steps_from_0": (
        "Adam counting its steps from 0: The first step is t = 1.",
        "Adam 从 0 计步：第一步为 t = 1。",
    ),
    "mistake_adam_with_one_bias_correction": (
        "Adam with one bias correction: Both m and v are divided by 1 − β^t.",
        "Adam 只修正了一个：m 和 v 都应除以 1 − β^t。",
    ),
    "mistake_optimizer_state_not_kept": (
        "optimizer state not kept: m and v go from step to step.",
        "优化器状态丢失：m 和 v 应逐步传递。",
    ),
    "mistake_rule_of_another_optimizer": (
        "rule of another optimizer: Use the one that is given.",
        "用了另一种优化器的规则：应使用题目给出的优化器。",
    ),
    "mistake_epsilon_inside_the_root": (
        "epsilon inside the root: It is added to the root.",
        "ε 放进了根号：应加在根号之外。",
    ),
    "mistake_root_left_out": (
        "root left out: Divide by the root of v.",
        "漏开平方根：应除以 v 的平方根。",
    ),
    "mistake_moving_average_leaves_out_the_current_value": (
        "moving average without the current value: The gradient of this step "
        "belongs into it.",
        "移动平均漏了当前值：应包含本步的梯度。",
    ),
    "mistake_epsilon_added_before_the_bias_correction": (
        "epsilon added before the bias correction: It is added to the root of "
        "the corrected v.",
        "ε 加在偏差修正之前：应加在修正后的 v 的根上。",
    ),
    "mistake_gradient_in_place_of_its_moving_mean": (
        "gradient in place of its moving mean: m belongs there.",
        "用梯度代替了移动平均：此处应为 m。",
    ),
}  # fmt: skip


def phrase_key(name: str) -> str:
    """The key of a mistake's phrase: "mistake_local_derivative_missing"."""
    return "mistake_" + re.sub(r"\W+", "_", name.lower()).strip("_")
