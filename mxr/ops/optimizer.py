"""Optimiser updates: one table of rules, each a list of scalar assignments, gives every update operator.

A rule reads weight, gradient, states and parameters and assigns its states and the new weight, element by element.
The operators return the new weight (``out=weight`` writes it back) and change their states. The ``mp_`` members
keep a single-precision copy of half-precision weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.expr import Expr, parse
from ..core.op import OpDef, register
from ..core.params import Attrs, Bool, Float, Int, Param
from ..core.shapes import Frame, same_dtypes, same_shapes
from .families import evaluate, quiet

__all__ = ["Rule", "apply", "gradient", "rules", "single"]

_PARAMS: dict[str, Callable[[], Param]] = {
    "lr": lambda: Float(doc="Learning rate."),
    "eta": lambda: Float(doc="Multiplies the whole step."),
    "wd": lambda: Float(0.0, "Weight decay: the gradient of an L2 penalty of this strength is added."),
    "rescale_grad": lambda: Float(1.0, "The gradient is multiplied by this."),
    "clip_gradient": lambda: Float(-1.0, "Bounds the rescaled gradient to [-c, c]; no bound where negative."),
    "clip_grad": lambda: Float(-1.0, "Bounds the rescaled gradient to [-c, c]; no bound where negative."),
    "clip_weights": lambda: Float(-1.0, "Bounds the new weight to [-c, c]; no bound where not positive."),
    "lazy_update": lambda: Bool(True, "Accepted for compatibility: matters for sparse gradients only."),
    "momentum": lambda: Float(0.0, "Decay of the momentum."),
    "wd_lh": lambda: Float(0.0, "Weight decay that bypasses the momentum (Loshchilov and Hutter)."),
    "t": lambda: Int(doc="Number of the update, from 1."),
    "lower_bound": lambda: Float(-1.0, "Least norm of the weight that counts; none where not positive."),
    "upper_bound": lambda: Float(-1.0, "Largest norm of the weight that counts; none where not positive."),
    "bias_correction": lambda: Bool(True, "Whether the averages are corrected for their start at 0."),
}


def _params(names: str, **own: Any) -> dict[str, Param]:
    """Parameters in MXNet's order; `own` has (default, doc) of those that differ between operators."""
    out: dict[str, Param] = {}
    for n in names.split():
        if n not in own:
            out[n] = _PARAMS[n]()
        elif isinstance(own[n], Param):
            out[n] = own[n]
        else:
            out[n] = Float(*own[n])
    return out


class Rule:
    """One update rule.

    Attributes
    ----------
    states : names of the states, in the order of the inputs.
    steps : function of the attributes, giving (target, expression) pairs over weight, grad, states, parameters,
        the names of `numbers` and earlier targets. A state or 'weight' as target is its new value; 'out' where
        the result is not the new weight.
    numbers : function of the attributes, giving further numbers for the expressions.
    """

    def __init__(
        self,
        states: str,
        steps: Callable[[Any], list[tuple[str, str]]],
        numbers: Callable[[Any], dict[str, float]] = lambda a: {},
    ) -> None:
        self.states = tuple(states.split())
        self.numbers = numbers
        self._texts = steps

    def steps(self, a: Any) -> tuple[tuple[str, Expr], ...]:
        return tuple((target, parse(text)) for target, text in self._texts(a))


def single(value: Any) -> Any:
    """Parameters are single-precision numbers in MXNet: 1 - 0.999 is not 0.001."""
    return float(np.float32(value)) if type(value) is float else value


