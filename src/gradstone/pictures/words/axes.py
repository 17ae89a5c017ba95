"""What axes and legends of many pictures say."""

PHRASES: dict[str, tuple[str, str]] = {
    "epoch": ("epoch", "轮次（epoch）"),
    "iteration": ("iteration", "迭代次数"),
    "update": ("update", "更新次数"),
    "loss": ("loss", "损失"),
    "accuracy": ("accuracy", "准确率"),
    "training": ("training", "训练集"),
    "validation": ("validation", "验证集"),
    "test": ("test", "测试集"),
    "held_out": ("held out", "留出集"),
    "learning_rate": ("learning rate", "学习率"),
    "gradient": ("gradient", "梯度"),
    "weight": ("weight", "权重"),
    "bias": ("bias", "偏置"),
    "class": ("class {name}", "类别 {name}"),
    "probability": ("probability", "概率"),
    "path": ("path", "路径"),
    "start": ("start", "起点"),
    "end": ("end", "终点"),
    "minimum": ("minimum", "极小点"),
}
