"""Random calls of operators, from honest to hostile: what the fuzz tests draw from."""

import random

import numpy as np

import mxr as mx
from mxr.core import params as P
from mxr.core.op import all_ops

DTYPES = ["float32"] * 8 + ["float64", "float16", "int32", "int64", "int8", "uint8", "bool"]
SHAPES = [(2, 3), (2, 3, 4), (2, 3, 4, 4), (3,), (1,), (3, 3), (4,), (2, 4, 3, 3)]
GARBAGE = [
    None, True, False, 0, 1, -1, 2, 3, 1000, -1000, 2**50, 2**63, -(2**63), 1.5, float("nan"), float("inf"),
    "", "x", "None", "(1,2)", "[1", "(1,)", "1e400", "nan", "\x00", "é", "(((((", "9" * 50, "float32", "int32", "relu",
    "gpu(0)", "cpu(0)", (), (1,), (1, 1), (2, 2), (2, 3), (0,), (-1,), (-1, -2), (1, 2, 3), (10**9, 10**9), [], [1, 2],
    [None], [(1, 2)], {}, {"a": 1}, object(), b"ab", 3 + 4j, np.float32(2), np.array([1, 2]), np.int64(3), mx.cpu(),
]  # fmt: skip


def operators() -> list[str]:
    """Canonical names of the operators that users call."""
    _ = mx.nd.zeros, mx.sym.Variable  # declares them all
    return sorted(n for n, d in all_ops().items() if not d.hidden)


class Drawer:
    """Arrays, parameter values and whole calls from one seed."""

    def __init__(self, seed: int) -> None:
        self.rnd, self.np = random.Random(seed), np.random.RandomState(seed % 2**32)

    def array(self, shape: tuple | None = None) -> np.ndarray:
        rnd = self.rnd
        if shape is None:
            shape = rnd.choice(SHAPES)
            if rnd.random() < 0.5:
                sizes = [1, 2, 3, 4] if rnd.random() < 0.7 else [0, 1, 2, 3, 5]
                shape = tuple(rnd.choice(sizes) for _ in range(rnd.choice([0, 1, 2, 2, 3, 4, 5])))
        x = np.asarray(self.np.randn(*shape) * rnd.choice([1, 1, 3, 100]))
        if rnd.random() < 0.1:
            x = np.where(self.np.rand(*shape) < 0.3, rnd.choice([np.nan, np.inf, -np.inf]), x)
        with np.errstate(all="ignore"):
            return x.astype(rnd.choice(DTYPES))

    def value(self, p: P.Param) -> object:
        rnd = self.rnd
        if rnd.random() < 0.12:
            return rnd.choice(GARBAGE)
        if isinstance(p, P.Choice):
            return rnd.choice(p.choices)
        if isinstance(p, P.Bool):
            return rnd.choice([True, False, "True", 0, 1])
        if isinstance(p, P.Int):
            return rnd.choice([-2, -1, 0, 1, 1, 2, 2, 3, 4, 5, 7])
        if isinstance(p, P.Float):
            return rnd.choice([-1.0, 0.0, 0.5, 1.0, 2.0, 1e-3, float("nan")])
        if isinstance(p, P.DType):
            return rnd.choice(DTYPES)
        if isinstance(p, P.Shape):
            return tuple(rnd.choice([-2, -1, 0, 1, 1, 2, 2, 3, 4]) for _ in range(rnd.choice([0, 1, 2, 2, 3, 4])))
        if isinstance(p, P.Floats):
            return tuple(rnd.choice([-1.0, 0.0, 0.5, 1.0, 2.0]) for _ in range(rnd.choice([0, 1, 2, 2, 3, 4])))
        return rnd.choice(GARBAGE)

    def params(self, d: object) -> dict[str, object]:
        rnd = self.rnd
        kw = {
            n: self.value(p)
            for n, p in d.params.items()
            if (n != d.variadic or rnd.random() < 0.1) and rnd.random() < (0.95 if p.required else 0.25)
        }
        if rnd.random() < 0.02:
            kw["bogus"] = 1
        return kw

    def arrays(self, d: object) -> list[np.ndarray]:
        rnd = self.rnd
        n = rnd.choice([0, 1, 2, 3, 4]) if d.variadic else len(d.inputs)
        if not d.variadic and rnd.random() < 0.1:
            n = rnd.randint(0, n)
        out = [self.array() for _ in range(n)]
        if out and rnd.random() < 0.5:
            out = [out[0].copy() if rnd.random() < 0.7 else x for x in out]
        return out

    def call(self, d: object) -> tuple[list[np.ndarray], dict[str, object]]:
        """Arguments for one call; where the operator can infer them, its weights get the shapes that fit."""
        kw, arrays = self.params(d), self.arrays(d)
        if len(arrays) > 1 and not d.variadic and self.rnd.random() < 0.6:
            try:
                a = d.parse(kw)
                names = d.input_names(a)
                shapes, _ = d.infer(a, [arrays[0].shape] + [None] * (len(names) - 1))
            except (mx.MXNetError, MemoryError):
                return arrays, kw
            if all(s is not None and -1 not in s and np.prod(s, dtype=float) < 1e5 for s in shapes):
                own = dict(zip(names, shapes))
                with np.errstate(all="ignore"):
                    rest = [self.array(own[n]).astype(arrays[0].dtype) if n in own else None for n in d.inputs[1:]]
                arrays = [arrays[0], *rest]
        return arrays, kw
