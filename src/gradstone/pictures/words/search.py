"""Learning-rate finder, sweeps and tuning."""

PHRASES: dict[str, tuple[str, str]] = {
    # The learning-rate finder
    "rate_title": ("Learning-rate range test: {title}", "学习率范围测试：{title}"),
    "rate_raw": ("loss of each batch", "每个小批量的损失"),
    "rate_median": (
        "loss of each batch, median of {trainings} trainings",
        "每个小批量的损失，{trainings} 次训练的中位数",
    ),
    "rate_smoothed": ("exponential average", "指数滑动平均"),
    "rate_suggestion": ("suggestion {rate}", "建议值 {rate}"),
    "rate_lowest": ("lowest at {rate}", "最低点 {rate}"),
    "rate_too_large": ("too large", "过大"),
    "rate_axis": ("learning rate (rises with each update)", "学习率（每次更新后增大）"),
    "rate_found": ("suggested learning rate: {rate}", "建议的学习率：{rate}"),
    "rate_none": (
        "no learning rate can be suggested: the loss never fell while the rate rose from {first} "
        "to {last}",
        "无法给出建议：学习率从 {first} 升到 {last}，损失始终没有下降",
    ),
    "rate_try_lower": ("Try a lower --lowest.", "请把 --lowest 调小再试。"),
    "rate_try_higher": (
        "Try a higher --highest, or more --steps.",
        "请把 --highest 调大，或增加 --steps 再试。",
    ),
    "rate_try_data": (
        "Scale the inputs, or try another network.",
        "请先对输入做标准化，或换一个网络。",
    ),
    "rate_why": (
        "The smoothed loss fell from {high} to {low} and was lowest at the rate {lowest}; a tenth "
        "of that is suggested, because at the lowest point itself training is about to break "
        "down.",
        "平滑后的损失从 {high} 降到 {low}，在学习率 {lowest} 处最低；建议取它的十分之一，"
        "因为在最低点处训练已接近失稳。",
    ),
    "rate_why_unfinished": (
        "The smoothed loss fell from {high} to {low}, at the rate {lowest}; a tenth of that is "
        "suggested.",
        "平滑后的损失从 {high} 降到 {low}（学习率 {lowest} 处）；建议取该学习率的十分之一。",
    ),
    "rate_steep": (
        "It fell fastest around {rate}.",
        "损失在学习率 {rate} 附近下降最快。",
    ),
    "rate_diverged": (
        "At {rate} it was four times its lowest or no longer finite: too large.",
        "到 {rate} 时，损失已达最低值的四倍或不再是有限数：学习率过大。",
    ),
    "rate_unfinished": (
        "It was still falling at the highest rate tried, {rate}: larger rates may be better; try "
        "a higher --highest.",
        "到试过的最大学习率 {rate} 时损失仍在下降，更大的学习率可能更好；可调大 --highest。",
    ),
    # Sweeps
    "sweep_title": ("{choice} varied: {title}", "只改变{choice}：{title}"),
    "sweep_loss": ("training loss", "训练损失"),
    "sweep_line": (
        "line: median of {seeds} seeds; band: all of them",
        "线：{seeds} 个随机种子的中位数；色带：全部种子的范围",
    ),
    "sweep_accuracy": ("accuracy at the end", "最终准确率"),
    "sweep_r2": ("R² at the end", "最终 R²"),
    "sweep_median": ("{rows}, median", "{rows}，中位数"),
    "sweep_seed": ("{rows}, each seed", "{rows}，各个种子"),
    "value_full": ("all", "全部"),
    "value_none": ("none", "无"),
    "sweep_head_value": ("value", "取值"),
    "sweep_head_loss": ("training loss", "训练损失"),
    "sweep_head_loss_worst": ("worst", "最差"),
    "sweep_head_fitted": ("training {measure}", "训练集{measure}"),
    "sweep_head_held_out": ("held-out {measure}", "留出集{measure}"),
    "sweep_head_held_out_worst": ("worst", "最差"),
    "sweep_head_steps": ("updates", "更新次数"),
    "sweep_head_seconds": ("seconds", "秒"),
    "sweep_head_diverged": ("diverged", "发散"),
    "sweep_medians": (
        "medians of {seeds} seeds; seconds of one training, compiling included",
        "均为 {seeds} 个随机种子的中位数；秒数为一次训练的用时，含编译",
    ),
    "sweep_best": (
        "best median of the held-out {measure}: {figure} with {choice} {value}",
        "留出集{measure}的中位数最高为 {figure}，此时{choice}为 {value}",
    ),
    "sweep_losses_differ": (
        "The losses measure different things: compare the {measure}.",
        "不同的损失含义不同，数值不可比：请比较{measure}。",
    ),
    # Choices, of sweeps and of tuning
    "choice_hidden": ("hidden neurons", "隐藏层神经元数"),
    "choice_layers": ("hidden layers", "隐藏层数"),
    "choice_activation": ("activation", "激活函数"),
    "choice_optimizer": ("optimizer", "优化器"),
    "choice_learning-rate": ("learning rate", "学习率"),
    "choice_batch-size": ("batch size", "批量大小"),
    "choice_epochs": ("epochs", "训练轮数"),
    "choice_loss": ("loss", "损失函数"),
    "choice_head": ("output activation", "输出层激活函数"),
    "choice_initial": ("initial weights", "权重初始化"),
    "choice_dropout": ("dropout", "随机失活（dropout）比例"),
    "choice_l2": ("L2 penalty", "L2 正则化系数"),
    "choice_scaling": ("scaling of the inputs", "输入缩放"),
    "choice_stretch": ("stretch of every other input", "部分输入的放大倍数"),
    "choice_size": ("size of the set", "数据集大小"),
    "choice_noise": ("noise", "噪声"),
    # Tuning
    "tune_trial": ("trial", "试验序号"),
    "tune_loss": ("validation loss", "验证损失"),
    "tune_complete": ("complete", "完成"),
    "tune_pruned": ("pruned", "提前剪除"),
    "tune_best_line": ("best so far", "迄今最好"),
    "tune_best_one": ("best, trial {number}", "最好：第 {number} 次试验"),
    "tune_history": ("{title}: the search, trial by trial", "{title}：逐次试验的搜索过程"),
    "tune_importance": ("{title}: importance of each choice", "{title}：各项选择的重要性"),
    "tune_importance_axis": ("importance (all together: 1)", "重要性（合计为 1）"),
    "tune_choices": ("{title}: every trial, by each choice", "{title}：全部试验按各项选择展开"),
    "choice_width": ("neurons in layer {number}", "第 {number} 层神经元数"),
    "tune_none": (
        "no trial was complete: try more --trials, or lower learning rates in --rates",
        "没有一次试验完成：请增加 --trials，或在 --rates 中取更小的学习率",
    ),
    "tune_kept": (
        "trials kept in the study {study}: {count}; the same command goes on with it",
        "已保留研究 {study} 中的 {count} 次试验；再次运行同一命令即可继续",
    ),
    "tune_counts": (
        "trials in the study {study}: {all}, of them {complete} complete, {pruned} pruned",
        "研究 {study} 共有 {all} 次试验：完成 {complete} 次，提前剪除 {pruned} 次",
    ),
    "tune_best": (
        "best, trial {number}: {network}, {optimizer} at learning rate {rate}, batch size {batch}, "
        "epochs: {epochs}; validation loss {loss}, {measure} {figure}",
        "最好的是第 {number} 次试验：{network}，优化器 {optimizer}，学习率 {rate}，"
        "批量大小 {batch}，{epochs} 轮；验证损失 {loss}，{measure} {figure}",
    ),
    "tune_test_accuracy": (
        "trained anew on all {training} training rows; on {rows} test rows accuracy {figure} "
        "(always saying {label}: {baseline}), loss {loss}",
        "用全部 {training} 个训练样本重新训练；在 {rows} 个测试样本上准确率 {figure}"
        "（总是回答 {label}：{baseline}），损失 {loss}",
    ),
    "tune_test_r2": (
        "trained anew on all {training} training rows; on {rows} test rows R² {figure}, "
        "loss {loss}",
        "用全部 {training} 个训练样本重新训练；在 {rows} 个测试样本上 R² 为 {figure}，损失 {loss}",
    ),
    "tune_title": ("Tuning: {title}", "超参数搜索：{title}"),
    "tune_repeat": ("To train it again", "重新训练的命令"),
    "tune_saved": ("The trained network is in {folder}.", "训练好的网络在 {folder} 中。"),
    "tune_table": ("The best trials", "最好的试验"),
    "tune_pictures": ("The search", "搜索过程"),
    "tune_rough": (
        "The importance says how much each choice decided whether a trial was among the best "
        "tenth (PED-ANOVA, Watanabe et al. 2023); below some 50 complete trials it is rough.",
        "重要性表示各项选择在多大程度上决定一次试验能否进入最好的十分之一（PED-ANOVA，"
        "Watanabe 等，2023）；完成的试验少于约 50 次时只是粗略估计。",
    ),
    "tune_too_few": (
        "The importance of each choice is told from {count} complete trials on.",
        "完成 {count} 次试验之后才给出各项选择的重要性。",
    ),
    "tune_facts": ("What was searched", "搜索设置"),
    "tune_fact_data": ("data", "数据"),
    "tune_fact_rows": ("rows", "样本"),
    "tune_rows": (
        "{training} for training, of which {watched} are only watched in a trial; {test} for the "
        "test, which no trial saw",
        "训练 {training} 个，其中 {watched} 个在试验中只用于验证；测试 {test} 个，任何试验都未用到",
    ),
    "tune_fact_space": ("choices", "搜索范围"),
    "tune_fact_study": ("study", "研究"),
    "tune_fact_storage": ("storage", "存储"),
    "tune_fact_seed": ("seed", "随机种子"),
    "tune_fact_command": ("command", "命令"),
    "tune_head_trial": ("trial", "试验"),
    "tune_head_loss": ("validation loss", "验证损失"),
    "tune_head_measure": ("validation {measure}", "验证集{measure}"),
    "tune_head_hidden": ("hidden neurons", "隐藏层神经元数"),
    "tune_head_seconds": ("seconds", "秒"),
}
