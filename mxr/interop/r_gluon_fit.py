"""fit(), predict() and evaluate() of Gluon networks for R: the rounds run here, R is called back only for callbacks."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

import mxr as mx
from mxr import autograd, gluon
from mxr.base import MXNetError

from . import r_convert as cv
from .r import exported, handles, warn
from .r_fit import TRAINERS, Fit, check_labels
from .r_gluon_data import LoaderIter
from .r_gluon_values import RFunction
from .r_io import ArrayIter, checked, iterator_of, no_nan, put_host
from .r_metric import metric_of
from .r_nd import context, host_array

__all__ = ["GluonFit", "Run"]


class GluonMetric:
    """A metric of mx.metric, in which every example counts the same, for R's c(weight, value)."""

    def __init__(self, name: str) -> None:
        self._metric = mx.metric.create(name)

    @property
    def state(self) -> list[float]:
        name, value = self._metric.get()
        if isinstance(value, list):
            raise cv.RInputError(f"metric {name}: reports {len(value)} values, expected one")
        return [0.0 if np.isnan(value) else 1.0, float(value)]

    def init(self, which: str) -> None:
        self._metric.reset()

    def update(self, which: str, label: Any, pred: Any) -> None:
        self._metric.update([label], [pred])


@exported
def gfit_metric_name(name: str) -> str:
    """What log lines call a metric; an error for one that there is not."""
    found = mx.metric.create(name).name
    if not isinstance(found, str):
        raise cv.RInputError(f"fit: metric {name!r} reports several values, expected one")
    return found


@exported
def gfit_function(fn: Any) -> int:
    """A loss that is a function of R."""
    return handles.add(RFunction(fn))


def _metric(spec: Any) -> Any:
    return GluonMetric(spec["python"]) if isinstance(spec, dict) and "python" in spec else metric_of(spec)


class Mean:
    """The mean of losses, read when asked for: reading waits for the engine."""

    def __init__(self) -> None:
        self._sums: list[Any] = []
        self._total, self._count = 0.0, 0

    def add(self, loss: Any) -> None:
        self._sums.append(loss.sum())
        self._count += loss.size
        if len(self._sums) >= 256:
            self._read()

    def _read(self) -> None:
        self._total += sum(float(s.asscalar()) for s in self._sums)
        self._sums.clear()

    @property
    def value(self) -> float:
        self._read()
        return self._total / self._count if self._count else float("nan")


def batches(it: Any) -> Iterator[list[Any]]:
    """Arrays of each batch, what only fills it up cut off. Iterators are reset before and after."""
    it.reset()
    while it.iter_next():
        if isinstance(it, LoaderIter):
            yield it.parts()
            continue
        value, pad = it.value(), it.num_pad()
        parts = [v if isinstance(v, mx.nd.NDArray) else mx.nd.array(v, ctx=mx.cpu()) for v in value.values()]
        yield [p[: p.shape[0] - pad] for p in parts] if pad else parts
    it.reset()


class Run:
    """A network, its loss and its metric over the devices of its parameters."""

    where = "fit"

    def __init__(self, spec: dict[str, Any], ctxs: list[Any]) -> None:
        self.net, self.ctxs = handles.get(spec["net"]), ctxs
        self.loss: Any = handles.get(spec["loss"]) if spec.get("loss") is not None else None
        self.metric = _metric(spec.get("metric"))

    def split(self, parts: list[Any]) -> list[list[Any]]:
        if len(self.ctxs) == 1:
            return [[p.as_in_context(self.ctxs[0]) for p in parts]]
        if parts[0].shape[0] < len(self.ctxs):
            raise cv.RInputError(
                f"{self.where}: a batch of {parts[0].shape[0]} cannot be cut for {len(self.ctxs)} devices"
            )
        cut = [gluon.utils.split_and_load(p, self.ctxs, even_split=False) for p in parts]
        return [list(v) for v in zip(*cut)]

    def step(self, parts: list[Any], train: bool) -> tuple[list[Any], list[Any], list[Any]]:
        """Labels, outputs and losses of a batch, one for each device."""
        pieces = self.split(parts)
        with autograd.record() if train else contextlib.nullcontext():
            outs = [self.net(*p[:-1]) for p in pieces]
            losses = [self.loss(o, p[-1]) for o, p in zip(outs, pieces)]
        if not isinstance(losses[0], mx.nd.NDArray):
            raise cv.RInputError(
                f"{self.where}: argument loss must give an MXNDArray, a number for each example; given "
                f"{type(losses[0]).__name__}"
            )
        if train:
            autograd.backward(losses)
        return [p[-1] for p in pieces], outs, losses

    def measure(self, which: str, labels: list[Any], outs: list[Any]) -> None:
        for label, out in zip(labels, outs):
            self.metric.update(which, label, out[0] if isinstance(out, (list, tuple)) else out)

    def labelled(self, parts: list[Any], what: str) -> None:
        if len(parts) < 2:
            raise cv.RInputError(f"{self.where}: the batches of {what} have no labels; expected data and label")


