"""Cases: calls of operators, written once, from which the generic tests are made.

A module of this folder holds the cases of a family of operators:

    from tests.cases import X, case, values

    CASES = [
        case("FullyConnected", X(2, 3), X(4, 3), X(4), attrs=dict(num_hidden=4)),
        case("take", X(5, 2), values([0, 4, -1]), attrs=dict(mode="wrap"), grad=(1, 0)),
    ]

From each case `tests/test_cases.py` makes: the imperative call; the same through `bind` of a symbol, a hybridized
block, symbol.json read back, `out=` and the reference kernel; gradients against differences; grad_req add and null;
all dtypes. `tests/oracle/test_cases_oracle.py` compares values, shapes, dtypes, gradients and arrays written to with
MXNet, in each dtype. `-k` picks by id: `-k nn/FullyConnected`; `MXR_CASES=nn,matrix` reads only those modules.
"""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

__all__ = ["TESTED_IN", "Case", "X", "all_cases", "case", "values"]

# Operators that are proved by tests of their own, because a Case cannot say what they do: file of the tests.
_MISC = "tests/oracle/test_ops_contrib_misc.py"
TESTED_IN: dict[str, str] = {
    "_contrib_edge_id": _MISC, "_contrib_getnnz": _MISC, "_copyto": _MISC, "_set_value": _MISC, "reset_arrays": _MISC,
    **dict.fromkeys(("_sparse_retain", "cast_storage"), "tests/oracle/test_sparse_oracle.py"),
    **dict.fromkeys(("_cond", "_foreach", "_while_loop"), "tests/oracle/test_control_flow_oracle.py"),
    **dict.fromkeys(("Custom", "_CustomFunction"), "tests/oracle/test_custom_oracle.py"),
    **dict.fromkeys(("BatchNorm_v1", "IdentityAttachKLSparseReg"), "tests/oracle/test_ops_spatial.py"),
    **{
        f"_image_random_{n}": "tests/oracle/test_ops_image.py"
        for n in "brightness color_jitter contrast flip_left_right flip_top_bottom hue lighting saturation".split()
    },
}  # fmt: skip

FLOATS = ("float32", "float64", "float16")


class X:
    """A reproducible array, uniform in lo..hi; integer dtypes get whole numbers lo..hi-1.

    dtype : None is the dtype under test; another one stays whatever is tested.
    via : a function of the float64 array, for inputs with structure (`via=lambda x: x @ x.T + np.eye(3)`).
    whole : whole numbers, in a float array too (labels, indices).
    seed : changes the numbers; inputs of one case differ without it.
    """

    def __init__(
        self,
        *shape: int,
        dtype: str | None = None,
        lo: float = -2.0,
        hi: float = 2.0,
        via: Callable[[np.ndarray], Any] | None = None,
        whole: bool = False,
        seed: int = 0,
    ) -> None:
        self.shape, self.dtype, self.lo, self.hi = shape, dtype, lo, hi
        self.via, self.whole, self.seed = via, whole, seed

    def make(self, dtype: str, position: int) -> np.ndarray:
        """The array, in `dtype` unless it has its own; `position` is that of the input."""
        kind = np.dtype(_known(self.dtype or dtype))
        lo = max(self.lo, 0) if kind.kind == "u" else self.lo
        x = np.random.default_rng([self.seed, position]).uniform(lo, self.hi, self.shape)
        if self.via is not None:
            x = np.asarray(self.via(x))
        if kind.kind == "b":
            return x > 0
        return (np.floor(x) if self.whole or kind.kind in "iu" else x).astype(kind)


@dataclass(frozen=True)
class _Values:
    given: Any
    dtype: str | None = None

    def make(self, dtype: str, position: int) -> np.ndarray:
        return np.array(self.given).astype(_known(self.dtype or dtype))


def values(given: Any, dtype: str | None = None) -> _Values:
    """These very numbers, in the dtype under test unless another one is given."""
    return _Values(given, dtype)


def _known(dtype: str) -> Any:
    if dtype == "bfloat16":
        import ml_dtypes

        return ml_dtypes.bfloat16
    return dtype


