"""What is said while something goes on."""

PHRASES: dict[str, tuple[str, str]] = {
    "epoch_of": ("epoch {epoch}/{epochs}", "轮次 {epoch}/{epochs}"),
    "update_of": ("update {count}", "第 {count} 次更新"),
    "measure_loss": ("loss", "损失"),
    "measure_accuracy": ("accuracy", "准确率"),
    "measure_r2": ("R²", "R²"),
    "measure_mae": ("absolute error", "平均绝对误差"),
    "measure_validation_loss": ("validation loss", "验证损失"),
    "measure_validation_accuracy": ("validation accuracy", "验证准确率"),
    "measure_validation_r2": ("validation R²", "验证 R²"),
    "measure_validation_mae": ("validation absolute error", "验证平均绝对误差"),
    "grid": ("loss on a grid", "在网格上计算损失"),
    "descent": ("f {value}  |gradient| {norm}", "f {value}  |梯度| {norm}"),
    "widths_trained": ("{done}/{all} widths trained", "已训练 {done}/{all} 种宽度"),
    "widths_trained_noisy": (
        "noisy set, {done}/{all} widths trained",
        "含噪数据，已训练 {done}/{all} 种宽度",
    ),
    "drawn": ("{file} drawn", "已绘制 {file}"),
    "best_so_far": (
        "best so far: loss {loss}, trial {number}",
        "迄今最好：损失 {loss}，第 {number} 次试验",
    ),
}
