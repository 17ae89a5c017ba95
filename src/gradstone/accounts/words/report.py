"""Phrases of the page that a training run leaves."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str]] = {
    "report_title": ("A training run: {title}", "一次训练：{title}"),
    "report_verdict_classes": (
        "{rows} test rows: accuracy {accuracy} %, {right} right; always saying {label}: "
        "{baseline} %.",
        "测试数据 {rows} 行：准确率 {accuracy} %，答对 {right} 行；"
        "总是回答 {label} 则为 {baseline} %。",
    ),
    "report_verdict_numbers": (
        "{rows} test rows: mean absolute error {error} in units of {target}; always saying the "
        "mean, {mean}: {baseline}.",
        "测试数据 {rows} 行：平均绝对误差 {error}（单位同 {target}）；"
        "总是回答平均值 {mean} 则为 {baseline}。",
    ),
    "report_finished": ("finished after {epochs} epochs", "{epochs} 个轮次后完成"),
    "report_stopped": ("stopped early after {epochs} epochs", "{epochs} 个轮次后提前停止"),
    "report_interrupted": ("interrupted after {epochs} epochs", "{epochs} 个轮次后被用户中断"),
    "report_diverged": (
        "the loss diverged after {epochs} whole epochs", "{epochs} 个完整轮次后损失发散"),
    "report_facts": ("What was trained", "训练内容"),
    "report_curves": ("Loss and metric, epoch by epoch", "各轮次的损失与指标"),
    "report_learned": ("What the network makes of the data", "网络对数据的理解"),
    "report_drawn": (
        "{name} ({set}: {size} points, noise {noise}, seed {seed})",
        "{name}（{set}：{size} 个点，噪声 {noise}，种子 {seed}）",
    ),
    "report_test": ("On rows that training never saw", "训练未见过的数据"),
    "report_samples": ("Test images with what the network says", "测试图像与网络的回答"),
    "report_rows": ("Some rows one by one", "逐行举例"),
    "report_health": ("Health of the run", "训练状况"),
    "report_step": ("The next step, number by number", "下一步训练，逐个数值"),
    "report_step_why": (
        "What training would do next, told for sample {sample} of the batch.",
        "接着训练的下一步，以该批量的第 {sample} 个样本为例。",
    ),
    "report_step_wrong": (
        "What training would do next, told for sample {sample} of the batch, which the network "
        "still gets wrong.",
        "接着训练的下一步，以该批量的第 {sample} 个样本为例，网络对它的判断仍是错的。",
    ),
    "report_fine": (
        "No sign of vanishing or exploding gradients, dead, saturated or equal neurons, a rate "
        "that is too large, or overfitting.",
        "未见梯度消失或爆炸、失活、饱和或相同的神经元、学习率过大或过拟合的迹象。",
    ),
    "report_data": ("data", "数据"),
    "report_split": ("rows", "行数"),
    "report_split_told": (
        "{training} to train on, {watched} of them only watched as validation; {test} to test on",
        "训练 {training}，其中 {watched} 行只用于验证；测试 {test}",
    ),
    "report_inputs": ("inputs", "输入"),
    "report_target": ("target", "目标值"),
    "report_classes": ("classes", "类别"),
    "report_network": ("network", "网络"),
    "report_parameters": ("parameters", "参数个数"),
    "report_loss": ("loss", "损失"),
    "report_optimizer": ("optimizer", "优化器"),
    "report_rate": ("learning rate", "学习率"),
    "report_batch": ("batch size", "批量大小"),
    "report_epochs": ("epochs", "轮次"),
    "report_seed": ("seed", "随机种子"),
    "report_dtype": ("dtype", "数据类型"),
    "report_ended": ("how it ended", "结束方式"),
    "report_command": ("command", "命令"),
    "report_row": ("test row", "测试行"),
    "report_true": ("true", "真实值"),
    "report_predicted": ("predicted", "预测值"),
    "report_probability": ("probability", "概率"),
    "report_error": ("difference", "差"),
    "report_right": ("right", "正确"),
    "report_wrong": ("wrong", "错误"),
    "report_images": ("input", "输入图像"),
    "report_more": ("{shown} and {count} more", "{shown} 等，另有 {count} 个"),
    "report_loss_picture": (
        "Curves of the loss and the metric over the epochs, training and validation",
        "训练与验证的损失及指标随轮次的变化曲线",
    ),
    "report_confusion_picture": (
        "A matrix: which class of the test rows was taken for which",
        "混淆矩阵：测试数据的各类别被判为哪一类",
    ),
    "report_predictions_picture": (
        "Predicted against true values of the test rows",
        "测试数据的预测值与真实值对照图",
    ),
    "report_regions_picture": (
        "Decision regions over the two features, with the points and those taken for another class",
        "两个特征平面上的决策区域、数据点与判错的点",
    ),
    "report_fit_picture": (
        "The data with what the network says of it, before and after training",
        "数据与网络在训练前、训练后的输出",
    ),
    "report_samples_picture": (
        "Images of the test rows with predictions, mistakes first",
        "测试图像及其预测，错误的在前",
    ),
}  # fmt: skip
