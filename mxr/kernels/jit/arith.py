"""Conversions between the types of generated code, remainders, floor division, integer powers."""

from __future__ import annotations

from .builder import FLOAT, SIZE, Builder, Val, mangled


def cast(b: Builder, a: Val, old: str, new: str) -> Val:
    """C's conversion; floats beyond an integer's range and nan give the smallest int32/int64, as on x86."""
    old, new = held(old), held(new)
    if old == new:
        return a
    if old == "i1":
        return b.convert("zext", a, new)
    if old in FLOAT and new in FLOAT:
        return b.convert("fpext" if SIZE[new] > SIZE[old] else "fptrunc", a, new)
    if old in FLOAT:
        wide = "i64" if new == "i64" else "i32"
        name = f"llvm.fptosi.sat.{mangled(wide, a.lanes)}"
        value = b.call(name, a, ty=wide)
        bits = 8 * SIZE[wide]
        inside = b.cmp("olt", a, b.const(2.0 ** (bits - 1), old))
        value = b.select(inside, value, b.const(-(1 << (bits - 1)), wide))
        return value if wide == new else b.convert("trunc", value, new)
    unsigned = old in ("u8", "bool")
    if new in FLOAT:
        return b.convert("uitofp" if unsigned else "sitofp", a, new)
    if SIZE[new] == SIZE[old]:
        return Val(a.ref, new, a.lanes, a.depth)
    if SIZE[new] < SIZE[old]:
        return b.convert("trunc", a, new)
    return b.convert("zext" if unsigned else "sext", a, new)


def held(ty: str) -> str:
    return "f64" if ty in ("wi", "wf") else ty


def float_mod(b: Builder, x: Val, y: Val) -> Val:
    zero = b.const(0, x.ty)
    r = b.library("fmod", x, y)
    wrong = b.op("xor", b.cmp("olt", r, zero), b.cmp("olt", y, zero))
    wrong = b.op("and", wrong, b.cmp("one", r, zero))
    r = b.select(wrong, b.add(r, y), r)
    return b.select(b.cmp("oeq", y, zero), zero, r)


def float_floor_divide(b: Builder, x: Val, y: Val) -> Val:
    """NumPy's: the quotient of x less its remainder, rounded; nan for an infinite x; x/y for a zero divisor."""
    zero, one = b.const(0, x.ty), b.const(1, x.ty)
    r = b.library("fmod", x, y)
    q = b.div(b.sub(x, r), y)
    wrong = b.op("xor", b.cmp("olt", r, zero), b.cmp("olt", y, zero))
    q = b.select(b.op("and", wrong, b.cmp("one", r, zero)), b.sub(q, one), q)
    floor = b.call("llvm.floor", q)
    floor = b.select(b.cmp("ogt", b.sub(q, floor), b.const(0.5, x.ty)), b.add(floor, one), floor)
    plain = b.div(x, y)
    floor = b.select(b.cmp("oeq", q, zero), b.call("llvm.copysign", zero, plain), floor)
    return b.select(b.cmp("oeq", y, zero), plain, floor)


def int_division(b: Builder, op: str, ty: str, x: Val, y: Val) -> Val:
    """Floor division and its remainder; 0 for a zero divisor. Division by -1 never reaches the CPU (it may trap)."""
    zero, one = b.const(0, x.ty), b.const(1, x.ty)
    by_zero = b.cmp("eq", y, zero)
    if ty in ("u8", "bool"):
        safe = b.select(by_zero, one, y)
        return b.select(by_zero, zero, b.op("urem" if op == "mod" else "udiv", x, safe))
    minus = b.cmp("eq", y, b.const(-1, x.ty))
    safe = b.select(b.op("or", by_zero, minus), one, y)
    r = b.op("srem", x, safe)
    wrong = b.op("and", b.cmp("ne", r, zero), b.cmp("slt", b.op("xor", r, safe), zero))
    if op == "mod":
        return b.select(by_zero, zero, b.select(wrong, b.add(r, safe), r))
    q = b.op("sdiv", x, safe)
    q = b.select(wrong, b.sub(q, one), q)
    return b.select(by_zero, zero, b.select(minus, b.neg(x), q))


def int_power(b: Builder, ty: str, x: Val, y: Val) -> Val:
    """By repeated squaring, wrapping; negative exponents give 0 (1 and -1 excepted)."""
    one, zero = b.const(1, x.ty), b.const(0, x.ty)
    result, base = one, x
    for bit in range(8 if ty in ("i8", "u8", "bool") else 32):
        on = b.cmp("ne", b.op("and", y, b.const(1 << bit, x.ty)), zero)
        result = b.select(on, b.mul(result, base), result)
        base = b.mul(base, base)
    if ty in ("u8", "bool"):
        return result
    odd = b.cmp("ne", b.op("and", y, one), zero)
    minus = b.const(-1, x.ty)
    flipped = b.select(b.cmp("eq", x, minus), b.select(odd, minus, one), b.select(b.cmp("eq", x, one), one, zero))
    return b.select(b.cmp("slt", y, zero), flipped, result)
