"""How a training ended, and what came of it."""

PHRASES: dict[str, tuple[str, str]] = {
    "ended": (
        "{message} ({iterations}, {seconds} s)",
        "{message}（{iterations}，用时 {seconds} 秒）",
    ),
    "ended_finished": ("finished after {epochs}", "训练完成，共 {epochs}"),
    "ended_stopped early": (
        "no improvement for {waited}, stopped after {epochs}",
        "连续 {waited}没有改善，训练在 {epochs}后提前停止",
    ),
    "ended_interrupted": ("interrupted by the user after {epochs}", "用户在 {epochs}后中断了训练"),
    "ended_diverged": ("{message}", "训练发散：{message}"),
    "restored": (
        "{message}; the parameters of epoch {best} are restored",
        "{message}；参数已恢复为第 {best} 轮次的值",
    ),
    "verdict_classes": (
        "{rows}: accuracy {accuracy}, {right} right (always saying {label}: {baseline}); "
        "loss {loss}",
        "{rows}：准确率 {accuracy}，答对 {right} 行（总是回答 {label}：{baseline}）；损失 {loss}",
    ),
    "verdict_numbers": (
        "{rows}: mean absolute error {error} in units of {target} (always saying {mean}: "
        "{baseline}); {r2}loss {loss}",
        "{rows}：平均绝对误差 {error}，单位同 {target}（总是回答 {mean}：{baseline}）；"
        "{r2}损失 {loss}",
    ),
    "verdict_r2": ("R² {value}; ", "R² {value}；"),
    "next_train": (
        "next: look at {picture}, or: {command} TABLE",
        "下一步：查看 {picture}，或运行 {command} TABLE",
    ),
    "neuron_names": (
        "x₁ is {first}, x₂ is {second}; an output above 0.5 means {label}",
        "x₁ 为 {first}，x₂ 为 {second}；输出值大于 0.5 判为 {label}",
    ),
}  # fmt: skip
