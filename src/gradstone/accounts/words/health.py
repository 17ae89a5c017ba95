"""Phrases on a run: which step of it is told, and what is wrong with it."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str]] = {
    "run_step": (
        "Step {step} of the run, counted from 0: the one that training would do next, on the "
        "first {count} rows of epoch {epoch}.",
        "这是该训练的第 {step} 步（从 0 数起），也就是接着训练时的下一步，"
        "使用第 {epoch} 轮次最先的 {count} 行。",
    ),
    "run_losses": (
        "Its loss is {wide} here, in float64, and {own} as the run computes it, in {dtype}: "
        "{difference} apart.",
        "这里用 float64 算得损失 {wide}，训练用 {dtype} 算得 {own}，两者相差 {difference}。",
    ),
    "run_logged": (
        "The mean loss of the last epoch, {epoch}, was {loss}.",
        "最后一个轮次（第 {epoch} 轮次）的平均损失为 {loss}。",
    ),
    "section_health": ("Health of the run", "训练状况"),
    "health_vanishing": (
        "Vanishing gradient: on the way back from layer {last} to layer {layer} the error terms "
        "shrink to {ratio} of their size, so layer {layer} hardly learns.",
        "梯度消失：误差项从第 {last} 层传回第 {layer} 层后，只剩原来的 {ratio} 倍，"
        "第 {layer} 层几乎学不到东西。",
    ),
    "health_exploding": (
        "Exploding gradient: on the way back from layer {last} to layer {layer} the error terms "
        "grow to {ratio} times their size, so one rate cannot suit both layers.",
        "梯度爆炸：误差项从第 {last} 层传回第 {layer} 层后，增大到原来的 {ratio} 倍，"
        "同一个学习率无法适合这两层。",
    ),
    "health_dead": (
        "Layer {layer}: {count} of {width} neurons pass no gradient for any of {rows} training "
        "rows; such dead neurons learn no more.",
        "第 {layer} 层：{width} 个神经元中有 {count} 个对 {rows} 行训练数据都不传递梯度，"
        "这些神经元已经失活，不再学习。",
    ),
    "health_saturated": (
        "Layer {layer}: {share} % of the outputs are saturated, that is, pass less than a "
        "hundredth of the gradient that {activation} can pass.",
        "第 {layer} 层：{share} % 的输出处于饱和，即传递的梯度不到 {activation} "
        "所能传递的百分之一。",
    ),
    "health_twins": (
        "Layer {layer}: {count} of {width} neurons have the same incoming weights as another one "
        "and so compute the same; different initial weights set them apart.",
        "第 {layer} 层：{width} 个神经元中有 {count} 个与另一个的连入权重相同，"
        "因此计算结果也相同；不同的初始权重才能把它们区分开。",
    ),
    "health_diverged": (
        "The loss diverged in epoch {epoch}: most likely the rate {rate} is too large; try a "
        "tenth of it.",
        "损失在第 {epoch} 轮次发散：很可能是学习率 {rate} 过大，可改用它的十分之一。",
    ),
    "health_oscillating": (
        "The loss oscillates: it rose in {rises} of the last {epochs} epochs and stays at "
        "{share} % of that of the first one, so the steps at rate {rate} are too large.",
        "损失在振荡：最近 {epochs} 个轮次中有 {rises} 个轮次上升，停留在第一轮次的 {share} %，"
        "说明学习率 {rate} 下的步长过大。",
    ),
    "health_rising": (
        "The loss rose from {least} in epoch {epoch} to {loss} at the end: the rate {rate} is too "
        "large for where training has come.",
        "损失从第 {epoch} 轮次的 {least} 升到最后的 {loss}：学习率 {rate} 对当前阶段来说过大。",
    ),
    "health_majority": (
        "An accuracy of {accuracy} % is not clearly better than always saying the most frequent "
        "class, which is right in {baseline} %.",
        "准确率 {accuracy} % 并不明显优于总是猜最常见的类别，后者的准确率为 {baseline} %。",
    ),
    "health_mean": (
        "An R² of {r2} is not clearly better than always saying the mean of the targets.",
        "R² 为 {r2}，并不明显优于总是回答目标值的平均值。",
    ),
    "health_overfitting": (
        "Overfitting: since epoch {epoch} the validation loss has risen by {share} %, from {least} "
        "to {loss}, while the training loss still fell from {before} to {after} (means of {count} "
        "epochs). Fewer epochs, early stopping, weight decay or more rows would help.",
        "过拟合：从第 {epoch} 轮次起，验证损失由 {least} 升到 {loss}，上升 {share} %，"
        "而训练损失仍由 {before} 降到 {after}（均为 {count} 个轮次的平均）。"
        "可减少轮次、使用早停或权重衰减，或增加数据。",
    ),
}  # fmt: skip
