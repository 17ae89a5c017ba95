"""README.md, the page in the folder of a run."""

PHRASES: dict[str, tuple[str, str]] = {
    "page": (
        """# A run of Gradstone {version}

    {command}

{title}: {network}, trained on {rows} rows{watched}
with the loss {loss} and {optimizer}, seed {seed};
{message}.

**{verdict}.** Training never saw the test rows.

{files}

## The last epoch

{last}

The training loss is the mean over the epoch's batches, each before its update.{units}

## From Python

```python
{example}```

`run.fit(X, y, epochs=5)` trains on; `run.parameters["W1"]` is a NumPy array.

## From the command line

    {predict} TABLE.csv

{columns}
""",
        """# Gradstone {version} 的一次训练

    {command}

{title}：{network}，训练数据 {rows} 行{watched}，
损失函数 {loss}，优化器 {optimizer}，随机种子 {seed}；
{message}。

**{verdict}。** 训练从未用到测试集。

{files}

## 最后一个轮次

{last}

训练损失是该轮次各批量损失的平均值，每个损失都在更新之前计算。{units}

## 在 Python 中使用

```python
{example}```

`run.fit(X, y, epochs=5)` 可继续训练；`run.parameters["W1"]` 是 NumPy 数组。

## 在命令行中使用

    {predict} TABLE.csv

{columns}
""",
    ),
    "page_file": ("* `{file}`: {what}", "* `{file}`：{what}"),
    "page_last": ("* {name}: {value}", "* {name}：{value}"),
    "page_no_epoch": ("No epoch was finished.", "没有完成任何轮次。"),
    "page_drawn": (
        "{name} ({size} points, noise {noise}, seed {seed})",
        "{name}（{size} 个点，噪声 {noise}，随机种子 {seed}）",
    ),
    "page_watched": (
        " ({share} % of them only watched, as validation)",
        "（其中 {share} % 只用于验证）",
    ),
    "page_units": (
        "\nLoss, R² and mean absolute error above are of the standardised target,\n"
        "({target} {mean}) / {scale}.",
        "\n以上损失、R² 和平均绝对误差均针对标准化后的目标值\n（{target} {mean}）/ {scale}。",
    ),
    "page_pixels": (
        "The table needs the columns `pixel_0_0` … `pixel_7_7` (row, column), from 0 (white)\n"
        "to 16 (ink).",
        "表格须含 `pixel_0_0` … `pixel_7_7` 各列（行号、列号），取值从 0（白）到 16（墨色）。",
    ),
    "page_column": (
        "The table needs the column {names}; others are ignored.",
        "表格须含 {names} 列，其余各列不起作用。",
    ),
    "page_columns": (
        "The table needs the columns {names}; others are ignored.",
        "表格须含 {names} 各列，其余各列不起作用。",
    ),
    "page_and": (" and ", " 和 "),
    "page_others": (
        "The table needs the columns of the training table but the target, in any order; others\n"
        "are ignored.",
        "表格须含训练表中除目标列以外的各列，次序任意，其余各列不起作用。",
    ),
    "what_model.safetensors": (
        "the network, its weights, the optimizer's state and how the columns of a table become "
        "inputs",
        "网络、权重、优化器状态，以及表格各列如何变成输入",
    ),
    "what_history.json": ("loss and metrics of each epoch", "各轮次的损失与指标"),
    "what_loss.png": ("the same as a picture", "同上，画成图"),
    "what_confusion.png": (
        "which class was taken for which, on the test rows",
        "测试集上各类别被判为哪一类",
    ),
    "what_regions.png": (
        "which class the network takes each point of the plane for, and how surely",
        "网络把平面上各点判为哪一类，把握多大",
    ),
    "what_fit.png": (
        "the data with what the network said of it before training and says now",
        "数据，以及网络在训练前和训练后的输出",
    ),
    "what_predictions.png": (
        "predicted against true values, on the test rows",
        "测试集上预测值与真实值的对照",
    ),
    "what_samples.png": (
        "test images with what the network says; mistakes first, in orange",
        "测试图像与网络的回答，答错的在前，用橙色标出",
    ),
    "what_report.html": (
        "all of it as one page, with what is wrong and the next step in numbers",
        "以上全部内容合成一页，并指出问题，逐个数值给出下一步更新",
    ),
    "what_README.md": ("this page", "本页"),
}
