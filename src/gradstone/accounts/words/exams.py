"""Phrases of worksheets, of what was made of them, and of what learners get wrong."""

from __future__ import annotations

from gradstone.accounts.words.mistakes import MISTAKES

PHRASES: dict[str, tuple[str, str]] = {
    # Worksheets ----------------------------------------------------------------------------------
    "exam_title": ("Worksheet", "练习卷"),
    "exam_key": ("Answer key", "参考答案"),
    "exam_sheet": ("Worksheet", "练习卷"),
    "exam_head": (
        "One training step of {network}, loss {loss}, optimizer {optimizer} with rate {rate}.",
        "{network} 的一步训练，损失 {loss}，优化器 {optimizer}，学习率 {rate}。",
    ),
    "exam_samples": (
        "{count} samples are one batch; the number in square brackets says which.",
        "{count} 个样本为一个批量；方括号中的数字是样本序号。",
    ),
    "exam_digits": (
        "Write {digits} significant digits, and go on with the numbers you found.",
        "写出 {digits} 位有效数字，并用自己算出的数继续计算。",
    ),
    "exam_old_weights": (
        "All gradients use the old weights; W[i,j] goes from neuron i to neuron j.",
        "所有梯度都用旧权重计算；W[i,j] 从神经元 i 连到神经元 j。",
    ),
    "exam_delta": ("δ of a neuron is ∂E/∂net.", "神经元的 δ 即 ∂E/∂net。"),
    "exam_state": (
        "It is the optimizer's first step: {names} start at 0.",
        "这是优化器的第一步：{names} 从 0 开始。",
    ),
    "exam_blue": ("Fill in the blue cells; all others are locked.",
                  "请填写蓝色单元格，其余已锁定。"),
    "exam_name": ("Name", "姓名"),
    "exam_id": ("Exam", "试卷编号"),
    "exam_given": ("Given", "已知"),
    "exam_forward": ("Forward", "正向传播"),
    "exam_loss": ("Loss", "损失"),
    "exam_backward": ("Backward", "反向传播"),
    "exam_update": ("Update", "更新"),
    "exam_after": ("After the step", "更新之后"),
    "exam_number": ("No.", "题号"),
    "exam_quantity": ("quantity", "量"),
    "exam_meaning": ("meaning", "含义"),
    "exam_value": ("value", "值"),
    "exam_program": ("in the program", "程序中的名称"),
    # Grades --------------------------------------------------------------------------------------
    "grade_head": ("{who}: {points} of {most}", "{who}：{points} / {most}"),
    "grade_changed": (
        "Given numbers were changed (as handed out in brackets): {cells}",
        "已知数被改动（括号内为原数）：{cells}",
    ),
    "grade_first": (
        "First wrong cell: {cell}: {came} came, {wanted} follows from the numbers before it.",
        "第一处错误：{cell}：写的是 {came}，由前面的数应得 {wanted}。",
    ),
    "grade_cause": ("Likely mistake: {name}. {text}", "可能的原因：{name}。{text}"),
    "grade_unknown": ("No known mistake gives this number.", "没有已知的错误会得到这个数。"),
    "grade_other": ("Also wrong: {cell}: {came} came, {wanted} follows",
                    "其他错误：{cell}：写的是 {came}，应得 {wanted}"),
    "grade_carried": ("Right given the earlier numbers (error carried forward): {cells}",
                      "由自己前面的数推得正确（前错不重复扣分）：{cells}"),
    "grade_missing": ("Left blank: {cells}", "空白：{cells}"),
    "grade_unread": ("Could not be read: {cells}", "无法读取：{cells}"),
    "grade_all_right": ("Everything is right.", "全部正确。"),
    "grade_none_wrong": ("Nothing that was written is wrong.", "所写的都没有错。"),
    "class_who": ("who", "姓名"),
    "class_file": ("file", "文件"),
    "class_points": ("marks", "得分"),
    "class_most": ("of", "满分"),
    "class_first": ("first wrong cell", "第一处错误"),
    "class_mistake": ("likely mistake", "可能的原因"),
    "class_remark": ("remark", "备注"),
    "class_changed": ("{count} given numbers changed", "{count} 个已知数被改动"),
    "class_unread": ("{count} cells could not be read", "{count} 个单元格无法读取"),
    "class_frequent": ("Most frequent mistakes", "最常见的错误"),
} | MISTAKES  # fmt: skip
