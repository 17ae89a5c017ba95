"""Nodes: immutable, interned symbols. Equal computations are one node; no numbers here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from math import prod
from typing import Any, NoReturn
from weakref import WeakValueDictionary

import numpy as np

from gradstone.errors import GradstoneError, KindError, TraceError
from gradstone.graph.op import OPS, Op, parted, row
from gradstone.graph.picks import flat, has_arrays, picks

DTYPES = tuple(np.dtype(name) for name in ("bool", "int64", "float32", "float64"))
FEW_BYTES = 4096  # captured arrays up to this size are one node where they are equal
_interned: WeakValueDictionary[tuple[Any, ...], Node] = WeakValueDictionary()
_lock = threading.Lock()
_serial = count()


def _binary(name: str) -> Callable[[Node, Any], Node]:
    return lambda self, other: apply(name, self, other)


def _reflected(name: str) -> Callable[[Node, Any], Node]:
    return lambda self, other: apply(name, other, self)


def _refused(what: str, instead: str) -> Callable[..., NoReturn]:
    def refuse(self: Node, *_: Any, **__: Any) -> NoReturn:
        raise TraceError(what, "a node of a graph came", "a number is wanted", instead)

    return refuse


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Node:
    """One value of a graph: a row of the table applied to nodes. Build nodes with `apply`.

    Attributes:
        op: the row. inputs: its operands. attributes: sorted (name, value) pairs.
        shape: static. dtype: float32, float64, int64 or bool.
        expansion: for a defined row, the same value in other ops; else None.
    """

    op: Op
    inputs: tuple[Node, ...]
    attributes: tuple[tuple[str, Any], ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    expansion: Node | None = None

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def T(self) -> Node:
        """The transpose: all axes in reverse order."""
        return apply("transpose", self)

    def reshape(self, *shape: Any) -> Node:
        """The same entries in another shape; one size may be -1."""
        return apply("reshape", self, shape=shape[0] if len(shape) == 1 else shape)

    def astype(self, dtype: Any) -> Node:
        """The same values in another dtype."""
        return apply("cast", self, dtype=dtype)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Node:
        """Sum over all axes, or those given."""
        return apply("sum", self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Node:
        """Mean over all axes, or those given."""
        return apply("mean", self, axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Node:
        """Largest entry over all axes, or those given."""
        return apply("max", self, axis=axis, keepdims=keepdims)

    def __getitem__(self, index: Any) -> Node:
        return _picked(self, index) if has_arrays(index) else apply("slice", self, index=index)

    def __repr__(self) -> str:
        return f"<{self.op.name} {self.shape} {self.dtype}>"

    __add__, __radd__ = _binary("add"), _reflected("add")
    __sub__, __rsub__ = _binary("subtract"), _reflected("subtract")
    __mul__, __rmul__ = _binary("multiply"), _reflected("multiply")
    __truediv__, __rtruediv__ = _binary("divide"), _reflected("divide")
    __pow__, __rpow__ = _binary("power"), _reflected("power")
    __matmul__, __rmatmul__ = _binary("matmul"), _reflected("matmul")
    __lt__, __gt__ = _binary("less"), _binary("greater")
    __le__, __ge__ = _binary("less_equal"), _binary("greater_equal")

    def __neg__(self) -> Node:
        return apply("negate", self)

    def __abs__(self) -> Node:
        return apply("absolute", self)

    __eq__ = _refused("==", "Write gs.equal(a, b).")
    __ne__ = _refused("!=", "Write gs.equal(a, b) and gs.where.")
    __hash__ = object.__hash__
    __bool__ = _refused("if / and / or / not", "Write gs.where(condition, a, b).")
    __float__ = __int__ = __index__ = _refused(
        "float() or int()", "A traced function has no numbers; use gs functions throughout."
    )
    __len__ = _refused("len()", "Write x.shape[0].")
    __iter__ = _refused("iteration", "Index it: x[0], x[1]; or use whole-array functions.")
    __contains__ = _refused("in", "Write gs.equal(a, b).")
    __setitem__ = _refused("x[…] = …", "Nodes do not change; build a new value with gs.where.")
    __array__ = _refused("np.array()", "Use gs functions; they work on arrays and on nodes.")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Node:
        if method != "__call__" or options:
            raise TraceError(
                f"np.{ufunc.__name__}", f"{method} or options came", "a plain call is wanted"
            )
        name = {"negative": "negate", "abs": "absolute"}.get(ufunc.__name__, ufunc.__name__)
        return apply(name, *inputs)

    def __array_function__(self, function: Any, _: Any, inputs: Any, options: Any) -> Node:
        name = {"dot": "matmul", "amax": "max"}.get(function.__name__, function.__name__)
        stacked = function is np.dot and any(getattr(one, "ndim", 0) > 2 for one in inputs)
        if stacked or name in ("pad", "size", "take"):
            wanted = f"gs.{name} is wanted, which means something else"
            raise TraceError(f"np.{function.__name__}", "a node of a graph came", wanted)
        return apply(name, *inputs, **options)


class Captured:
    """An array that a graph uses without having it as an input; kept as it was."""

    __slots__ = ("array",)

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.array = array.copy()
        self.array.flags.writeable = False


def intern(
    op: Op,
    inputs: tuple[Node, ...],
    attributes: Mapping[str, Any],
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    key: Any = None,
) -> Node:
    """The one node of this row, these inputs and these attributes."""
    pairs = tuple(sorted(attributes.items()))
    identity = (op.name, id(op), tuple(map(id, inputs)), shape, dtype.char, key or pairs)
    with _lock:
        found = _interned.get(identity)
    if found is not None:
        return found
    expansion = op.expand(*inputs, **attributes) if op.expand else None
    made = Node(op, inputs, pairs, shape, dtype, expansion)
    with _lock:
        return _interned.setdefault(identity, made)


def input_node(shape: tuple[int, ...], dtype: Any) -> Node:
    """A fresh symbol: a value that is given when the graph runs."""
    attributes = {"serial": next(_serial)}
    return intern(OPS["input"], (), attributes, tuple(shape), np.dtype(dtype))


def constant(value: Any, dtype: Any = None) -> Node:
    """A number, by dtype and bits, or an array captured as it is now."""
    array = np.asarray(value)
    dtype = np.dtype(dtype) if dtype is not None else known_dtype(array)
    array = array.astype(dtype, copy=False)
    if array.ndim == 0:
        bits = (dtype.char, array.tobytes())
        return intern(OPS["constant"], (), {"value": array[()]}, (), dtype, bits)
    return captured(array)


def captured(array: np.ndarray[Any, Any]) -> Node:
    """An array beside the graph, of any shape: graphs alike but for it are one program."""
    key = ("captured", array.dtype.char, array.tobytes()) if array.nbytes <= FEW_BYTES else None
    kept = {"value": Captured(array)}
    return intern(OPS["constant"], (), kept, array.shape, array.dtype, key)


def known_dtype(array: np.ndarray[Any, Any]) -> np.dtype[Any]:
    """The graph's dtype for an array's: itself, or the nearest that holds it."""
    dtype: np.dtype[Any] = array.dtype.newbyteorder("=")
    if dtype in DTYPES:
        return dtype
    if array.dtype.kind in "iu":
        return np.dtype(np.int64)
    if array.dtype == np.float16:
        return np.dtype(np.float32)
    wanted = "bool, int64, float32 or float64 is wanted"
    raise KindError("dtype", f"{array.dtype} came", wanted, "Convert with .astype(float).")


def _promoted(op: Op, values: tuple[Any, ...]) -> list[Node]:
    """Operands as nodes of one dtype; Python numbers take the dtype of the others."""
    numbers = (bool, int, float)
    given = [v if isinstance(v, (Node, *numbers)) else constant(v) for v in values]
    shared = [v for i, v in enumerate(given) if i not in op.exact]
    dtype = _shared_dtype(op, shared) if shared else None
    nodes = []
    for i, value in enumerate(given):
        wanted = None if i in op.exact else dtype
        if not isinstance(value, Node):
            nodes.append(constant(value, wanted))
        else:
            same = wanted is None or value.dtype == wanted
            nodes.append(value if same else apply("cast", value, dtype=wanted))
    return nodes


def _shared_dtype(op: Op, shared: list[Any]) -> np.dtype[Any]:
    found = np.result_type(*(v.dtype if isinstance(v, Node) else v for v in shared))
    dtype = known_dtype(np.empty(0, found))
    if op.accepts == "float" and dtype.kind in "bi":
        return np.dtype(np.float64)
    return np.dtype(np.int64) if op.accepts == "number" and dtype.kind == "b" else dtype


def _picked(x: Node, index: Any) -> Node:
    """x[…] with arrays of whole numbers in it: the axes they pick from become one axis."""
    found = picks(index, x.ndim)
    whole = all(part == slice(None) for part in found.plain)
    x = x if whole else apply("slice", x, index=found.plain)
    x = x if found.order is None else apply("transpose", x, order=found.order)
    start, stop = found.axis, found.axis + len(found.indices)
    sizes = x.shape[start:stop]
    x = x if len(sizes) == 1 else x.reshape(*x.shape[:start], prod(sizes), *x.shape[stop:])
    known = not any(isinstance(one, Node) for one in found.indices)
    place = flat(found.indices, sizes) if known else _flat(found.indices, sizes)
    return apply("take", x, place, axis=start)


def _flat(indices: tuple[Any, ...], sizes: tuple[int, ...]) -> Node:
    """One index from one for each axis; what is outside of its axis is outside of them all."""
    total, parts = prod(sizes), []
    for i, (one, size) in enumerate(zip(indices, sizes, strict=True)):
        if isinstance(one, Node):
            below = apply("where", one < -size, total, one + size)
            one = apply("where", one < size, apply("where", one < 0, below, one), total)
        else:
            one = flat((one,), (size,))
        stride = prod(sizes[i + 1 :])
        parts.append(one if stride == 1 else one * stride)
    place: Node = sum(parts[1:], parts[0])
    return place


def apply(name: str, /, *inputs: Any, **attributes: Any) -> Node:
    """The node of a row applied to nodes, numbers and arrays.

    Args:
        name: the row's name.
        inputs: nodes; Python numbers (weak: they take the dtype of the others); arrays
            (captured).
        attributes: as the row's function takes them.

    Raises:
        UnknownNameError: no such row. ShapeError, KindError: operands that do not fit.
    """
    op = row(name)
    operands, attributes = parted(op, inputs, attributes)
    try:
        nodes = _promoted(op, operands)
        kept = op.normal(*nodes, **attributes) if op.normal else attributes
        shape, dtype = op.result(*nodes, **kept)
        hash(tuple(kept.values()))
    except (TypeError, ValueError) as error:
        if isinstance(error, GradstoneError):
            raise
        raise KindError(name, str(error), "other arguments are wanted") from error
    return intern(op, tuple(nodes), kept, shape, dtype)
