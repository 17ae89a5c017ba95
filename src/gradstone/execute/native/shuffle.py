"""The orders of rows, made where they are used: Philox4x32-10 and Fisher–Yates as vector code.

Word for word what data/philox.py and data/batches.py define: key = (seed mod 2³², seed div 2³²),
counter = (block, step, stream, purpose), word w = output w mod 4 of block w div 4. Several
blocks run side by side in the lanes, each word in a 64-bit lane whose upper half is ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradstone.execute.native import ir
from gradstone.execute.native.host import Host
from gradstone.execute.native.lanes import INT32, INT64, Value
from gradstone.execute.native.loops import index, loop

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
LOW = 0xFFFFFFFF
VOID, POINTER = ir.VoidType(), INT32.as_pointer()


@dataclass(frozen=True, slots=True)
class Stream:
    """Where words come from: i64 values; seed may use all 64 bits, the others 32."""

    seed: Value
    purpose: Value
    stream: Value
    step: Value


def words_per_round(host: Host) -> int:
    """Arrays that `emit_draws` fills are written in multiples of this many words."""
    return 4 * host.lanes("float64")


def emit_draws(
    builder: ir.IRBuilder,
    host: Host,
    stream: Stream,
    target: Value,
    count: Value,
    bound: Callable[[Value], Value],
) -> None:
    """target[w] = (word w · bound(w)) div 2³² as int32, for w below count rounded up.

    `bound` maps a vector of word numbers to a vector of limits, each at most 2³².
    """
    lanes = host.lanes("float64")
    kind = ir.VectorType(INT64, lanes)
    keys = _keys(builder, stream.seed, kind)

    def body(first: Value, _: list[Value]) -> list[Value]:
        block = builder.lshr(first, index(2))
        blocks = builder.add(_spread(builder, block, kind), ir.Constant(kind, list(range(lanes))))
        fixed = [_spread(builder, w, kind) for w in (stream.step, stream.stream, stream.purpose)]
        words = _philox(builder, [blocks, *fixed], keys)
        four = builder.shl(blocks, _all(kind, 2))
        drawn = [
            _below(builder, w, bound(builder.add(four, _all(kind, q)))) for q, w in enumerate(words)
        ]
        _store(builder, drawn, target, first)
        return []

    loop(builder, 0, count, 4 * lanes, body)


def _all(kind: ir.Type, number: int) -> Value:
    return ir.Constant(kind, [number] * kind.count)


def _spread(b: ir.IRBuilder, scalar: Value, kind: ir.Type) -> Value:
    first = b.insert_element(ir.Constant(kind, ir.Undefined), scalar, ir.Constant(INT32, 0))
    zeros = ir.Constant(ir.VectorType(INT32, kind.count), [0] * kind.count)
    return b.shuffle_vector(first, first, zeros)


def _keys(b: ir.IRBuilder, seed: Value, kind: ir.Type) -> list[tuple[Value, Value]]:
    """The two key words of each round; they stay in registers through the loop."""
    low, high = b.and_(seed, index(LOW)), b.lshr(seed, index(32))

    def key(word: Value, step: int) -> Value:
        return _spread(b, b.add(word, index(step)), kind)

    return [(key(low, KEY_STEPS[0] * r), key(high, KEY_STEPS[1] * r)) for r in range(ROUNDS)]


def _philox(b: ir.IRBuilder, counter: list[Value], keys: list[tuple[Value, Value]]) -> list[Value]:
    x, y, z, w = counter
    kind = x.type
    low, half = _all(kind, LOW), _all(kind, 32)
    for k, m in keys:
        # Only the factors need clean upper halves: this is the form of one multiply instruction.
        p = b.mul(b.and_(x, low), _all(kind, MULTIPLIERS[0]))
        q = b.mul(b.and_(z, low), _all(kind, MULTIPLIERS[1]))
        x, y, z, w = (
            b.xor(b.xor(b.lshr(q, half), y), k),
            q,
            b.xor(b.xor(b.lshr(p, half), w), m),
            p,
        )
    return [x, y, z, w]


def _below(b: ir.IRBuilder, word: Value, limit: Value) -> Value:
    kind = word.type
    return b.lshr(b.mul(b.and_(word, _all(kind, LOW)), limit), _all(kind, 32))


def _store(b: ir.IRBuilder, drawn: list[Value], target: Value, first: Value) -> None:
    """Words 0 … 3 of each block next to each other."""
    kind = drawn[0].type
    half = _all(kind, 32)
    pairs = [b.or_(drawn[i], b.shl(drawn[i + 1], half)) for i in (0, 2)]
    order = [n // 2 + (n % 2) * kind.count for n in range(2 * kind.count)]
    places = ir.Constant(ir.VectorType(INT32, len(order)), order)
    mixed = b.shuffle_vector(pairs[0], pairs[1], places)
    place = b.bitcast(b.gep(target, [first]), mixed.type.as_pointer())
    b.store(mixed, place, align=4)


def define_permutation(module: ir.Module, host: Host, name: str = "permutation") -> ir.Function:
    """void permutation(order, places, size, seed, epoch, purpose): int32 arrays of `size`.

    `places` is scratch; both arrays have room for `size` rounded up to `words_per_round`.
    """
    kind = ir.FunctionType(VOID, [POINTER, POINTER, INT64, INT64, INT64, INT64])
    function = ir.Function(module, kind, name)
    order, places, size, seed, epoch, purpose = function.args
    for array in (order, places):
        array.add_attribute("noalias")
    b = ir.IRBuilder(function.append_basic_block("entry"))
    emit_draws(
        b,
        host,
        Stream(seed, purpose, epoch, index(0)),
        places,
        size,
        lambda w: b.add(w, _all(w.type, 1)),
    )
    _emit_count(b, host, order, size)
    _emit_swaps(b, order, places, size)
    b.ret_void()
    return function


def _emit_count(b: ir.IRBuilder, host: Host, order: Value, size: Value) -> None:
    """Count up from 0: order = 0, 1, 2 and so on."""
    lanes = host.lanes("float32")
    kind = ir.VectorType(INT32, lanes)

    def body(i: Value, _: list[Value]) -> list[Value]:
        numbers = b.add(_spread(b, b.trunc(i, INT32), kind), ir.Constant(kind, list(range(lanes))))
        b.store(numbers, b.bitcast(b.gep(order, [i]), kind.as_pointer()), align=4)
        return []

    loop(b, 0, size, lanes, body)


def _emit_swaps(b: ir.IRBuilder, order: Value, places: Value, size: Value) -> None:
    """for i from size − 1 down to 1: swap order[i] and order[places[i]]."""

    def body(done: Value, _: list[Value]) -> list[Value]:
        i = b.sub(size, done)
        here = b.gep(order, [i], inbounds=True)
        j = b.zext(b.load(b.gep(places, [i], inbounds=True)), INT64)
        there = b.gep(order, [j], inbounds=True)
        mine, other = b.load(here), b.load(there)
        b.store(other, here)
        b.store(mine, there)
        return []

    loop(b, 1, size, 1, body)