class Labels:
    """Class numbers are looked at before a loss takes them: wrong ones would train on nonsense in silence."""

    def __init__(self, run: Run) -> None:
        loss = run.loss
        self._wanted = (
            isinstance(loss, gluon.loss.SoftmaxCrossEntropyLoss) and loss._sparse_label and loss._axis in (-1, 1)
        )
        self._axis = loss._axis if self._wanted else -1
        self._run = run
        self._whole: set[int] = set()

    def check(self, it: Any, label: Any, out: Any) -> None:
        if not self._wanted or id(it) in self._whole:
            return
        classes = out.shape[self._axis]
        values = _all_labels(it)
        if values is not None:
            self._whole.add(id(it))
        values = host_array(label) if values is None else values
        if values.size:
            check_labels(self._run.where, values, classes, "SoftmaxCrossEntropyLoss")


def _all_labels(it: Any) -> np.ndarray | None:
    """The labels of a data set that has them as one array."""
    if isinstance(it, ArrayIter):
        return it.label
    data: Any = it.it._dataset if isinstance(it, LoaderIter) and isinstance(it.it, gluon.data.DataLoader) else None
    plain = type(data) is gluon.data.ArrayDataset and it.it._batchify_fn is gluon.data.dataloader.default_batchify_fn
    return host_array(data._data[-1]) if plain and len(data._data) > 1 else None


class GluonFit(Fit):
    """One call of fit()."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.train, self.eval = iterator_of(spec["iter"]), None
        if spec.get("eval_iter") is not None:
            self.eval = iterator_of(spec["eval_iter"])
        self.trainer = handles.get(spec["trainer_id"])
        self.body = Run(spec, [context(c) for c in spec["ctx"]])
        self.metric = self.body.metric
        self.classes = Labels(self.body)
        self.examples: int | None = None
        self._shown = 0.0
        self._nan = False
        self.reached = [int(spec["begin"]), 0]

    def _first(self, parts: list[Any], what: str) -> None:
        self.body.labelled(parts, what)
        for name, p in zip(("data", "label"), (parts[0], parts[-1])):
            a = host_array(p)
            if a.dtype.kind == "f" and a.size:
                no_nan(self.where_of(what), name, a, max(1, a.size // a.shape[0]))

    def where_of(self, what: str) -> str:
        return "fit" if what == "x" else f"fit ({what})"

    def _pass(self, it: Any, train: bool, iteration: int) -> tuple[int, int, float]:
        """Batches, examples and mean loss of one pass."""
        which = "train" if train else "eval"
        on_batch = self.spec.get("on_batch") if train else None
        if self.metric is not None:
            self.metric.init(which)
        mean, nbatch, examples = Mean(), 0, 0
        for parts in batches(it):
            if not nbatch:
                self._first(parts, "x" if train else "validation")
            labels, outs, losses = self.body.step(parts, train)
            if iteration == int(self.spec["begin"]):
                for label, out in zip(labels, outs):
                    self.classes.check(it, label, out)
            n = parts[0].shape[0]
            if train:
                self.trainer.step(n)
            for each in losses:
                mean.add(each)
            if self.metric is not None:
                self.body.measure(which, labels, outs)
            nbatch += 1
            examples += n
            if train:
                self.reached = [iteration, nbatch]
            if on_batch is not None:
                checked(on_batch(iteration, nbatch, self.metric.state if self.metric else None))
            self._progress(iteration, nbatch, which, it)
        if not nbatch:
            raise MXNetError("Empty input")
        return nbatch, examples, mean.value

    def _round(self, iteration: int) -> bool:
        started = time.monotonic()
        nbatch, self.examples, loss = self._pass(self.train, True, iteration)
        if np.isnan(loss) and not self._nan:
            self._nan = True
            warn(f"fit: the loss is NaN since round {iteration}; a smaller learning rate may help")
        train_state = self.metric.state if self.metric else None
        eval_state = eval_loss = None
        if self.eval is not None:
            _, _, eval_loss = self._pass(self.eval, False, iteration)
            eval_state = self.metric.state if self.metric else None
        seconds = time.monotonic() - started
        found = self.spec["on_round"](
            iteration, nbatch, train_state, eval_state, seconds, self._rate(), {"loss": loss, "validation": eval_loss}
        )
        return checked(found) is not False

    def _rate(self) -> float | None:
        return float(self.trainer.learning_rate)

    def params(self) -> dict[str, Any]:
        return {}  # they are the network's


TRAINERS["gluon"] = GluonFit


@exported
def gfit_devices(net: Any) -> list[list[int]] | None:
    """The devices of a network's parameters; None where some are not initialised."""
    found = list(handles.get(net).collect_params().values())
    if any(p._data is None and not p._deferred_init for p in found):
        return None
    ctxs = found[0].list_ctx() if found else [mx.current_context()]
    return [[c.device_typeid, c.device_id] for c in ctxs]