@dataclass(frozen=True)
class Case:
    """One call of an operator. Made by :func:`case`, which explains the fields."""

    op: str
    inputs: tuple[Any, ...]
    attrs: dict[str, Any] = field(default_factory=dict)
    grad: bool | tuple[int, ...] = True
    dtypes: tuple[str, ...] = FLOATS
    rtol: float | dict[str, float] | None = None
    atol: float | dict[str, float] | None = None
    train: bool = False
    numeric: bool = True
    differs: str = ""
    differs_grad: str = ""
    beyond: tuple[str, ...] = ()
    id: str = ""

    def arrays(self, dtype: str | None = None) -> list[np.ndarray | None]:
        """The inputs as NumPy arrays, None for one that is absent."""
        dtype = dtype or self.dtypes[0]
        return [None if x is None else x.make(dtype, i) for i, x in enumerate(self.inputs)]

    def wrt(self, arrays: Sequence[np.ndarray | None]) -> list[bool]:
        """Which inputs gradients are taken with regard to."""
        floats = [x is not None and (x.dtype.kind == "f" or x.dtype.name == "bfloat16") for x in arrays]
        if isinstance(self.grad, bool):
            return [f and self.grad for f in floats]
        flags = [*self.grad, *[0] * (len(arrays) - len(self.grad))]
        return [f and bool(g) for f, g in zip(floats, flags)]

    def tolerance(self, dtype: Any) -> tuple[float | None, float | None]:
        """rtol and atol in the tests of that dtype; None where the case has none of its own."""
        r, a = (t.get(str(dtype)) if isinstance(t, dict) else t for t in (self.rtol, self.atol))
        return r, a

    def __repr__(self) -> str:
        return f"<case {self.id}>"


def case(
    op: str,
    *inputs: X | _Values | None,
    attrs: dict[str, Any] | None = None,
    grad: bool | Sequence[int] = True,
    dtypes: Sequence[str] = FLOATS,
    rtol: float | dict[str, float] | None = None,
    atol: float | dict[str, float] | None = None,
    train: bool = False,
    numeric: bool = True,
    differs: str = "",
    differs_grad: str = "",
    beyond: Sequence[str] = (),
    id: str = "",
) -> Case:
    """A call of the operator named `op` (any of its names).

    inputs : in the operator's order; None for an optional one that is absent, trailing ones left out.
    attrs : its parameters.
    grad : True with regard to all float inputs, False none, a sequence of 0/1 says which.
    dtypes : dtypes of the inputs that have no dtype of their own; the first one is used where one is enough.
    rtol, atol : instead of the tolerance of the dtype (tests/oracle/harness/compare.py); {"float16": 1e-2} for one.
    train : inside `record(train_mode=True)`, and `is_train=True` for executors.
    numeric : False for gradients that are no derivatives (straight-through estimators and so on; loss heads are known).
    differs : why values (or with differs_grad only gradients) are not compared with MXNet: it is wrong there.
    beyond : those of `dtypes` that MXNet refuses and mxr has.
    id : what to call it; else they are numbered.
    """
    flags = grad if isinstance(grad, bool) else tuple(grad)
    return Case(
        op, inputs, dict(attrs or {}), flags, tuple(dtypes), rtol, atol, train, numeric,
        differs, differs_grad, tuple(beyond), id,
    )  # fmt: skip


@functools.cache
def all_cases() -> tuple[Case, ...]:
    """The cases of all modules in this folder, each with an id `module/Operator-name` of its own."""
    only = [m for m in os.environ.get("MXR_CASES", "").split(",") if m]
    out: list[Case] = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name):
        if only and info.name not in only:
            continue
        counts: dict[str, int] = {}
        for c in importlib.import_module(f"{__name__}.{info.name}").CASES:
            counts[c.op] = counts.get(c.op, -1) + 1
            out.append(replace(c, id=f"{info.name}/{c.op}-{c.id or counts[c.op]}"))
    twice = {c.id for c in out if sum(c.id == x.id for x in out) > 1} if len({c.id for c in out}) < len(out) else set()
    if twice:
        raise ValueError(f"two cases have one id: {sorted(twice)}")
    return tuple(out)
