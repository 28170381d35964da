"""The optimisers of MXNet R: same names as elsewhere, but its own rules (Adam without bias correction, ...)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mxr as mx
from mxr.base import MXNetError, suggest
from mxr.optimizer.repeated import RepeatedUpdates

from . import r_convert as cv
from .r import exported, handles
from .r_exec import as_list
from .r_io import checked
from .r_nd import array_of, put

__all__ = ["Builtin", "Callback", "updater_of"]

DEFAULTS: dict[str, dict[str, Any]] = {
    "sgd": {"learning.rate": 0.01, "momentum": 0.0},
    "nag": {"learning.rate": 0.01, "momentum": 0.0},
    "rmsprop": {"learning.rate": 0.002, "centered": True, "gamma1": 0.95, "gamma2": 0.9, "epsilon": 1e-4},
    "adam": {"learning.rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "adagrad": {"learning.rate": 0.05, "epsilon": 1e-8},
    "adadelta": {"rho": 0.9, "epsilon": 1e-5},
}
_COMMON = {"wd": 0.0, "rescale.grad": 1.0, "clip_gradient": -1.0}


class Builtin:
    """One of MXNet R's optimisers. ``update(key, weight, grad)`` changes `weight` in place; `lr` may be set."""

    def __init__(self, name: str, options: dict[str, Any], scheduler: Callable[[int], Any] | None = None) -> None:
        if name not in DEFAULTS:
            raise cv.RInputError(f"Unknown optimizer {name}.{suggest(name, DEFAULTS)}")
        known = {**DEFAULTS[name], **_COMMON}
        for k in options:
            if k not in known:
                raise cv.RInputError(f"optimizer {name}: unused argument {k}.{suggest(k, known)}")
        o = {**known, **{k: v for k, v in options.items() if v is not None}}
        self.name, self.options = name, o
        self.lr = float(o.get("learning.rate", 0.0))
        self._clip = float(o["clip_gradient"])
        self._common: dict[str, Any] = {
            "wd": float(o["wd"]),
            "rescale_grad": float(o["rescale.grad"]),
            "clip_gradient": self._clip if self._clip >= 0 else -1.0,
        }
        self._operators = RepeatedUpdates()
        self._state: dict[Any, list[Any]] = {}
        self._counts: dict[Any, int] = {}
        self._step = getattr(self, "_" + name)
        self.scheduler = scheduler
        self._scheduled = -1

    def _zeros(self, key: Any, weight: Any, n: int) -> list[Any]:
        s = self._state.get(key)
        if s is None:
            s = self._state[key] = [mx.nd.zeros(weight.shape, ctx=weight.context, dtype=weight.dtype) for _ in range(n)]
        return s

    def update(self, key: Any, weight: Any, grad: Any) -> None:
        if self.scheduler is not None:
            count = self._counts[key] = self._counts.get(key, 0) + 1
            if count > self._scheduled:
                self._scheduled = count
                self.lr = float(checked(self.scheduler(count)))
        self._step(key, weight, grad)

    def _gradient(self, grad: Any) -> Any:
        g = grad * self._common["rescale_grad"]
        return mx.nd.clip(g, -self._clip, self._clip) if self._clip >= 0 else g

    def _sgd(self, key: Any, w: Any, grad: Any) -> None:
        momentum = float(self.options["momentum"])
        if momentum == 0:
            self._operators("sgd_update", key, w, grad, lr=self.lr, **self._common)
        else:
            mom = self._zeros(key, w, 1)[0]
            self._operators("sgd_mom_update", key, w, grad, mom, lr=self.lr, momentum=momentum, **self._common)

    def _nag(self, key: Any, w: Any, grad: Any) -> None:
        m, wd, g = float(self.options["momentum"]), self._common["wd"], self._gradient(grad)
        if m == 0:
            w[:] = w - (g + w * wd) * self.lr
            return
        mom = self._zeros(key, w, 1)[0]
        mom[:] = mom * m + g + w * wd
        w[:] = w - (mom * m + g) * self.lr

    def _adam(self, key: Any, w: Any, grad: Any) -> None:
        mean, var = self._zeros(key, w, 2)
        o = self.options
        self._operators(
            "adam_update",
            key,
            w,
            grad,
            mean,
            var,
            lr=self.lr,
            beta1=float(o["beta1"]),
            beta2=float(o["beta2"]),
            epsilon=float(o["epsilon"]),
            **self._common,
        )

    def _rmsprop(self, key: Any, w: Any, grad: Any) -> None:
        o = self.options
        kw = {"lr": self.lr, "gamma1": float(o["gamma1"]), "epsilon": float(o["epsilon"]), **self._common}
        if o["centered"]:
            n, g, delta = self._zeros(key, w, 3)
            mx.nd.rmspropalex_update(w, grad, n, g, delta, out=w, gamma2=float(o["gamma2"]), **kw)
        else:
            mx.nd.rmsprop_update(w, grad, self._zeros(key, w, 1)[0], out=w, **kw)

    def _adagrad(self, key: Any, w: Any, grad: Any) -> None:
        g, h = self._gradient(grad), self._zeros(key, w, 1)[0]
        h[:] = h + g * g
        w[:] = w - (g / mx.nd.sqrt(h + float(self.options["epsilon"])) + w * self._common["wd"]) * self.lr

    def _adadelta(self, key: Any, w: Any, grad: Any) -> None:
        rho, eps, g = float(self.options["rho"]), float(self.options["epsilon"]), self._gradient(grad)
        acc_g, acc_d = self._zeros(key, w, 2)
        acc_g[:] = acc_g * rho + g * g * (1 - rho)
        delta = mx.nd.sqrt(acc_d + eps) / mx.nd.sqrt(acc_g + eps) * g
        acc_d[:] = acc_d * rho + delta * delta * (1 - rho)
        w[:] = w - delta - w * self._common["wd"]


