"""Phrases of the workbook."""

PHRASES: dict[str, tuple[str, str]] = {
    # Sheets and what they do ---------------------------------------------------------------------
    "excel_sheet_start": ("Start", "说明"),
    "excel_sheet_inputs": ("Inputs", "输入"),
    "excel_sheet_forward": ("Forward", "正向"),
    "excel_sheet_backward": ("Backward", "反向"),
    "excel_sheet_update": ("Update", "更新"),
    "excel_sheet_check": ("Check", "核对"),
    "excel_sheet_numeric": ("Numeric", "数值梯度"),
    "excel_sheet_iterations": ("Iterations", "迭代"),
    "excel_sheet_differs": ("Mistakes", "常见错误"),
    "excel_sheet_terms": ("Terms", "术语"),
    "excel_lead_start": (
        "Every number in this workbook is a formula. Change a yellow cell and all of it follows.",
        "本工作簿中的每个数都是公式：改动任一黄色单元格，全部结果随之重算。",
    ),
    "excel_lead_inputs": (
        "The yellow cells may be changed; every other sheet follows them.",
        "黄色单元格可以修改，其他工作表都随之重算。",
    ),
    "excel_lead_forward": (
        "From the inputs to the loss: each value with its formula, the numbers put in, and the "
        "result.",
        "从输入到损失：每个值都列出公式、代入的数值和结果。",
    ),
    "excel_lead_backward": (
        "From the loss back to every weight: gradient coming in × local derivative; several "
        "routes add.",
        "从损失回到每个权重：传入的梯度 × 局部导数；有多条路径时相加。",
    ),
    "excel_lead_update": (
        "The new parameters, and the forward pass with them. All gradients used the old ones.",
        "新参数，以及用新参数再做一次正向传播。所有梯度都用旧参数计算。",
    ),
    "excel_lead_check": (
        "Do the cells agree with Gradstone's own numbers, and have inputs been changed since?",
        "单元格的结果与 Gradstone 的数是否一致？输入是否改动过？",
    ),
    "excel_lead_numeric": (
        "Each parameter moved by ±h, the whole forward pass again: (E₊ − E₋) / 2h beside the "
        "gradient. Folded columns: Review, Unprotect Sheet (no password), then +.",
        "每个参数移动 ±h，重做整个正向传播：(E₊ − E₋) / 2h 与梯度对照。"
        "展开折叠的列：审阅 → 撤消工作表保护（无密码），再点 +。",
    ),
    "excel_lead_iterations": (
        "One row is one step: its parameters are the update of the row above. Folded columns: "
        "Review, Unprotect Sheet (no password), then +.",
        "一行是一步：参数由上一行更新而来。展开折叠的列：审阅 → 撤消工作表保护（无密码），再点 +。",
    ),
    "excel_lead_differs": (
        "If your number differs, look for it under “if you have”: what each known mistake makes of "
        "the inputs as delivered, and the first number that it changes.",
        "若你的数不同，请在“如果你得到”一列中查找：各种常见错误在原始输入下得到的数，"
        "以及它最先改变的量。",
    ),
    "excel_lead_terms": ("One term for one thing, in both languages.", "一事一词，中英对照。"),
    # Headings ------------------------------------------------------------------------------------
    "excel_head_yours": ("if you have", "如果你得到"),
    "excel_head_right": ("right", "正确值"),
    "excel_head_mistake": ("likely mistake", "可能的错误"),
    "excel_head_name": ("name", "名称"),
    "excel_head_synonyms": ("in other books", "其他说法"),
    "excel_head_meaning": ("meaning", "含义"),
    "excel_head_path": ("from → to", "从 → 到"),
    "excel_head_value": ("value", "值"),
    "excel_head_code": ("in the program", "程序中的名称"),
    "excel_head_line": ("line", "行"),
    "excel_head_quantity": ("quantity", "量"),
    "excel_head_formula": ("formula", "公式"),
    "excel_head_put_in": ("numbers put in", "代入数值"),
    "excel_head_delivered": ("Gradstone's number", "Gradstone 的数"),
    "excel_head_difference": ("difference", "差"),
    "excel_head_verdict": ("verdict", "结论"),
    "excel_head_remark": ("remark", "备注"),
    "excel_head_now": ("now", "现在"),
    "excel_head_changed": ("changed", "已改动"),
    "excel_head_moved": ("moved by", "移动"),
    "excel_head_moved_value": ("moved value", "移动后的值"),
    "excel_head_loss": ("E", "E"),
    "excel_head_numeric": ("numeric gradient", "数值梯度"),
    "excel_head_backward": ("gradient by backward pass", "反向传播的梯度"),
    "excel_head_relative": ("relative difference", "相对误差"),
    # Bars ----------------------------------------------------------------------------------------
    "excel_bar_F": ("Forward pass", "正向传播"),
    "excel_bar_L": ("Loss", "损失"),
    "excel_bar_B": ("Backward pass", "反向传播"),
    "excel_bar_P": ("Paths", "路径"),
    "excel_bar_U": ("Update", "更新"),
    "excel_bar_A": ("After the step", "更新之后"),
    "excel_bar_samples": ("Samples and targets", "样本与目标值"),
    "excel_bar_parameters": ("Parameters", "参数"),
    "excel_bar_settings": ("Settings", "设置"),
    "excel_bar_fixed": ("Given by Gradstone, not computed here", "由 Gradstone 给出，此处不计算"),
    "excel_bar_arrays": ("The same numbers as arrays", "同样的数，按数组排列"),
    "excel_bar_inputs": ("Inputs now and as delivered", "现在的输入与交付时的输入"),
    "excel_bar_of": ("{bar}: {which}", "{bar}：{which}"),
    "excel_meaning_of": ("{meaning}, {which}", "{meaning}，{which}"),
    "excel_all_samples": ("all samples", "全部样本"),
    "excel_of_sample": ("sample {number}", "样本 {number}"),
    # Meanings ------------------------------------------------------------------------------------
    "excel_meaning_input": ("input", "输入"),
    "excel_meaning_target": ("target", "目标值"),
    "excel_meaning_weight": ("weight", "权重"),
    "excel_meaning_bias": ("bias", "偏置"),
    "excel_meaning_rate": ("learning rate", "学习率"),
    "excel_meaning_number": ("steps made before", "此前的步数"),
    "excel_meaning_mask": ("dropout: 1/(1 − rate), or 0", "随机失活：1/(1 − 比率)，或 0"),
    "excel_meaning_state": ("optimizer: state before the step", "优化器：更新前的状态"),
    "excel_meaning_setting": ("optimizer: setting", "优化器：设置"),
    "excel_meaning_step": ("check step of Numeric", "数值梯度的差分步长"),
    # Words in cells ------------------------------------------------------------------------------
    "excel_ok": ("ok", "正确"),
    "excel_differs": ("differs", "不一致"),
    "excel_changed": ("inputs changed", "输入已改动"),
    "excel_constant": ("constant", "常数"),
    "excel_kink": ("kink", "折点"),
    "excel_not_finite": ("not a finite number", "不是有限数"),
    "excel_no_formula": (
        "Gradstone's number: this has no formula for cells, so it does not follow changes.",
        "Gradstone 给出的数：没有单元格公式，不随改动重算。",
    ),
    "excel_number_wanted": ("A number, please", "请输入数字"),
    "excel_number_wanted_long": (
        "Only numbers can be computed with. A formula that gives a number is fine, too.",
        "这里只能输入数字，也可以输入结果为数字的公式。",
    ),
    # Check ---------------------------------------------------------------------------------------
    "excel_inputs_changed": ("inputs changed", "改动过的输入"),
    "excel_lines_ok": ("lines that agree with Gradstone", "与 Gradstone 一致的行"),
    "excel_lines_differ": ("lines that differ", "不一致的行"),
    "excel_lines_constant": ("lines without a formula", "没有公式的行"),
    "excel_largest_difference": ("largest difference", "最大的差"),
    "excel_gradients_ok": ("gradients proved by Numeric", "数值梯度证实的梯度"),
    "excel_gradients_not": ("gradients that Numeric contradicts", "与数值梯度不符的梯度"),
    "excel_verdict": ("Verdict", "结论"),
    "excel_verdict_ok": (
        "ok: every cell agrees with Gradstone's numbers",
        "正确：每个单元格都与 Gradstone 的数一致",
    ),
    "excel_verdict_changed": (
        "inputs changed: Gradstone's numbers no longer apply; Numeric proves the gradients",
        "输入已改动：Gradstone 的数不再适用，请看“数值梯度”的验证",
    ),
    "excel_verdict_wrong": ("differs: see the rows marked so", "不一致：见标出的行"),
    # Start ---------------------------------------------------------------------------------------
    "excel_outcome_before": ("E before the step", "更新前的 E"),
    "excel_outcome_after": ("E after the step", "更新后的 E"),
    "excel_how": ("How to use it", "使用方法"),
    "excel_how_1": (
        "Go to Inputs and change a yellow cell: a weight, a sample, the rate.",
        "打开“输入”，改动一个黄色单元格：权重、样本或学习率。",
    ),
    "excel_how_2": (
        "Read Forward, Backward and Update from top to bottom: formula, numbers put in, value. "
        "Click a value to see its formula made of names.",
        "从上到下阅读“正向”“反向”“更新”：公式、代入数值、结果。点击结果可看到由名称组成的公式。",
    ),
    "excel_how_3": (
        "Check says whether the cells agree with Gradstone. After a change Gradstone's numbers "
        "turn grey.",
        "“核对”说明单元格是否与 Gradstone 一致。改动之后，Gradstone 的数变灰。",
    ),
    "excel_how_4": (
        "The sheets are protected without a password, so that no formula is lost by accident: "
        "Review, Unprotect Sheet.",
        "工作表已保护（无密码），以免误删公式：审阅 → 撤消工作表保护。",
    ),
    "excel_sheets": ("Sheets", "工作表"),
    "excel_legend": ("Colours", "颜色"),
    "excel_example": ("0.5", "0.5"),
    "excel_legend_input": ("may be changed", "可以修改"),
    "excel_legend_value": ("a formula on other cells", "由其他单元格计算的公式"),
    "excel_legend_constant": (
        "a number of Gradstone that does not follow changes",
        "由 Gradstone 给出的数，不随改动重算",
    ),
    "excel_notes": ("Left out", "未包含"),
    "excel_slice": (
        "The step has too many numbers for a workbook. Live are the lines of the document; what "
        "they are computed from stands in grey on Inputs, given by Gradstone.",
        "这一步的数太多，放不进工作簿。文档中的各行可重算；它们所用的其他数在“输入”中以灰色给出。",
    ),
    "excel_constants": (
        "Some lines have no formula for cells and stand in grey: they do not follow changes, nor "
        "does that part of what is computed from them.",
        "有些行没有单元格公式，以灰色给出：它们不随改动重算，由它们算出的结果也只部分重算。",
    ),
    "excel_no_numeric": (
        "No sheet Numeric: there are too many parameters, or numbers without a formula.",
        "没有“数值梯度”：参数太多，或有些数没有公式。",
    ),
    "excel_no_iterations": (
        "No sheet Iterations: the step is too large for one row, draws at random, or has numbers "
        "without a formula.",
        "没有“迭代”：一步放不进一行，含随机抽取，或有些数没有公式。",
    ),
    "excel_chart_title": ("Loss by step", "损失随步数的变化"),
    "excel_chart_along": ("step k", "步数 k"),
    "excel_chart_up": ("E", "E"),
}  # fmt: skip
