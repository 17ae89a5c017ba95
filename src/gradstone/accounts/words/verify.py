"""What recomputing an account came to."""

PHRASES: dict[str, tuple[str, str]] = {
    "verify_ok": (
        "ok: {lines} lines recomputed, from the full numbers to 1e-12 and from the printed ones "
        "to {digits} digits",
        "正确：已重新计算 {lines} 行，用完整数值算得一致到 1e-12，用所印数值算得一致到 {digits} 位",
    ),
    "verify_one": ("wrong: 1 finding in {lines} lines", "有误：{lines} 行中发现 1 处"),
    "verify_many": (
        "wrong: {count} findings in {lines} lines",
        "有误：{lines} 行中发现 {count} 处",
    ),
    "verify_more": ("and {count} more", "另有 {count} 处"),
}