class Callback:
    """An optimiser written in R: a closure takes an index and handles of weight and gradient, and changes the weight.

    The index is the position among `names`, which are keys of `update`, from 1; other keys go as they are.
    """

    def __init__(self, fn: Callable[..., Any], names: Sequence[Any] = ()) -> None:
        self._fn = fn
        self._index = {n: i for i, n in enumerate(names, 1)}

    def update(self, key: Any, weight: Any, grad: Any) -> None:
        checked(self._fn(self._index.get(key, key), put(weight), put(grad)))


def updater_of(spec: dict[str, Any], names: Sequence[Any] = ()) -> Any:
    """`names`: what an optimiser written in R counts by; MXNet R's are the symbol's arguments."""
    if spec.get("update") is not None:
        return Callback(spec["update"], names)
    return Builtin(spec["name"], dict(spec.get("options") or {}), spec.get("scheduler"))


# mx.opt.get.updater and hand-written loops
@exported
def opt_new(spec: Any) -> int:
    return handles.add(updater_of(dict(spec)))


@exported
def opt_state(h: Any) -> dict[str, Any] | None:
    """What R writes to a file beside the specification; None where all state is R's."""
    o = handles.get(h)
    if not isinstance(o, Builtin):
        return None
    return {
        "lr": o.lr,
        "scheduled": o._scheduled,
        "counted": [*o._counts],
        "counts": [*o._counts.values()],
        "keys": [*o._state],
        "sizes": [len(arrays) for arrays in o._state.values()],
        "arrays": [put(a) for arrays in o._state.values() for a in arrays],
    }


@exported
def opt_restore(h: Any, lr: float, scheduled: Any, counted: Any, counts: Any, keys: Any, sizes: Any, ids: Any) -> None:
    o = handles.get(h)
    o.lr, o._scheduled = float(lr), int(scheduled)
    o._counts = dict(zip(counted, map(int, counts)))
    arrays = iter([array_of(i) for i in ids])
    o._state = {k: [next(arrays) for _ in range(int(n))] for k, n in zip(keys, sizes)}


@exported
def opt_update(h: Any, weights: Any, grads: Any) -> None:
    """In place; entries without gradient are left alone."""
    o = handles.get(h)
    if not isinstance(o, (Builtin, Callback)):
        raise MXNetError(f"expected an optimizer, the handle holds a {type(o).__name__}")
    ws, gs = as_list(weights), as_list(grads)
    if len(ws) != len(gs):
        raise cv.RInputError(f"updater: {len(ws)} weights but {len(gs)} gradients")
    for i, (w, g) in enumerate(zip(ws, gs)):
        if g is not None and w is not None:
            o.update(i if isinstance(o, Builtin) else i + 1, array_of(w), array_of(g))


@exported
def opt_apply(h: Any, key: Any, weight: Any, grad: Any) -> None:
    handles.get(h).update(key, array_of(weight), array_of(grad))
