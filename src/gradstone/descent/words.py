"""What a descent is told in, English and 中文 side by side: key -> (English, 中文)."""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.language import Language, Phrases, numbered

PHRASES: dict[str, tuple[str, str]] = {
    # statuses
    "converged": ("converged", "已收敛"),
    "saddle": ("saddle", "鞍点"),
    "maximum": ("maximum", "极大点"),
    "plateau": ("plateau", "平坦区"),
    "oscillating": ("oscillating", "振荡"),
    "diverged": ("diverged", "发散"),
    "not converged": ("not converged", "未收敛"),
    "interrupted": ("interrupted", "已中断"),
    "minimum": ("minimum", "极小点"),
    "flat": ("flat stationary point", "平坦的驻点"),
    # what came of it
    "is_converged": (
        "Converged: after {n} the gradient's norm {g} is below {p}, and f curves upwards "
        "({bent}): a minimum, as far as its surroundings tell.",
        "已收敛：经过 {n}，梯度的范数 {g} 低于{p}，且函数在此向上弯曲（{bent}）："
        "就其附近而言是极小点。",
    ),
    "is_saddle": (
        "A saddle, not a minimum: after {n} the gradient's norm {g} is below {p}, yet f falls in "
        "some direction from there ({bent}).",
        "是鞍点，不是极小点：经过 {n}，梯度的范数 {g} 低于{p}，但函数沿某些方向仍然下降"
        "（{bent}）。",
    ),
    "is_inflection": (
        "A saddle in one dimension, that is an inflection point, not a minimum: after {n} the "
        "slope {g} is below {p}, yet f falls further beyond it ({bent}).",
        "是一维的鞍点，即水平拐点，不是极小点：经过 {n}，斜率 {g} 低于{p}，"
        "但越过该点函数继续下降（{bent}）。",
    ),
    "is_maximum": (
        "A maximum, not a minimum: after {n} the gradient's norm {g} is below {p}, and f curves "
        "downwards ({bent}). A gradient of 0 gives no way to go; start beside it.",
        "是极大点，不是极小点：经过 {n}，梯度的范数 {g} 低于{p}，而函数向下弯曲（{bent}）。"
        "梯度为 0 时没有前进方向，请从旁边出发。",
    ),
    "is_plateau": (
        "A plateau, not a minimum: after {n} the gradient's norm {g} is below {p} because f is "
        "nearly flat there ({bent}; on the path up to {most}). Start elsewhere, or try a smaller "
        "precision and a larger rate.",
        "是平坦区，不是极小点：经过 {n}，梯度的范数 {g} 低于{p}，只是因为函数在那里几乎是平的"
        "（{bent}；路径上最大为 {most}）。请换一个起点，或用更小的精度与更大的学习率。",
    ),
    "is_valley": (
        "Flat in some direction: after {n} the gradient's norm {g} is below {p}, and f does not "
        "fall nearby, but there is no curvature along some direction ({bent}), so second "
        "derivatives do not tell a minimum from a flat stretch.",
        "沿某个方向是平的：经过 {n}，梯度的范数 {g} 低于{p}，附近函数不再下降，"
        "但沿某个方向没有曲率（{bent}），所以二阶导数分不清这里是极小点还是平坦的一段。",
    ),
    "is_oscillating": (
        "Oscillates: after {n} the last steps keep returning to points where the descent was "
        "before; the gradient's norm stays {g}.",
        "振荡：经过 {n}，最后的若干步总是回到先前的点；梯度的范数停留在 {g}。",
    ),
    "is_grown": (
        "Diverged: after {n} f = {f} and |x| = {size}, one of them a million-fold "
        "what it was.",
        "发散：经过 {n}，f = {f}，|x| = {size}，其中之一已增大到百万倍。",
    ),
    "is_lost": (
        "Diverged: after {n} the descent left the points where f and its gradient are finite "
        "numbers{why}. The path up to there is kept.",
        "发散：经过 {n}，下降离开了函数及其梯度取有限值的范围{why}。到此为止的路径已保留。",
    ),
    "is_not_converged": (
        "Not converged: after {n} the gradient's norm is {g}, not below {p}; the end is no "
        "minimum yet.",
        "未收敛：经过 {n}，梯度的范数为 {g}，未低于{p}；终点还不是极小点。",
    ),
    "is_interrupted": (
        "Interrupted after {n}, so this is no verdict: the gradient's norm is {g} so far, not "
        "below {p}.",
        "经过 {n}，下降被中断，所以这里不是结论：目前梯度的范数为 {g}，尚未低于{p}。",
    ),
    "is_interrupted_endless": (
        "Interrupted after {n}, so this is no verdict: the gradient's norm is {g} so far.",
        "经过 {n}，下降被中断，所以这里不是结论：目前梯度的范数为 {g}。",
    ),
    "left": (
        "Interrupted: {done} of {n} descents were begun, the last of them did not end.",
        "已中断：{n} 次下降中只开始了 {done} 次，最后一次没有做完。",
    ),
    "updates": ("{n} updates", "{n} 次更新"),
    "update": ("1 update", "1 次更新"),
    "precision": ("the precision {p}", "精度 {p}"),
    "rounding": ("the level of rounding", "舍入误差的水平"),
    # why
    "factor_one": (
        "Near the minimum each update multiplies the distance by 1 − rate · f'' = "
        "1 − {rate} · {bent} = {factor}: {character}.",
        "在极小点附近，"
        "每次更新把距离乘以 1 − 学习率 · f'' = 1 − {rate} · {bent} = {factor}：{character}。",
    ),
    "factor_several": (
        "Near the minimum each update multiplies the distance by 1 − rate · λ, from {steep} along "
        "the steepest direction (λ = {high}) to {level} along the flattest (λ = {low}): "
        "{character}.",
        "在极小点附近，每次更新把距离乘以 1 − 学习率 · λ：沿最陡方向为 {steep}（λ = {high}），"
        "沿最平方向为 {level}（λ = {low}）：{character}。",
    ),
    "factor_momentum": (
        "With momentum {beta} the distance shrinks near the minimum by {factor} an update, on "
        "average (spectral radius; λ from {low} to {high}): {character}.",
        "动量为 {beta} 时，在极小点附近距离平均每次更新乘以 {factor}（谱半径；"
        "λ 从 {low} 到 {high}）：{character}。",
    ),
    "grows_turning": (
        "it grows and changes sides, outwards in a zig-zag",
        "距离增大且左右交替，呈向外扩大的之字形",
    ),
    "turns": ("it changes sides and neither grows nor shrinks", "左右交替，既不增大也不减小"),
    "shrinks_turning": (
        "it shrinks and changes sides, hence the zig-zag",
        "距离减小并左右交替，所以是之字形",
    ),
    "shrinks_across": (
        "it shrinks, in a zig-zag along the steepest direction",
        "距离减小，沿最陡方向呈之字形",
    ),
    "at_once": ("one update is enough", "一次更新即可到达"),
    "shrinks": ("it shrinks from one side", "从一侧逐渐接近"),
    "shrinks_slowly": ("it shrinks from one side, very slowly", "从一侧接近，但非常缓慢"),
    "nearer": ("it shrinks", "距离减小"),
    "no_newton": (
        "Newton's method finds no point with f' = 0 from there.",
        "从终点出发的牛顿法找不到 f' = 0 的点。",
    ),
    "grows": ("it grows", "距离增大"),
    "stays": ("it stays", "距离不变"),
    "expected": (
        "At that pace the gradient falls from {first} to {p} in ln({p} / {first}) / ln {factor} "
        "= {count}, so about {n}.",
        "按此速度，梯度从 {first} 降到 {p} 需要 ln({p} / {first}) / ln {factor} = {count}，"
        "即约 {n}。",
    ),
    "further": ("At that pace about {n} more would be needed.", "按此速度大约还需要 {n}。"),
    "observed": (
        "Observed: the last steps were multiplied by {ratio} each.",
        "实际观察到：最后几步，每步的步长都乘以 {ratio}。",
    ),
    "local": (
        "The factor holds near the minimum only; elsewhere f'' is another.",
        "该因子只在极小点附近成立；在别处 f'' 不同。",
    ),
    "bounds_one": (
        "Rates below 2 / f'' = {largest} converge near the minimum; the best there is "
        "1 / f'' = {best}.",
        "在极小点附近，学习率小于 2 / f'' = {largest} 时收敛；最佳为 1 / f'' = {best}。",
    ),
    "bounds_several": (
        "Rates below 2 / λ = {largest} converge near the minimum; the best there is "
        "2 / (λ + λ') = {best}, from the largest and the smallest eigenvalue.",
        "在极小点附近，学习率小于 2 / λ = {largest} 时收敛；"
        "由最大与最小特征值得最佳为 2 / (λ + λ') = {best}。",
    ),
    "bounds_momentum": (
        "With this momentum rates below {largest} converge near the minimum; the best there is "
        "about {best}.",
        "在此动量下，极小点附近学习率小于 {largest} 时收敛；最佳约为 {best}。",
    ),
    "adaptive": (
        "{name} scales every step by the gradients it has seen, so no single factor tells how "
        "fast it comes nearer.",
        "{name} 按见过的梯度缩放每一步，所以没有单一的因子说明接近的快慢。",
    ),
    "decay": (
        "Weight decay pulls towards 0, so the descent comes to rest where the gradient is not 0.",
        "权重衰减把点拉向 0，所以下降停在梯度不为 0 的地方。",
    ),
    "curvature": (
        "Eigenvalues of the Hessian: {values}; condition number {condition}.",
        "海森矩阵的特征值：{values}；条件数 {condition}。",
    ),
    "curvature_mixed": ("Eigenvalues of the Hessian: {values}.", "海森矩阵的特征值：{values}。"),
    "newton": (
        "For reference, Newton's method from {origin} finds f' = 0 at {x}, f = {f} ({nature}), "
        "{distance} away.",
        "作为参考，从{origin}出发的牛顿法找到 f' = 0 的点 {x}，f = {f}（{nature}），"
        "距离 {distance}。",
    ),
    "from_end": ("the end", "终点"),
    "from_lowest": ("the lowest point of the path", "路径的最低点"),
    "wrong_gradient": (
        "The gradient that was followed has norm {followed} here, f's own {own}: the end is not "
        "stationary, the gradient is not that of f. gs.audit says what is wrong with it.",
        "所用梯度在此处的范数为 {followed}，而 f 自己的梯度为 {own}：终点不是驻点，"
        "所给梯度不是 f 的梯度。"
        "用 gs.audit 可查出错误。",
    ),
    "kink": (
        "The slope jumps within the last step: a kink, which no constant rate settles on. Let the "
        "rate fall, as with gs.step_decay.",
        "斜率在最后一步内跳变：这里是折点，固定的学习率无法停在上面。请让学习率递减，"
        "例如 gs.step_decay。",
    ),
    "below": (
        "f fell on and on along the path, which met no minimum.",
        "函数沿路径不断下降，没有遇到极小点。",
    ),
    "several": (
        "The lowest end is that from {start}: f = {f} at {x} ({status}). Whether some other point "
        "lies lower still, descents do not tell.",
        "最低的终点来自 {start}：f = {f}，在 {x}（{status}）。是否还有更低的点，下降法不能回答。",
    ),
    "none_ended": ("No descent ended at a finite value.", "没有一次下降以有限值结束。"),
    "result": ("{status}: {done}, {x}, f = {f}", "{status}：{done}，{x}，f = {f}"),
    # how a formula was read
    "note_log": (
        "log is the natural logarithm, as ln; lg is that to base 10.",
        "log 是自然对数，与 ln 相同；lg 以 10 为底。",
    ),
    "note_implicit": (
        "A factor after a quotient multiplies it: 1/2x is (1/2)·x. Write 1/(2x) for the other.",
        "商后面的因子与商相乘：1/2x 即 (1/2)·x。另一种意思请写 1/(2x)。",
    ),
}  # fmt: skip


