"""Descents, surfaces, numeric derivatives."""

PHRASES: dict[str, tuple[str, str]] = {
    # paths and what is marked on them; {x} is a point as "x = 1, y = 2"
    "path_updates": ("path, {n} updates", "路径，{n} 次更新"),
    "path_update": ("path, 1 update", "路径，1 次更新"),
    "start_at": ("start: {x}, f = {f}", "起点：{x}，f = {f}"),
    "end_at": ("end: {x}, f = {f}", "终点：{x}，f = {f}"),
    "lost_at": ("last point where f is finite: {x}", "函数值有限的最后一点：{x}"),
    "minimum_at": ("minimum: {x}, f = {f}", "极小点：{x}，f = {f}"),
    "maximum_at": ("maximum: {x}, f = {f}", "极大点：{x}，f = {f}"),
    "saddle_at": ("saddle: {x}, f = {f}", "鞍点：{x}，f = {f}"),
    "inflection_at": ("inflection point: {x}, f = {f}", "拐点：{x}，f = {f}"),
    "minimum_all": ("minima", "极小点"),
    "maximum_all": ("maxima", "极大点"),
    "saddle_all": ("saddles", "鞍点"),
    "inflection_all": ("inflection points", "拐点"),
    "flat_all": ("flat points", "平坦的驻点"),
    "flat_at": ("flat point: {x}, f = {f}", "平坦的驻点：{x}，f = {f}"),
    "path_lowest": ("lowest end, from {label}: f = {f}", "最低的终点，来自 {label}：f = {f}"),
    "path_ends": ("ends", "终点"),
    "path_runs_away": ("{label} (runs away)", "{label}（发散）"),
    "path_tangents": ("tangents at its points", "路径各点处的切线"),
    "path_arrows": ("−∇f, its direction alone", "−∇f，只表示方向"),
    # slices
    "slice_at": ("{where}: along {name}, where {fixed}", "{where}：沿 {name} 方向，{fixed}"),
    "slice_here": ("along {name}, where {fixed}", "沿 {name} 方向，{fixed}"),
    "slice_slope": ("∂f/∂{name} = {slope} at {name} = {x}", "{name} = {x} 处 ∂f/∂{name} = {slope}"),
    # values over updates
    "value_above": ("f above {lowest}", "f 超出 {lowest} 的部分"),
    "value_gradient": ("‖∇f‖, 2-norm of the gradient", "‖∇f‖，梯度的 2-范数"),
    "value_precision": ("precision {p}", "精度 {p}"),
    # the numeric derivative
    "difference_tangent": ("tangent: {line}", "切线：{line}"),
    "difference_secant": (
        "through x − h and x + h, h = {h}: slope {slope}",
        "过 x − h 与 x + h 的割线，h = {h}：斜率 {slope}",
    ),
    "difference_exact": ("exact slope at x = {x}: {slope}", "x = {x} 处的精确斜率：{slope}"),
    "difference_kink": (
        "kink at x = {x}: slope {left} on the left, {right} on the right, so no tangent",
        "x = {x} 处是折点：左侧斜率 {left}，右侧斜率 {right}，没有切线",
    ),
    "difference_step": ("h", "步长 h"),
    "difference_error": (
        "error |(f(x+h) − f(x−h)) / 2h − f'(x)|",
        "误差 |(f(x+h) − f(x−h)) / 2h − f'(x)|",
    ),
    "difference_curve": ("error of the central difference", "中心差分的误差"),
    "difference_balance": ("rounding = truncation at h = {h}", "舍入与截断相等：h = {h}"),
    "difference_best": ("least error: {error} at h = {h}", "误差最小：h = {h} 时为 {error}"),
    "difference_this": ("h = {h}: error {error}", "h = {h}：误差 {error}"),
    "difference_rounding": ("rounding: about ε|f| / h", "舍入误差：约 ε|f| / h"),
    "difference_truncation": ("truncation: |f'''| h² / 6", "截断误差：|f'''| h² / 6"),
    "difference_none": ("exact to the last digit", "完全精确，误差为 0"),
}
