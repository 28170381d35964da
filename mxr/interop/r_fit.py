"""The training loop behind mx.model.FeedForward.create: all rounds run here, R is called back only where the user gave
a callback, and once a round for the log."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError
from mxr.core.engine import engine

from . import r_convert as cv
from .r import exported, handles
from .r_exec import bind_simple
from .r_io import ArrayIter, BackendIter, CallbackIter, checked, iterator_of, no_nan
from .r_metric import RMetric, batch_value, metric_of
from .r_nd import array_of, context, host_array, put
from .r_optim import Builtin, updater_of
from .r_sym import symbol_of

__all__ = ["Fit"]

PROGRESS_SECONDS = 0.1


def _names(x: Any) -> list[str] | None:
    return None if x is None else [x] if isinstance(x, str) else list(x)


def check_params(where: str, needed: list[str], given: dict[str, Any], allow_extra: bool) -> None:
    missing = [n for n in needed if n not in given]
    if missing:
        raise cv.RInputError(f"{where}: the parameters lack {', '.join(missing)}")
    extra = [n for n in given if n not in needed]
    if extra and not allow_extra:
        raise cv.RInputError(
            f"{where}: {', '.join(extra)} are no parameters of the symbol (allow.extra.params=TRUE ignores them)"
        )


def load_params(where: str, target: dict[str, Any], given: dict[str, Any]) -> None:
    for n, a in given.items():
        if n not in target:
            continue
        if a.shape != target[n].shape:
            dims = [cv.dim_text(x.shape) for x in (a, target[n])]
            raise cv.RInputError(f"{where}: parameter {n} has dim {dims[0]}, the symbol with this data needs {dims[1]}")
        a.copyto(target[n])


def first_batch(it: Any) -> dict[str, Any]:
    it.reset()
    if not it.iter_next():
        raise MXNetError("Empty input")
    batch = it.value()
    it.reset()
    return batch


def classes_of_head(s: Any) -> bool:
    """Whether the first output is a plain SoftmaxOutput, whose labels must be 0 .. classes - 1."""
    graph = json.loads(s.tojson())
    head = graph["nodes"][graph["heads"][0][0]]
    attrs = head.get("attrs", {})
    off = ("0", "False", "false", None)
    return head["op"] in ("SoftmaxOutput", "Softmax") and all(
        attrs.get(k) in off for k in ("use_ignore", "multi_output", "preserve_shape")
    )


def check_labels(where: str, label: np.ndarray, classes: int, loss: str = "SoftmaxOutput") -> None:
    low, high = float(label.min()), float(label.max())
    if low >= 0 and high <= classes - 1:
        if np.array_equal(label, np.floor(label)):
            return
        bad = float(label[label != np.floor(label)].ravel()[0])
    else:
        bad = low if low < 0 else high
    hint = " (classes counted from 1? subtract 1)" if low == 1 and high == classes else ""
    raise cv.RInputError(f"{where}: {loss} with {classes} classes needs labels 0 to {classes - 1}, given {bad:g}{hint}")


def _feed(target: Any, x: Any) -> None:
    """The values of a batch into an executor's argument, at once where they are a host array for the CPU."""
    if type(x) is np.ndarray and x.shape == target.shape and not target.context.is_gpu:
        engine.drain()  # what is queued may still read it
        np.copyto(target._data, x, casting="unsafe")
    else:
        target[:] = x


class Devices:
    """The executors of one batch size, one per device; each takes its slice of a batch."""

    def __init__(self, execs: list[Any], slices: list[slice], feeds: list[tuple[str, str]]) -> None:
        self.execs, self.slices, self.feeds = execs, slices, feeds

    def forward(self, batch: dict[str, Any], train: bool) -> None:
        single = len(self.execs) == 1
        for e, cut in zip(self.execs, self.slices):
            for arg, field in self.feeds:
                x = batch[field]
                _feed(e.arg_dict[arg], x if single else x[cut])
            e.forward(is_train=train)

    def prediction(self) -> Any:
        outs = [e.outputs[0] for e in self.execs]
        return outs[0] if len(outs) == 1 else mx.nd.concat(*[o.as_in_context(mx.cpu()) for o in outs], dim=0)


