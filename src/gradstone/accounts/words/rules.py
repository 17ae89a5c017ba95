"""What derivatives do, in words."""

PHRASES: dict[str, tuple[str, str]] = {
    "rule_add": ("A sum passes the gradient that comes in on unchanged to each term.",
                 "加法节点把传入的梯度原样传给每个加数。"),
    "rule_multiply": ("A product passes on the gradient that comes in times the other factor.",
                      "乘法节点传出：传入的梯度 × 另一个因数。"),
    "rule_divide": ("A quotient passes on the gradient divided by the denominator.",
                    "除法节点把传入的梯度除以分母后传出。"),
    "rule_maximum": ("A maximum passes the gradient to the larger operand only.",
                     "取最大值的节点只把梯度传给较大的一个。"),
    "rule_minimum": ("A minimum passes the gradient to the smaller operand only.",
                     "取最小值的节点只把梯度传给较小的一个。"),
    "rule_max": ("A maximum passes the gradient to the largest entry; ties share it.",
                 "取最大值的节点把梯度传给最大的元素，并列时平分。"),
    "rule_sum": ("A sum passes the gradient that comes in on unchanged to each entry.",
                 "求和节点把传入的梯度原样传给每个元素。"),
    "rule_matmul": ("A matrix product passes on the gradient times the other matrix, transposed.",
                    "矩阵乘法传出：传入的梯度乘以另一个矩阵的转置。"),
    "no_gradient": ("The row is flat wherever it has a slope, so no gradient passes back.",
                    "该函数处处平坦，没有梯度可以传回。"),
}  # fmt: skip
