"""What several commands say, mostly at their end."""

PHRASES: dict[str, tuple[str, str]] = {
    "comma": (", ", "、"),
    "saved_in": ("saved in {folder}: {files}", "已保存到 {folder}：{files}"),
    "saved_as": ("saved as {files}", "已保存为 {files}"),
    "next": ("next: {command}", "下一步：{command}"),
    "epoch": ("{count} epoch", "{count} 轮"),
    "epochs": ("{count} epochs", "{count} 轮"),
    "iteration": ("{count} iteration", "{count} 次迭代"),
    "iterations": ("{count} iterations", "{count} 次迭代"),
    "test_row": ("{count} test row", "测试集 {count} 行"),
    "test_rows": ("{count} test rows", "测试集 {count} 行"),
}
