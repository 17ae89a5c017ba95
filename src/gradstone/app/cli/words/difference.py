"""The numeric derivative beside the exact one."""

PHRASES: dict[str, tuple[str, str]] = {
    "value_at": ("f({x}) = {value} at {x} = {at}", "在 {x} = {at} 处 f({x}) = {value}"),
    "central": ("central difference with h = {h}: {central}", "中心差分，h = {h}：{central}"),
    "exact": ("exact derivative: {slope}", "精确导数：{slope}"),
    "error": ("error: {error}", "误差：{error}"),
    "tangent": ("tangent: {line}", "切线：{line}"),
    "kink": (
        "a kink: slope {left} to the left, {right} to the right, so f has no derivative there; the "
        "one above is what the rules of its parts give",
        "这里是折点：左侧斜率 {left}，右侧斜率 {right}，f 在此不可导；"
        "上面的导数只是按各部分的求导规则得到的值",
    ),
    "head_difference": ("difference", "差分"),
    "head_error": ("error", "误差"),
    "least_error": ("least error: {error} at h = {h}", "误差最小：h = {h} 时为 {error}"),
}