def apply(rule: Rule, xp: Any, a: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Runs the steps; `values` has the arrays by name. Old values stay in use until a target replaces them."""
    env = {k: single(v) for k, v in {**a.as_dict(), **rule.numbers(a)}.items()}
    env.update(values)
    for target, e in rule.steps(a):
        env[target] = evaluate(e, xp, env)
    return env


def gradient(a: Any, wd: str = "", clip: str = "clip_gradient", clip_all: bool = False) -> str:
    """The rescaled, bounded gradient with weight decay `wd`; clip_all: bounded after the decay is added."""
    g = "grad" if getattr(a, "rescale_grad", 1.0) == 1.0 else "rescale_grad * grad"
    add = f" + {wd}" if wd and a.wd != 0 else ""
    if getattr(a, clip) < 0:
        return f"({g}{add})"
    if clip_all:
        return f"clip({g}{add}, -{clip}, {clip})"
    return f"(clip({g}, -{clip}, {clip}){add})"


def _decayed(a: Any) -> str:
    return "weight" if a.wd == 0 else "(1 - lr * wd) * weight"


def _clipped_weight(a: Any, text: str) -> str:
    return f"clip({text}, -clip_weights, clip_weights)" if a.clip_weights > 0 else text


def _sgd(a):
    return [("weight", f"{_decayed(a)} - lr * {gradient(a)}")]


def _sgd_mom(a):
    decay = "" if a.wd == 0 else " - lr * wd * weight"
    return [("mom", f"momentum * mom{decay} - lr * {gradient(a)}"), ("weight", "weight + mom")]


def _nag_mom(a):
    # MXNet writes the weight before the momentum, so that the decay in the momentum sees the new weight
    return [
        ("g", gradient(a)),
        ("weight", "weight + momentum * momentum * mom - (1 + momentum) * lr * (g + wd * weight)"),
        ("mom", "momentum * mom - lr * (g + wd * weight)"),
    ]


def _adam(a):
    return [
        ("g", gradient(a, "wd * weight", clip_all=True)),
        ("mean", "beta1 * mean + (1 - beta1) * g"),
        ("var", "beta2 * var + (1 - beta2) * g * g"),
        ("weight", "weight - lr * mean / (sqrt(var) + epsilon)"),
    ]


def _adamw(a):
    return [
        ("g", gradient(a)),
        ("mean", "beta1 * mean + (1 - beta1) * g"),
        ("var", "beta2 * var + (1 - beta2) * g * g"),
        ("weight", "weight - eta * (lr * mean / (sqrt(var) + epsilon) + wd * weight)"),
    ]


def _rmsprop(a):
    return [
        ("g", gradient(a, "wd * weight", clip_all=True)),
        ("n", "(1 - gamma1) * g * g + gamma1 * n"),
        ("weight", _clipped_weight(a, "weight - lr * g / sqrt(n + epsilon)")),
    ]


def _rmspropalex(a):
    return [
        ("step", gradient(a, "wd * weight", clip_all=True)),
        ("n", "(1 - gamma1) * step * step + gamma1 * n"),
        ("g", "(1 - gamma1) * step + gamma1 * g"),
        ("delta", "gamma2 * delta - lr * step / sqrt(n - g * g + epsilon)"),
        ("weight", _clipped_weight(a, "weight + delta")),
    ]


def _ftrl(a):
    return [
        ("step", gradient(a)),
        ("z", "z + step - (sqrt(n + step * step) - sqrt(n)) * weight / lr"),
        ("n", "n + step * step"),
        ("weight", "(sign(z) * lamda1 - z) / ((beta + sqrt(n)) / lr + wd) * (abs(z) > lamda1)"),
    ]


def _ftml(a):
    return [
        ("g", gradient(a, "wd * weight", "clip_grad", clip_all=True)),
        ("v", "beta2 * v + (1 - beta2) * g * g"),
        ("now", "left1 / lr * (sqrt(v / left2) + epsilon)"),
        ("z", "beta1 * z + (1 - beta1) * g - (now - beta1 * d) * weight"),
        ("d", "now + 0"),
        ("weight", "-z / d"),
    ]


def _signsgd(a):
    return [("weight", f"{_decayed(a)} - lr * sign(grad)")]


def _signum(a):
    decay = "" if a.wd == 0 else " - (1 - momentum) * wd * weight"
    keep = "weight" if a.wd_lh == 0 else "(1 - lr * wd_lh) * weight"
    return [
        ("mom", f"momentum * mom{decay} - (1 - momentum) * {gradient(a)}"),
        ("weight", f"{keep} + lr * sign(mom)"),
    ]


def _adagrad(a):
    return [
        ("g", gradient(a, "wd * weight")),
        ("history", "history + g * g"),
        ("weight", "weight - lr * g / sqrt(history + epsilon)"),
    ]


def _lamb1(a):
    mean, var = ("mean / left1", "var / left2") if a.bias_correction else ("mean", "var")
    return [
        ("g", gradient(a)),
        ("mean", "beta1 * mean + (1 - beta1) * g"),
        ("var", "beta2 * var + (1 - beta2) * g * g"),
        ("out", f"{mean} / (sqrt({var}) + epsilon) + wd * weight"),
    ]


def _left(a):
    """What is left of 1 after t decays, for corrections of the start at 0."""
    return {"left1": 1 - single(a.beta1) ** a.t, "left2": 1 - single(a.beta2) ** a.t}


rules: dict[str, Rule] = {
    "sgd": Rule("", _sgd),
    "sgd_mom": Rule("mom", _sgd_mom),
    "nag_mom": Rule("mom", _nag_mom),
    "adam": Rule("mean var", _adam),
    "adamw": Rule("mean var", _adamw),
    "rmsprop": Rule("n", _rmsprop),
    "rmspropalex": Rule("n g delta", _rmspropalex),
    "ftrl": Rule("z n", _ftrl),
    "ftml": Rule("d v z", _ftml, _left),
    "signsgd": Rule("", _signsgd),
    "signum": Rule("mom", _signum),
    "adagrad": Rule("history", _adagrad),
    "lamb1": Rule("mean var", _lamb1, _left),
}


def _out_like_weight(a: Any, s: Frame) -> None:
    """mp operators: weight and gradient of half precision, the rest single."""
    s.set_dtype(1, s[0])
    for i in range(2, len(s)):
        s.set_dtype(i, np.dtype(np.float32))
    s.out_dtype(0, s[0])


_NUMBERS = {"lr": "0.1", "t": "1", "wd": "0.1", "eta": "1"}
_LISTS = {"lrs": "(0.1,)", "learning_rates": "(0.1,)", "wds": "(0,)", "etas": "(1,)", "step_count": "(1,)"}
_ONE = {
    "rescale_grad": "nd.ones(1)",
    "lrs": "nd.array([0.1])",
    "wds": "nd.zeros(1)",
    "r1": "nd.ones(1)",
    "r2": "nd.array([2])",
}


def example(name: str, inputs: tuple[str, ...], params: dict[str, Param], *, half: bool = False, more: str = "") -> str:
    """One step of an update operator, from the names of its inputs and parameters."""
    cast = ', dtype="float16"' if half else ""
    arrays = {"weight": f"nd.array([1, 2]{cast})", "grad": f"nd.array([0.5, -1]{cast})", "g": "nd.array([0.5, -1])"}
    arrays.update(weight32="nd.array([1, 2])", **_ONE)
    given = [f"{n}={v}" for n, v in {**_NUMBERS, **_LISTS}.items() if n in params and params[n].required]
    values = [arrays.get(n, "nd.zeros(2)") for n in inputs]
    where = "_internal." if name.startswith("_") else ""
    return f"nd.{where}{name}({', '.join([*values, *given, *([more] if more else [])])})"


def update(
    name: str,
    rule: Rule,
    params: dict[str, Param],
    doc: str,
    *,
    aliases: tuple[str, ...] = (),
    mp: bool = False,
    out32: bool = False,
) -> OpDef:
    """Declares an update operator: inputs weight, grad, the states and, with `mp`, weight32.

    out32: the output of an mp operator is single precision, and weight32 does not change (lamb's first phase).
    """
    inputs = ("weight", "grad", *rule.states, *(("weight32",) if mp else ()))

    def forward(xp: Any, a: Attrs, weight: Any, grad: Any, *states: Any) -> Any:
        values = dict(zip(rule.states, states))
        if mp:
            weight_, grad = states[-1], grad.astype(np.float32)
        else:
            weight_ = weight
        env = apply(rule, xp, a, {"weight": weight_, "grad": grad, **values})
        out = env["out"] if "out" in env else env["weight"]
        new = tuple(env[n] for n in rule.states)
        if mp and not out32:
            return out.astype(weight.dtype), *new, out
        return out, *new

    def types(a: Attrs, s: Frame) -> None:
        if not mp:
            same_dtypes(a, s)
        elif out32:
            s.set_dtype(1, s[0])
            s.out_dtype(0, np.dtype(np.float32))
        else:
            _out_like_weight(a, s)

    d = register(
        OpDef(
            name,
            inputs=inputs,
            aliases=aliases,
            params=params,
            dynamic=[n for n, p in params.items() if isinstance(p, Float) or n == "t"],
            mutates=(*rule.states, *(("weight32",) if mp and not out32 else ())),
            forward=quiet(forward),
            grad=None,
            infer_shape=same_shapes,
            infer_type=types,
            expr=(lambda a: rule.steps(a)[0][1]) if not mp and not rule.states else None,
            doc=doc,
            examples=(example(name, inputs, params, half=mp),),
        )
    )
    d.rule = rule
    return d


_SGD = "lr wd rescale_grad clip_gradient lazy_update"
_ADAM = {
    "beta1": (0.899999976, "Decay of the mean."),
    "beta2": (0.999000013, "Decay of the variance."),
    "epsilon": (9.99999994e-09, "Keeps the division finite."),
}
_RMS = {
    "gamma1": (0.949999988, "Decay of the mean square."),
    "gamma2": (0.899999976, "Decay of the step."),
    "epsilon": (9.99999994e-09, "Keeps the division finite."),
}

update("sgd_update", rules["sgd"], _params(_SGD), "weight - lr * (grad + wd*weight) (MXNet operator sgd_update).",
       aliases=("_sparse_sgd_update",))  # fmt: skip
update("mp_sgd_update", rules["sgd"], _params(_SGD), "sgd_update of half-precision weights.", mp=True)
_SGD_MOM = "lr momentum wd rescale_grad clip_gradient lazy_update"
update("sgd_mom_update", rules["sgd_mom"], _params(_SGD_MOM),
       "SGD with momentum: mom = momentum*mom - lr*(grad + wd*weight); weight + mom (MXNet operator sgd_mom_update).",
       aliases=("_sparse_sgd_mom_update",))  # fmt: skip
update("mp_sgd_mom_update", rules["sgd_mom"], _params(_SGD_MOM), "sgd_mom_update of half-precision weights.", mp=True)
_NAG = "lr momentum wd rescale_grad clip_gradient"
update("nag_mom_update", rules["nag_mom"], _params(_NAG), "Nesterov's accelerated gradient (MXNet nag_mom_update).")
update("mp_nag_mom_update", rules["nag_mom"], _params(_NAG), "nag_mom_update of half-precision weights.", mp=True)
update("adam_update", rules["adam"],
       _params("lr beta1 beta2 epsilon wd rescale_grad clip_gradient lazy_update", **_ADAM),
       "Adam without bias correction, which goes into lr (Kingma and Ba 2014; MXNet operator adam_update).",
       aliases=("_sparse_adam_update",))  # fmt: skip
update("rmsprop_update", rules["rmsprop"],
       _params("lr gamma1 epsilon wd rescale_grad clip_gradient clip_weights", **_RMS),
       "RMSProp (Tieleman and Hinton 2012; MXNet operator rmsprop_update).")  # fmt: skip
update("rmspropalex_update", rules["rmspropalex"],
       _params("lr gamma1 gamma2 epsilon wd rescale_grad clip_gradient clip_weights", **_RMS),
       "RMSProp with momentum and centring (Graves 2013; MXNet operator rmspropalex_update).")  # fmt: skip
update("ftrl_update", rules["ftrl"],
       _params("lr lamda1 beta wd rescale_grad clip_gradient",
               lamda1=(0.00999999978, "L1 penalty."), beta=(1.0, "Smooths the rate of each coordinate.")),
       "FTRL-Proximal (McMahan et al. 2013; MXNet operator ftrl_update).",
       aliases=("_sparse_ftrl_update",))  # fmt: skip
update("ftml_update", rules["ftml"],
       _params("lr beta1 beta2 epsilon t wd rescale_grad clip_grad",
               beta1=(0.600000024, "Decay of the mean."), beta2=_ADAM["beta2"],
               epsilon=(9.9999999392252903e-09, "Keeps the division finite.")),
       "Follow the moving leader (Zheng and Kwok 2017; MXNet operator ftml_update).")  # fmt: skip
update("signsgd_update", rules["signsgd"], _params("lr wd rescale_grad clip_gradient"),
       "weight - lr * (sign(grad) + wd*weight) (Bernstein et al. 2018; MXNet operator signsgd_update).")  # fmt: skip
update("signum_update", rules["signum"], _params("lr momentum wd rescale_grad clip_gradient wd_lh"),
       "SignSGD with momentum (Bernstein et al. 2018; MXNet operator signum_update).")  # fmt: skip
update("_sparse_adagrad_update", rules["adagrad"],
       _params("lr epsilon wd rescale_grad clip_gradient", epsilon=(1.00000001e-07, "Keeps the division finite.")),
       "AdaGrad (Duchi et al. 2011; MXNet operator _sparse_adagrad_update), for dense arrays.")  # fmt: skip
_LAMB = {**_ADAM, "epsilon": (9.99999997e-07, "Keeps the division finite."), "wd": Float(doc="Weight decay.")}
_LAMB1 = "beta1 beta2 epsilon t bias_correction wd rescale_grad clip_gradient"
update("lamb_update_phase1", rules["lamb1"], _params(_LAMB1, **_LAMB),
       "The direction of LAMB before scaling (You et al. 2019; MXNet operator lamb_update_phase1).")  # fmt: skip
update("mp_lamb_update_phase1", rules["lamb1"], _params(_LAMB1, **_LAMB),
       "lamb_update_phase1 of half-precision weights.", mp=True, out32=True)  # fmt: skip