_PHRASES = Phrases("gradstone.descent", ("words",))


def said(key: str, language: Language = "en", **gaps: object) -> str:
    """The phrase of a key with its gaps filled."""
    return _PHRASES.said(key, language, **gaps)


def figure(value: float, digits: int = 6) -> str:
    """A number with a proper minus, zero without one.

    >>> figure(-0.25), figure(-0.0), figure(1e-9)
    ('−0.25', '0', '1e−09')
    """
    text = f"{abs(value):.{digits}g}".replace("-", "−")
    return f"−{text}" if value < 0 else text


def how_many(count: int, noun: str = "number") -> str:
    """How many came.

    >>> how_many(1), how_many(2, "formula")
    ('1 number came', '2 formulas came')
    """
    return f"{numbered(count, noun)} came"


def one_each(names: Sequence[str]) -> str:
    """One for each of some names.

    >>> one_each(["x"]), one_each(["x", "y"])
    ('1 is wanted, for x', '2 are wanted, for x, y')
    """
    verb = "is" if len(names) == 1 else "are"
    return f"{len(names)} {verb} wanted, for {', '.join(names)}"


def point(names: Sequence[str], x: Sequence[float], digits: int = 9) -> str:
    """A point by the names of its entries, the middle of many left out.

    >>> point(["x", "y"], [1.0, -2.0])
    'x = 1, y = −2'
    """
    told = [f"{name} = {figure(one, digits)}" for name, one in zip(names, x, strict=True)]
    return ", ".join(told if len(told) <= 8 else [*told[:4], "…", *told[-2:]])
