"""Optimiser updates of another form: several weights in one call, updates scaled by norms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.op import OpDef, register
from ..core.params import Float, Floats, Int, Shape
from ..core.shapes import Frame
from .families import quiet
from .optimizer import _ADAM, _LAMB, _params, apply, example, rules

__all__: list[str] = []

_F32 = np.dtype(np.float32)
_MOST = 60  # weights in one call, as in MXNet


def _scalar(x: Any) -> Any:
    """The number in an array of one element; stays on the device."""
    return x.reshape(())


def _register(name: str, forward: Any, infer_shape: Any, infer_type: Any, doc: str, **options: Any) -> OpDef:
    return register(
        OpDef(
            name,
            forward=quiet(forward),
            grad=None,
            infer_shape=infer_shape,
            infer_type=infer_type,
            doc=doc,
            **{
                "examples": (example(name, options["inputs"].split(), options["params"], half="mp_" in name),),
                **options,
            },
        )
    )


def _like_weight(scalars: tuple[str, ...]) -> Any:
    """All inputs but the one-element `scalars` have the shape of the weight."""

    def rule(a: Any, s: Frame) -> None:
        arrays = [i for i, n in enumerate(s.names) if n not in scalars]
        shape = next((s[i] for i in arrays if s[i] is not None), s.outs[0])
        for i in arrays:
            s.set(i, shape)
        s.out(0, shape)
        for i, n in enumerate(s.names):
            if n in scalars and s[i] is not None and -1 not in s[i] and math.prod(s[i]) != 1:
                s.fail(f"argument {n} has shape {s[i]}, expected one element")

    return rule


def _mixed_types(master: int | None, half: tuple[int, ...], out: int | None = 0) -> Any:
    """Inputs `half` and the output have the weight's dtype, the others single precision where there is a master."""

    def rule(a: Any, s: Frame) -> None:
        dtype = s[0]
        for i in range(len(s)):
            s.set_dtype(i, dtype if i in half or master is None else _F32)
        s.out_dtype(0, dtype if out == 0 else _F32)

    return rule


# AdamW: rescale_grad is an array, so that a loss scaler can turn an update off with 0, inf or nan.
_ADAMW = "lr beta1 beta2 epsilon wd eta clip_gradient"


class _Scaled:
    """Attributes with a rescale_grad that is an array."""

    def __init__(self, a: Any, **changes: Any) -> None:
        self.__dict__.update(a.as_dict())
        self.__dict__.update(changes)

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def _adamw_step(xp: Any, a: Any, weight: Any, grad: Any, mean: Any, var: Any, scale: Any) -> tuple[Any, Any, Any]:
    good = xp.isfinite(scale) & (scale != 0)
    env = apply(rules["adamw"], xp, a, {"weight": weight, "grad": grad, "mean": mean, "var": var})
    return tuple(xp.where(good, env[n], old) for n, old in (("weight", weight), ("mean", mean), ("var", var)))


def _adamw(xp: Any, a: Any, weight: Any, grad: Any, mean: Any, var: Any, scale: Any) -> Any:
    scale = _scalar(scale)
    return _adamw_step(xp, _Scaled(a, rescale_grad=scale), weight, grad, mean, var, scale)


def _mp_adamw(xp: Any, a: Any, weight: Any, grad: Any, mean: Any, var: Any, weight32: Any, scale: Any) -> Any:
    new, mean, var = _adamw(xp, a, weight32, grad.astype(np.float32), mean, var, scale)
    return new.astype(weight.dtype), mean, var, new


_register(
    "_adamw_update", _adamw, _like_weight(("rescale_grad",)),
    lambda a, s: [*[s.set_dtype(i, s[0]) for i in (1, 2, 3)], s.out_dtype(0, s[0])],
    "Adam with decoupled weight decay (Loshchilov and Hutter 2017; MXNet operator _adamw_update). rescale_grad has one "
    "element; nothing changes where it is 0, infinite or NaN.",
    inputs="weight grad mean var rescale_grad", mutates="mean var", params=_params(_ADAMW, **_ADAM),
)  # fmt: skip
_register(
    "_mp_adamw_update", _mp_adamw, _like_weight(("rescale_grad",)), _mixed_types(4, (0, 1)),
    "_adamw_update of half-precision weights.",
    inputs="weight grad mean var weight32 rescale_grad", mutates="mean var weight32",
    params=_params(_ADAMW, **_ADAM),
)  # fmt: skip


def _trust(xp: Any, a: Any, r1: Any, r2: Any) -> Any:
    """LAMB's ratio of the norms of weight and direction."""
    if a.lower_bound > 0:
        r1 = xp.maximum(r1, r1.dtype.type(a.lower_bound))
    if a.upper_bound > 0:
        r1 = xp.minimum(r1, r1.dtype.type(a.upper_bound))
    return xp.where((r1 == 0) | (r2 == 0), r1.dtype.type(1), r1 / r2)


