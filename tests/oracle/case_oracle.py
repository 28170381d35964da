"""Cases in MXNet: many in one message, so that thousands take a minute; those of one operator travel together."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from tests import case_forms as forms
from tests.cases import Case, all_cases
from tests.oracle.harness import Oracle, OracleCrash

# Runs in MXNet. An operator is looked up by its registered name, as mxnet's own namespaces do.
PREPARE = """
import ctypes
from mxnet.base import _LIB, c_str, check_call
from mxnet.ndarray.register import _make_ndarray_function

functions = {}

def function(name):
    if name not in functions:
        handle = ctypes.c_void_p()
        check_call(_LIB.NNGetOpHandle(c_str(name), ctypes.byref(handle)))
        functions[name] = _make_ndarray_function(handle, name, name)
    return functions[name]

def heads_like(outs):
    return [
        np.cos(np.arange(y.size, dtype="float64") + 1 + i).reshape(y.shape).astype(y.dtype)
        if np.dtype(y.dtype).kind == "f" else np.ones(y.shape, y.dtype)
        for i, y in enumerate(outs)
    ]

def prepare(record):
    # the inputs, and a function that calls the operator with them
    if record["seeded"]:
        mx.random.seed(0)
    xs = [None if x is None else nd.array(x, dtype=x.dtype) for x in record["inputs"]]
    for i in record["wrt"]:
        xs[i].attach_grad()
    k = next((i for i, x in enumerate(xs) if x is None), len(xs))
    named = {n: x for n, x in zip(record["names"][k:], xs[k:]) if x is not None}
    f = function(record["op"])
    def call():
        y = f(*xs[:k], **named, **record["attrs"])
        return list(y) if isinstance(y, (list, tuple)) else [y]
    return xs, call
"""

_CODE = (
    PREPARE
    + """
def run(record):
    xs, call = prepare(record)
    wrt = record["wrt"]
    if wrt:
        with autograd.record(train_mode=record["train"]):
            ys = call()
        outs = [y.asnumpy() for y in ys]
        autograd.backward(ys, [nd.array(h, dtype=h.dtype) for h in heads_like(outs)], train_mode=record["train"])
    else:
        with autograd.train_mode() if record["train"] else autograd.predict_mode():
            outs = [y.asnumpy() for y in call()]
    return {
        "outs": outs,
        "grads": {str(i): xs[i].grad.asnumpy() for i in wrt},
        "after": {str(i): xs[i].asnumpy() for i in record["written"] if xs[i] is not None},
    }

result = {"answers": []}
for record in records:
    try:
        result["answers"].append(run(record))
    except Exception as e:
        result["answers"].append({"error": "%s: %s" % (type(e).__name__, str(e).strip()[:600])})
"""
)


def record_of(c: Case, dtype: str, gradients: bool = True) -> dict[str, Any]:
    d = forms.definition(c)
    host = c.arrays(dtype)
    wrt = [i for i, w in enumerate(c.wrt(host)) if w and gradients and d.grad is not None and not c.differs_grad]
    return {
        "op": c.op, "inputs": host, "names": list(d.inputs), "attrs": c.attrs, "wrt": wrt, "train": c.train,
        "written": forms.written(d, len(host)), "seeded": d.random,
    }  # fmt: skip


def ask(oracle: Oracle, records: list[dict[str, Any]], timeout: float = 120) -> list[dict[str, Any]]:
    """An answer for each: {"outs", "grads", "after"} or {"error"}, the latter too where MXNet crashes."""
    try:
        return oracle.run(_CODE, records=records, timeout=timeout)["answers"]
    except OracleCrash as e:
        if len(records) == 1:
            return [{"error": f"MXNet crashes: {str(e)[:200]}", "crash": True}]
        half = len(records) // 2
        return [*ask(oracle, records[:half], timeout), *ask(oracle, records[half:], timeout)]


class Answers:
    """What MXNet says to cases, asked operator by operator when the first one of it is wanted."""

    def __init__(self, oracle: Oracle, cases: Iterable[Case]) -> None:
        self.oracle = oracle
        self.groups: dict[str, list[tuple[Case, str]]] = {}
        for c in cases:
            if not c.differs:
                self.groups.setdefault(c.op, []).extend((c, t) for t in c.dtypes if t != "bfloat16")
        self.known: dict[tuple[str, str], dict[str, Any]] = {}

    def __call__(self, c: Case, dtype: str) -> dict[str, Any]:
        if (c.id, dtype) not in self.known:
            group = self.groups[c.op]
            for p, answer in zip(group, ask(self.oracle, [record_of(*p) for p in group])):
                self.known[(p[0].id, p[1])] = answer
        return self.known[(c.id, dtype)]


@functools.cache
def answers_of(oracle: Oracle) -> Answers:
    return Answers(oracle, all_cases())