@exported
def gfit_reset(net: Any, ctx: Any) -> None:
    handles.get(net).collect_params().reset_ctx([context(c) for c in ctx])


def _first_leaf(block: Any) -> Any:
    """The first block with parameters of its own."""
    if block._reg_params:
        return block
    return next((b for b in map(_first_leaf, block._children.values()) if b is not None), None)


@exported
def gfit_facts(net: Any) -> dict[str, Any]:
    """The number of parameters (0 while some have no shape), and of features where the first layer is dense."""
    block = handles.get(net)
    shapes = [p.shape for p in block.collect_params().values()]
    known = all(s is not None and all(n > 0 for n in s) for s in shapes)
    first = _first_leaf(block)
    dense = isinstance(first, gluon.nn.Dense) and first.weight.shape is not None and first.weight.shape[1] > 0
    return {
        "parameters": float(sum(np.prod(s, dtype=np.float64) for s in shapes)) if known else 0.0,
        "features": first.weight.shape[1] if dense else None,
        "layers": _leaves(block),
    }


def _leaves(block: Any) -> int:
    return sum(map(_leaves, block._children.values())) if block._children else 1


@exported
def gfit_kinds(net: Any) -> list[str]:
    """Of each parameter: arg, fixed (it could be trained, and is not), or aux (it is no weight)."""
    params = handles.get(net).collect_params().values()
    return ["arg" if p.grad_req != "null" else "fixed" if p._differentiable else "aux" for p in params]


@exported
def gfit_predict(net: Any, source: Any, ctx: Any, labelled: bool) -> list[int]:
    """The (first) output for every example; the last of several arrays is left out where that may be the label."""
    run = Run({"net": net}, [context(ctx)])
    found = []
    for parts in batches(iterator_of(source)):
        out = run.net(*run.split(parts[:-1] if labelled and len(parts) > 1 else parts)[0])
        out = out[0] if isinstance(out, (list, tuple)) else out
        if out.shape[0] != parts[0].shape[0]:
            raise MXNetError(f"predict: the output has {out.shape[0]} rows for a batch of {parts[0].shape[0]}")
        found.append(out.asnumpy())
    if not found:
        raise MXNetError("Empty input")
    return put_host(np.concatenate(found))


@exported
def gfit_evaluate(spec: Any) -> dict[str, Any]:
    run = Run(dict(spec), [context(spec["ctx"])])
    run.where = "evaluate"
    it, mean, labels = iterator_of(spec["iter"]), Mean(), Labels(run)
    if run.metric is not None:
        run.metric.init("eval")
    examples = 0
    for parts in batches(it):
        run.labelled(parts, "newdata")
        truth, outs, losses = run.step(parts, False)
        labels.check(it, truth[0], outs[0])
        mean.add(losses[0])
        if run.metric is not None:
            run.measure("eval", truth, outs)
        examples += parts[0].shape[0]
    return {"loss": mean.value, "state": run.metric.state if run.metric else None, "examples": examples}