class Fit:
    """One call of mx.model.FeedForward.create (or of an equivalent trainer)."""

    where = "mx.model.FeedForward.create"

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.symbol = s = symbol_of(spec["symbol"])
        self.ctxs = [context(c) for c in spec["ctx"]]
        self.train, self.eval = iterator_of(spec["iter"]), None
        if spec.get("eval_iter") is not None:
            self.eval = iterator_of(spec["eval_iter"])
        self.metric = metric_of(spec.get("metric"))
        self.arguments = s.list_arguments()
        batch = first_batch(self.train)
        self.feeds = self._feeds(batch)
        self.label_field = next((f for n, f in self.feeds if n in self.labels), None)
        self.size = next(iter(batch.values())).shape[0]
        self._check_batch(batch)
        other = first_batch(self.eval) if self.eval is not None else None
        if other is not None:
            self._check_eval(batch, other)
        self._bind(batch)
        self.eval_group = self.group if other is None else self._eval_devices(other)
        self.updaters = [updater_of(spec["optimizer"], self.arguments) for _ in self.ctxs]
        self.trained = [n for n in self.arguments if self.execs[0].grad_dict.get(n) is not None]
        if not self.trained:
            raise cv.RInputError(
                f"{self.where}: no argument of the symbol can be trained (arguments: {', '.join(self.arguments)})"
            )
        fed = {n for n, _ in self.feeds}
        self.fixed = [n for n in self.arguments if n not in fed and n not in self.trained]
        self.flat = self._flat_params()
        self.examples: int | None = None
        self._shown = 0.0
        self.reached = [int(spec["begin"]), 0]

    def _feeds(self, batch: dict[str, Any]) -> list[tuple[str, str]]:
        """(argument, field of the iterator) pairs."""
        inputs, outputs = _names(self.spec.get("input_names")), _names(self.spec.get("output_names"))
        if inputs is None:
            inputs = ["data"]
        if outputs is None:
            self.labels = [n for n in self.arguments if n.endswith("label")][:1]
            pairs = [(n, n) for n in inputs] + [(n, "label") for n in self.labels]
        else:
            self.labels = outputs
            pairs = [(n, n) for n in inputs + outputs]
        for arg, field in pairs:
            if arg not in self.arguments:
                raise cv.RInputError(
                    f"{self.where}: the symbol has no argument {arg!r}; its arguments are {', '.join(self.arguments)}"
                )
            if field not in batch:
                raise cv.RInputError(f"{self.where}: the iterator gives {', '.join(batch)}, expected {field!r}")
        return pairs

    def _check_batch(self, batch: dict[str, Any]) -> None:
        if isinstance(self.train, ArrayIter):
            return  # checked when it was made
        for arg, field in self.feeds:
            a = host_array(batch[field])
            no_nan(self.where, arg, a, max(1, a.size // max(1, a.shape[0])))

    def _check_eval(self, batch: dict[str, Any], other: dict[str, Any]) -> None:
        """The validation batches go through the same network; only their size may differ."""
        for _, field in self.feeds:
            if field not in other:
                raise cv.RInputError(f"{self.where}: eval.data gives {', '.join(other)}, expected {field!r}")
            if tuple(other[field].shape[1:]) != tuple(batch[field].shape[1:]):
                dims = [cv.dim_text(b[field].shape) for b in (other, batch)]
                raise cv.RInputError(
                    f"{self.where}: batches of eval.data have {field} of dim {dims[0]}, those of the training data "
                    f"{dims[1]}; expected the same (only the last, the batch size, may differ)"
                )

    def _slices(self, n: int) -> list[slice]:
        k = len(self.ctxs)
        step = math.ceil(n / k)
        slices = [slice(i * step, min(n, (i + 1) * step)) for i in range(k)]
        if slices[-1].start >= n:
            raise cv.RInputError(f"{self.where}: a batch of {n} cannot be cut for {k} devices")
        return slices

    def _eval_devices(self, batch: dict[str, Any]) -> Devices:
        """The training executors, or others of the validation's batch size on the same parameters."""
        n = next(iter(batch.values())).shape[0]
        if n == self.size:
            return self.group
        slices, execs = self._slices(n), []
        for e, ctx, cut in zip(self.execs, self.ctxs, slices):
            shapes = {arg: (cut.stop - cut.start, *batch[field].shape[1:]) for arg, field in self.feeds}
            fed = {n: mx.nd.zeros(shape, ctx=ctx, dtype=e.arg_dict[n].dtype) for n, shape in shapes.items()}
            execs.append(self.symbol.bind(ctx, {**e.arg_dict, **fed}, grad_req="null", aux_states=e.aux_dict))
        return Devices(execs, slices, self.feeds)

    def _bind(self, batch: dict[str, Any]) -> None:
        slices = self._slices(self.size)
        arg_params = {n: array_of(h) for n, h in (self.spec["arg_params"] or {}).items()}
        aux_params = {n: array_of(h) for n, h in (self.spec["aux_params"] or {}).items()}
        fed = {n for n, _ in self.feeds}
        needed = [n for n in self.arguments if n not in fed]
        extra = bool(self.spec.get("allow_extra"))
        check_params(self.where, needed, arg_params, extra)
        check_params(self.where, self.symbol.list_auxiliary_states(), aux_params, extra)
        self.execs = []
        for ctx, cut in zip(self.ctxs, slices):
            shapes = {arg: (cut.stop - cut.start, *batch[field].shape[1:]) for arg, field in self.feeds}
            fixed = [*(_names(self.spec.get("fixed")) or []), *fed]
            e = bind_simple(self.symbol, ctx, "write", fixed, shapes)
            load_params(self.where, e.arg_dict, arg_params)
            load_params(self.where, e.aux_dict, aux_params)
            self.execs.append(e)
        self.group = Devices(self.execs, slices, self.feeds)
        if self.label_field is not None and classes_of_head(self.symbol):
            classes = int(self.symbol.infer_shape(**shapes)[1][0][1])
            for it in (self.train, self.eval):
                if it is not None:
                    label = it.label if isinstance(it, ArrayIter) else host_array(first_batch(it)[self.label_field])
                    check_labels(self.where, label, classes)

    def _flat_params(self) -> tuple[Any, Any] | None:
        """All weights and all gradients as two arrays, where the engine laid them end to end: one update per batch."""
        found = getattr(self.execs[0], "flat_params", None)
        if found is None or len(self.execs) > 1 or not isinstance(self.updaters[0], Builtin):
            return None
        names, weights, grads = found
        return (weights, grads) if set(names) == set(self.trained) else None

    # One batch
    def _step(self) -> None:
        for e in self.execs:
            e.backward()
        self._update(self.execs, self.trained)

    def _update(self, execs: list[Any], trained: list[str]) -> None:
        """One update of every parameter, by the sum of the devices' gradients."""
        if self.flat is not None:
            self.updaters[0].update("all", *self.flat)
            return
        for n in trained:
            if len(execs) == 1:
                self.updaters[0].update(n, execs[0].arg_dict[n], execs[0].grad_dict[n])
                continue
            total = mx.nd.add_n(*[e.grad_dict[n].as_in_context(self.ctxs[0]) for e in execs])
            for e, u, c in zip(execs, self.updaters, self.ctxs):
                u.update(n, e.arg_dict[n], total.as_in_context(c))

    def _measure(self, which: str, batch: dict[str, Any], group: Devices) -> None:
        if self.metric is None or self.label_field is None:
            return
        label, pred = batch[self.label_field], group.prediction()
        if isinstance(self.metric, RMetric):  # its arrays must be on one device: metric_cpu says on which
            to = mx.cpu() if self.spec.get("metric_cpu", True) else pred.context
            label = label.as_in_context(to) if isinstance(label, mx.nd.NDArray) else mx.nd.array(label, ctx=to)
            pred = pred.as_in_context(to)
        self.metric.update(which, label, pred)

    def _rate(self) -> float | None:
        u = self.updaters[0]
        return u.lr if isinstance(u, Builtin) and u.name != "adadelta" else None

    def _progress(self, iteration: int, nbatch: int, which: str, it: Any) -> None:
        show = self.spec.get("progress")
        if show is not None and time.monotonic() - self._shown > PROGRESS_SECONDS:
            self._shown = time.monotonic()
            checked(show(iteration, nbatch, it.batches, which, self.metric.state if self.metric else None))

    def _round(self, iteration: int) -> bool:
        on_batch = self.spec.get("on_batch")
        if self.metric is not None:
            self.metric.init("train")
        started = time.monotonic()
        self.train.reset()
        nbatch = padding = 0
        while self.train.iter_next():
            batch = self.train.value()
            self.group.forward(batch, True)
            self._step()
            self._measure("train", batch, self.group)
            nbatch += 1
            padding += self.train.num_pad() if not isinstance(self.train, CallbackIter) else 0
            self.reached = [iteration, nbatch]
            if on_batch is not None:
                checked(on_batch(iteration, nbatch, self.metric.state if self.metric else None))
            self._progress(iteration, nbatch, "train", self.train)
        self.train.reset()
        if isinstance(self.train, (ArrayIter, BackendIter)):
            self.examples = nbatch * self.size - padding
        train_state = self.metric.state if self.metric else None
        eval_state = None
        if self.eval is not None and self.metric is not None:
            self.metric.init("eval")
            self.eval.reset()
            n = 0
            while self.eval.iter_next():
                batch = self.eval.value()
                self.eval_group.forward(batch, False)
                self._measure("eval", batch, self.eval_group)
                n += 1
                self._progress(iteration, n, "eval", self.eval)
            self.eval.reset()
            eval_state = self.metric.state
        seconds = time.monotonic() - started
        go_on = checked(self.spec["on_round"](iteration, nbatch, train_state, eval_state, seconds, self._rate()))
        return go_on is not False

    def run(self) -> dict[str, Any]:
        interrupted = False
        try:
            for iteration in range(int(self.spec["begin"]), int(self.spec["end"]) + 1):
                if not self._round(iteration):
                    break
        except KeyboardInterrupt:
            interrupted = True
        return {
            "interrupted": interrupted,
            "reached": self.reached,
            "examples": self.examples,
            "params": self.params(),
        }

    def params(self) -> dict[str, Any]:
        def mean(which: str, n: str) -> Any:
            arrays = [getattr(e, which)[n].as_in_context(mx.cpu()) for e in self.execs]
            return put(arrays[0].copy() if len(arrays) == 1 else mx.nd.add_n(*arrays) / len(arrays))

        return {
            "arg": {n: mean("arg_dict", n) for n in self.trained},
            "aux": {n: mean("aux_dict", n) for n in self.execs[0].aux_dict},
            "fixed": {n: put(self.execs[0].arg_dict[n].as_in_context(mx.cpu()).copy()) for n in self.fixed},
        }


# Other trainers that R drives like this one, by the name in their spec.
TRAINERS: dict[str, type[Fit]] = {}


@exported
def fit_new(spec: Any) -> int:
    spec = dict(spec)
    return handles.add(TRAINERS.get(spec.get("trainer", ""), Fit)(spec))


@exported
def fit_run(h: Any) -> dict[str, Any]:
    return handles.get(h).run()


@exported
def fit_params(h: Any) -> dict[str, Any]:
    return handles.get(h).params()


@exported
def fit_execs(h: Any) -> list[int]:
    return [handles.add(e) for e in handles.get(h).execs]


@exported
def metric_value(name: str, label: Any, pred: Any) -> float:
    return batch_value(name, host_array(array_of(label)), host_array(array_of(pred)))
