"""Each operator's valid calls (tests/cases) with one thing made wrong: an error that names it, or a right result.

Nearer to the mark than the random calls of test_fuzz.py: all but one argument are right, so the wrong one is reached.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.base import MXNetError
from mxr.core import params as P
from tests import case_forms as forms
from tests.cases import Case, all_cases
from tests.test_fuzz import limit


def _first_cases(each: int = 2) -> list[Case]:
    seen: dict[str, list[Case]] = {}
    for c in all_cases():
        if c.dtypes[0] == "bfloat16":
            continue
        seen.setdefault(forms.definition(c).name, []).append(c)
    return [c for cs in seen.values() for c in cs[:: max(1, len(cs) // each)][:each]]


ATTEMPTS = int(os.environ.get("MXR_INVALID_CALLS", "5"))
CASES = _first_cases(3)


# ---- what can be wrong: each gives (inputs, attrs, words that the error must have or None where it may be right)
def wrong_rank(rnd, d, xs, attrs):
    i = _pick(rnd, xs)
    xs[i] = xs[i][None] if rnd.random() < 0.5 or xs[i].ndim == 0 else xs[i].reshape(-1)
    return xs, attrs, None


def wrong_size(rnd, d, xs, attrs):
    i = _pick(rnd, xs)
    if not xs[i].ndim:
        return None
    axis = rnd.randrange(xs[i].ndim)
    xs[i] = np.concatenate([xs[i], xs[i]], axis) if rnd.random() < 0.5 else np.take(xs[i], range(0), axis)
    return xs, attrs, None


def wrong_dtype(rnd, d, xs, attrs):
    i = _pick(rnd, xs)
    with np.errstate(all="ignore"):
        xs[i] = xs[i].astype(rnd.choice(["int32", "uint8", "float64", "float16", "bool", "int64"]))
    return xs, attrs, None


def wild_values(rnd, d, xs, attrs):
    i = _pick(rnd, xs)
    kind = xs[i].dtype.kind
    if not xs[i].size or kind == "b":
        return None
    bad = [1e30, -1e30, float("nan"), float("inf"), -7, 1000] if kind == "f" else [-7, 1000, 2**31 - 1]
    info = np.iinfo(xs[i].dtype) if kind in "iu" else np.finfo(xs[i].dtype)
    value = rnd.choice(bad)
    xs[i].flat[rnd.randrange(xs[i].size)] = (
        value if kind == "f" and value != value else np.clip(value, info.min, info.max)
    )
    return xs, attrs, None


def missing_input(rnd, d, xs, attrs):
    return (xs[:-1], attrs, None) if xs else None


def too_many_inputs(rnd, d, xs, attrs):
    return None if d.variadic is not None or not xs else ([*xs, *[xs[0]] * len(d.inputs)], attrs, None)


def unknown_parameter(rnd, d, xs, attrs):
    if not d.params:
        return xs, {**attrs, "axsi": 1}, ["axsi"]
    name = rnd.choice(list(d.params))
    if len(name) < 4 or name == d.variadic:
        return None
    at = rnd.randrange(1, len(name) - 1)
    typo = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if typo in d.params or typo in d.inputs:
        return None
    return xs, {**attrs, typo: 1}, [typo, name]  # with the suggestion


def missing_parameter(rnd, d, xs, attrs):
    names = [n for n in attrs if d.params[n].required and n != d.variadic] if set(attrs) <= set(d.params) else []
    if not names:
        return None
    name = rnd.choice(names)
    return xs, {k: v for k, v in attrs.items() if k != name}, [name]


def bad_choice(rnd, d, xs, attrs):
    names = [n for n, p in d.params.items() if isinstance(p, P.Choice)]
    if not names:
        return None
    name = rnd.choice(names)
    return xs, {**attrs, name: "no such thing"}, [name, "no such thing"]


def bad_kind(rnd, d, xs, attrs):
    names = [n for n, p in d.params.items() if isinstance(p, P.Int | P.Float | P.Bool | P.Shape)]
    if not names:
        return None
    name = rnd.choice(names)
    return xs, {**attrs, name: rnd.choice(["x", object(), {"a": 1}])}, [name]


def far_number(rnd, d, xs, attrs):
    names = [n for n, p in d.params.items() if isinstance(p, P.Int | P.Shape | P.Float)]
    if not names:
        return None
    name = rnd.choice(names)
    n = rnd.choice([-1, 0, 7, 12, -99])
    old = attrs.get(name)
    return xs, {**attrs, name: (n,) * len(old) if isinstance(old, tuple) and old else n}, None


MISTAKES = [
    wrong_rank, wrong_size, wrong_dtype, wild_values, missing_input, too_many_inputs, unknown_parameter,
    missing_parameter, bad_choice, bad_kind, far_number,
]  # fmt: skip


def _pick(rnd, xs):
    return rnd.choice([i for i, x in enumerate(xs) if x is not None])


def names_it(e: Exception, d, words) -> bool:
    text = str(e)
    return any(n in text for n in (d.name, *d.aliases)) and all(w in text for w in words or ())


@pytest.mark.parametrize("c", CASES, ids=lambda c: c.id)
def test_one_mistake(c: Case) -> None:
    d = forms.definition(c)
    f = nd.functions.function(c.op)
    for k, mistake in enumerate(MISTAKES):
        for attempt in range(ATTEMPTS):
            rnd = random.Random(f"{c.id} {k} {attempt}")
            host = c.arrays()
            if mistake in MISTAKES[:4] and not any(x is not None for x in host):
                continue
            made = mistake(rnd, d, list(host), dict(c.attrs))
            if made is None:
                continue
            xs, attrs, words = made
            shown = [None if x is None else f"{x.shape}{x.dtype}" for x in xs]
            what = f"{mistake.__name__}: {c.op}({shown}, {attrs})"
            try:
                with limit(20, what):
                    arrays = [None if x is None else nd.array(x, dtype=x.dtype) for x in xs]
                    with mx.autograd.train_mode() if c.train else mx.autograd.predict_mode():
                        y = f(*arrays, **attrs)
                    outs = [v.asnumpy() for v in (y if isinstance(y, list | tuple) else [y]) if v is not None]
            except MXNetError as e:
                assert names_it(e, d, words), f"{what}: does not name {[d.name, *(words or [])]}: {e}"
                continue
            except TypeError as e:  # Python's own: too many positional arguments
                assert mistake in (too_many_inputs, missing_input), f"{what}: {type(e).__name__}: {e}"
                continue
            except BaseException as e:
                raise AssertionError(f"{what}: {type(e).__name__}: {e}") from e
            assert words is None, f"{what}: no error"
            inferred(d, what, xs, attrs, outs)


def inferred(d, what, xs, attrs, outs) -> None:
    """A result has the shapes and dtypes that inference promises to graphs."""
    if d.variadic is not None and d.variadic in d.params:
        attrs = {d.variadic: len(xs) - len(d.inputs) + 1, **attrs}
    a = d.parse(attrs)
    given = [x for x in xs if x is not None]
    if d.variadic is None:
        given = [x for n, x in zip(d.inputs, xs) if x is not None and n in d.input_names(a)]
    _, shapes = d.infer(a, [x.shape for x in given])
    _, dtypes = d.infer_dtypes(a, [x.dtype for x in given])
    for y, shape, dtype in zip(outs, shapes, dtypes):
        if shape is not None and -1 not in shape:
            assert y.shape == tuple(shape), f"{what}: gives {y.shape}, inference says {shape}"
        assert dtype is None or y.dtype == dtype, f"{what}: gives {y.dtype}, inference says {dtype}"


@pytest.mark.parametrize("c", [c for c in CASES if forms.definition(c).inputs], ids=lambda c: c.id)
def test_one_mistake_in_a_graph(c: Case) -> None:
    """What is refused at once is refused by an executor too, which names the node."""
    d = forms.definition(c)
    for k, mistake in enumerate((wrong_rank, wrong_size)):
        for attempt in range(ATTEMPTS):
            rnd = random.Random(f"{c.id} {k} {attempt}")
            host = c.arrays()
            if all(x is None for x in host):
                continue
            made = mistake(rnd, d, list(host), dict(c.attrs))
            if made is None:
                continue
            xs, attrs, _ = made
            try:
                forms.imperative(replace(c, attrs=attrs), xs, gradients=False)
            except MXNetError:
                pass
            else:
                continue
            what = f"{mistake.__name__}: {c.op}({[None if x is None else x.shape for x in xs]}, {attrs})"
            with pytest.raises(MXNetError) as e:
                variables = [None if x is None else mx.sym.Variable(f"v{i}") for i, x in enumerate(xs)]
                s = forms.call(mx.symbol.functions.function(c.op), replace(c, attrs=attrs), variables, name="probe")
                arrays = {f"v{i}": x for i, x in enumerate(forms.arrays_of(xs)) if x is not None}
                aux = {n: arrays.pop(n) for n in s.list_auxiliary_states()}
                for y in s.bind(mx.cpu(), arrays, aux_states=aux).forward(is_train=c.train):
                    y.asnumpy()
            assert "probe" in str(e.value) or d.name in str(e.value), f"{what}: {e.value}"