def _lamb2(xp: Any, a: Any, weight: Any, g: Any, r1: Any, r2: Any) -> Any:
    return weight - (a.lr * _trust(xp, a, _scalar(r1), _scalar(r2))).astype(weight.dtype) * g


def _mp_lamb2(xp: Any, a: Any, weight: Any, g: Any, r1: Any, r2: Any, weight32: Any) -> Any:
    new = _lamb2(xp, a, weight32, g, r1, r2)
    return new.astype(weight.dtype), new


_register(
    "lamb_update_phase2", _lamb2, _like_weight(("r1", "r2")), _mixed_types(None, (0, 1, 2, 3)),
    "weight - lr * r1/r2 * g, r1 and r2 being norms, of one element (You et al. 2019; MXNet lamb_update_phase2).",
    inputs="weight g r1 r2", params=_params("lr lower_bound upper_bound"),
)  # fmt: skip
_register(
    "mp_lamb_update_phase2", _mp_lamb2, _like_weight(("r1", "r2")), _mixed_types(4, (0,)),
    "lamb_update_phase2 of half-precision weights.",
    inputs="weight g r1 r2 weight32", mutates="weight32", params=_params("lr lower_bound upper_bound"),
)  # fmt: skip


def _group_adagrad(xp: Any, a: Any, weight: Any, grad: Any, history: Any) -> Any:
    g = grad * a.rescale_grad
    if a.clip_gradient >= 0:
        g = xp.clip(g, -a.clip_gradient, a.clip_gradient)
    history = history + xp.square(g).reshape(g.shape[0], -1).mean(axis=1).reshape(history.shape)
    return weight - a.lr * g / xp.sqrt(history + a.epsilon), history


def _group_shape(a: Any, s: Frame) -> None:
    s.set(0, s.outs[0])
    s.set(1, s[0])
    s.out(0, s[0])
    if s[0] is not None:
        s.set(2, (s[0][0], *(1 for _ in s[0][1:])))


_register(
    "_contrib_group_adagrad_update", _group_adagrad, _group_shape, _mixed_types(None, (0, 1, 2)),
    "AdaGrad with one history for each row of the weight (MXNet operator _contrib_group_adagrad_update).",
    inputs="weight grad history", mutates="history",
    examples=("nd.contrib.group_adagrad_update(nd.ones((2, 2)), nd.array([[4, 2], [2, 3]]), nd.zeros((2, 1)), lr=1)",),
    params=_params("lr rescale_grad clip_gradient epsilon", epsilon=(9.99999975e-06, "Keeps the division finite.")),
)  # fmt: skip


def _multi(
    name: str,
    rule: str,
    params: dict[str, Any],
    *,
    mp: bool = False,
    preloaded: bool = False,
    scaled: bool = False,
    count: str = "num_weights",
    doc: str = "",
) -> None:
    """The member of a rule that updates several weights: inputs are (weight, grad, states..., weight32) of each.

    preloaded: rates and decays are the last two inputs; scaled: rescale_grad is the last input, as for AdamW.
    """
    r = rules[rule]
    group = ("weight", "grad", *r.states, *(("weight32",) if mp else ()))
    width = len(group)
    trailing = ("lrs", "wds") if preloaded else ("rescale_grad",) if scaled else ()

    def names(a: Any) -> tuple[str, ...]:
        return (*(f"{n}_{i}" for i in range(getattr(a, count)) for n in group), *trailing)

    def forward(xp: Any, a: Any, *arrays: Any) -> Any:
        n = getattr(a, count)
        extra = arrays[n * width :]
        outs, states = [], []
        for i in range(n):
            own = dict(zip(group, arrays[i * width : (i + 1) * width]))
            weight = own["weight32"] if mp else own["weight"]
            grad = own["grad"].astype(np.float32) if mp else own["grad"]
            if preloaded:
                rates = {"lr": extra[0][i], "wd": extra[1][i]}
            else:
                rates = {"lr": _rates(a)[i], "wd": a.wds[i]}
            if rule == "lamb1":
                new, fresh = _lamb(xp, a, weight, grad, own["mean"], own["var"], i)
            elif scaled:
                scale = _scalar(extra[0])
                b = _Scaled(a, rescale_grad=scale, eta=a.etas[i], **rates)
                new, *fresh = _adamw_step(xp, b, weight, grad, own["mean"], own["var"], scale)
            else:
                env = apply(r, xp, _Scaled(a, **rates), {**own, "weight": weight, "grad": grad})
                new, fresh = env["weight"], [env[s] for s in r.states]
            outs.append(new.astype(own["weight"].dtype) if mp else new)
            states += [*fresh, *([new] if mp else [])]
        return (*outs, *states)

    def infer_shape(a: Any, s: Frame) -> None:
        for i in range(getattr(a, count)):
            members = range(i * width, (i + 1) * width)
            shape = next((s[j] for j in members if s[j] is not None), s.outs[i])
            for j in members:
                s.set(j, shape)
            s.out(i, shape)
        for p in ("lrs", "wds", "learning_rates", "etas", "step_count"):
            values = getattr(a, p, None)
            if values is not None and len(values) != getattr(a, count):
                s.fail(f"argument {p} has {len(values)} element(s), expected {count}={getattr(a, count)}")

    def infer_type(a: Any, s: Frame) -> None:
        for i in range(getattr(a, count)):
            s.set_dtype(i * width + 1, s[i * width])
            s.out_dtype(i, s[i * width])

    _register(
        name, forward, infer_shape, infer_type,
        doc or f"{rule}_update of several weights: (weight, grad, states, ...) of each (MXNet operator {name}).",
        inputs="data", variadic="data_count", active=names,
        mutates=tuple(f"{n}_{i}" for i in range(_MOST) for n in group[2:]),
        outputs=lambda a: tuple(f"output{i}" for i in range(getattr(a, count))),
        params={**params, count: Int(1, "Number of weights.", lo=1, hi=_MOST)},
        dynamic=[p for p in params if p != "bias_correction"],
        examples=(example(name, (*group, *trailing), params, half=mp,
                          more=f"{count}=1, out=nd.zeros(2{', dtype=' + repr('float16') if mp else ''})"),),
    )  # fmt: skip


def _rates(a: Any) -> tuple[float, ...]:
    return a.learning_rates if hasattr(a, "learning_rates") else a.lrs


def _lamb(xp: Any, a: Any, weight: Any, grad: Any, mean: Any, var: Any, i: int) -> tuple[Any, list[Any]]:
    b = _Scaled(a, wd=a.wds[i], t=a.step_count[i])
    env = apply(rules["lamb1"], xp, b, {"weight": weight, "grad": grad, "mean": mean, "var": var})
    r1, r2 = (xp.sqrt(xp.square(v).sum()) for v in (weight, env["out"]))
    ratio = (a.learning_rates[i] * _trust(xp, a, r1, r2)).astype(weight.dtype)
    return weight - ratio * env["out"], [env["mean"], env["var"]]


def _many(names: str) -> dict[str, Any]:
    lists = {
        "lrs": "Learning rates.",
        "learning_rates": "Learning rates.",
        "wds": "Weight decays.",
        "etas": "Multipliers of the steps.",
    }
    own = {k: Floats(doc=v) for k, v in lists.items()}
    return _params(names, **{**_LAMB, "epsilon": _ADAM["epsilon"], **own, "step_count": Shape(doc="Updates so far.")})


for _prefix, _mp in (("", False), ("mp_", True)):
    _multi(f"multi_{_prefix}sgd_update", "sgd", _many("lrs wds rescale_grad clip_gradient"), mp=_mp)
    _multi(f"multi_{_prefix}sgd_mom_update", "sgd_mom", _many("lrs wds momentum rescale_grad clip_gradient"), mp=_mp)
    _multi(f"preloaded_multi_{_prefix}sgd_update", "sgd", _many("rescale_grad clip_gradient"), mp=_mp, preloaded=True)
    _multi(f"preloaded_multi_{_prefix}sgd_mom_update", "sgd_mom", _many("momentum rescale_grad clip_gradient"),
           mp=_mp, preloaded=True)  # fmt: skip
    _multi(f"_multi_{_prefix}adamw_update", "adamw", _many("lrs beta1 beta2 epsilon wds etas clip_gradient"),
           mp=_mp, scaled=True)  # fmt: skip
    _lamb_params = _many(
        "learning_rates beta1 beta2 epsilon wds rescale_grad lower_bound upper_bound clip_gradient bias_correction"
        " step_count"
    )
    _lamb_params["epsilon"] = Float(9.99999997e-07, "Keeps the division finite.")
    _multi(f"_multi_{_prefix}lamb_update", "lamb1", _lamb_params, mp=_mp, count="num_tensors")


def _lars(xp: Any, a: Any, lrs: Any, weights: Any, grads: Any, wds: Any) -> Any:
    w, g = xp.sqrt(weights), xp.sqrt(grads)
    scaled = lrs * a.eta * w / (g * a.rescale_grad + wds * w + a.eps)
    return xp.where((w > 0) & (g > 0), scaled, lrs)


_register(
    "multi_lars", _lars, _like_weight(()), _mixed_types(None, (0, 1, 2, 3)),
    "Learning rates scaled by LARS: eta*|weight| / (|grad| + wd*|weight| + eps) (You et al. 2017; MXNet multi_lars).",
    inputs="lrs weights_sum_sq grads_sum_sq wds",
    examples=("nd.multi_lars(nd.array([0.1]), nd.array([4]), nd.array([1]), nd.array([0]), eta=0.1, eps=0)",),
    params={
        "eta": Float(doc="Trust coefficient."),
        "eps": Float(doc="Keeps the division finite."),
        "rescale_grad": Float(1.0, "Factor of the gradients."),
    },
)  # fmt: skip
