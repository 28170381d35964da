"""mx.model.buckets: batches may have several lengths, each with executors of its own on shared parameters."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError

from . import r_convert as cv
from .r_exec import bind_simple, grad_requests
from .r_fit import TRAINERS, Devices, Fit, check_labels, classes_of_head, load_params
from .r_io import checked, iterator_of, no_nan
from .r_metric import BUILTIN, metric_of
from .r_nd import array_of, context, host_array, put
from .r_optim import Builtin, updater_of
from .r_sym import symbol_of

__all__ = ["ALL", "Batches", "BucketFit", "is_state", "names_of"]

ALL = "*"  # the bucket of a symbol that serves all
Shapes = Mapping[str, tuple[int, ...]]


def names_of(x: Any) -> list[str]:
    return [] if x is None else [x] if isinstance(x, str) else list(x)


def is_state(name: str) -> bool:
    """Whether an argument without a value is a state that starts at 0, rather than an input somebody forgot."""
    return not name.endswith(("data", "label", "mask"))


class Batches:
    """The batches of any iterator: ``next()`` gives bucket (None where there is none), arrays by name, and padding.

    An iterator written in R comes as two closures; one call brings all of a batch.
    """

    def __init__(self, spec: Any) -> None:
        self.batches: int | None = None
        self._fns = spec if isinstance(spec, dict) else None
        self.native: Any = None if self._fns else iterator_of(spec)

    def reset(self) -> None:
        if self._fns is not None:
            self.batches = checked(self._fns["reset"]())
        else:
            self.native.reset()
            self.batches = self.native.batches

    def next(self) -> tuple[str | None, dict[str, Any], int] | None:
        if self._fns is not None:
            got = checked(self._fns["next"]())
            if got is None:
                return None
            return got["bucket"], {n: array_of(h) for n, h in got["arrays"].items()}, int(got["pad"])
        if not self.native.iter_next():
            return None
        return None, self.native.value(), self.native.num_pad()


class Group(Devices):
    """The executors of one bucket and batch size."""

    def __init__(self, execs: list[Any], slices: list[slice], feeds: list[tuple[str, str]], trained: list[str]) -> None:
        super().__init__(execs, slices, feeds)
        self.trained = trained


class BucketFit(Fit):
    """One call of mx.model.buckets."""

    where = "mx.model.buckets"
    group: Group

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.symbols = {k: symbol_of(h) for k, h in spec["symbols"].items()}
        self.ctxs = [context(c) for c in spec["ctx"]]
        self.train = Batches(spec["iter"])
        self.eval = None if spec.get("eval_iter") is None else Batches(spec["eval_iter"])
        self.metric = metric_of(spec.get("metric"))
        self.arg_params = {n: array_of(h) for n, h in (spec["arg_params"] or {}).items()}
        self.aux_params = {n: array_of(h) for n, h in (spec["aux_params"] or {}).items()}
        fixed = names_of(spec.get("fixed"))
        self.fixed = [n for n in self.arg_params if n in fixed]
        self._trained = {k: self._trainable(s) for k, s in self.symbols.items()}
        self.trained = list(dict.fromkeys(n for names in self._trained.values() for n in names))
        if not self.trained:
            raise cv.RInputError(f"{self.where}: no parameter of the symbol can be trained")
        self.updaters = [updater_of(spec["optimizer"], self.trained) for _ in self.ctxs]
        self.flat = None
        self._period, self._waiting = int(spec.get("update_period") or 1), 0
        self._req = "add" if self._period > 1 else "write"
        # Per device: arrays of parameters, their gradients, auxiliary states; shared by all executors.
        self._store: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = []
        self._groups: dict[Any, Group] = {}
        first = {n: cv.reverse(d) for n, d in spec["first"].items()}
        self.size = next(iter(first.values()))[0]
        self._use(self._group(spec.get("bucket"), first))
        self.examples = None
        self._shown = 0.0
        self._check = True
        self.reached = [int(spec["begin"]), 0]

    def _use(self, group: Group) -> None:
        self.group, self.execs = group, group.execs

    def _trainable(self, s: Any) -> list[str]:
        reqs = grad_requests(s.list_arguments(), "write")
        return [n for n, r in reqs.items() if r != "null" and n in self.arg_params and n not in self.fixed]

    def _symbol(self, bucket: str | None) -> tuple[str, Any]:
        if ALL in self.symbols:
            return ALL, self.symbols[ALL]
        if bucket is None:
            raise cv.RInputError(
                f"{self.where}: several symbols need an iterator with $bucketID, such as mx.io.bucket.iter"
            )
        if bucket not in self.symbols:
            raise cv.RInputError(
                f"{self.where}: there is no symbol for bucket {bucket!r}, only for {', '.join(self.symbols)}"
            )
        return bucket, self.symbols[bucket]

    # Executors
    def _group(self, bucket: str | None, shapes: Shapes) -> Group:
        """The executors for batches of these shapes, made at first use."""
        which, s = self._symbol(bucket)
        key = (which, tuple(shapes.items()))
        found = self._groups.get(key)
        if found is not None:
            return found
        arguments = s.list_arguments()
        feeds = [(n, n) for n in shapes if n in arguments]
        if not feeds:
            raise cv.RInputError(
                f"{self.where}: the iterator gives {', '.join(shapes)}, the symbol has no such argument "
                f"({', '.join(arguments)})"
            )
        for n in arguments:
            if n not in shapes and n not in self.arg_params and not is_state(n):
                raise cv.RInputError(
                    f"{self.where}: nothing is given for argument {n}: the iterator gives {', '.join(shapes)}"
                )
        slices = self._slices(next(iter(shapes.values()))[0])
        execs = []
        for k, (ctx, cut) in enumerate(zip(self.ctxs, slices)):
            mine = {n: (cut.stop - cut.start, *shapes[n][1:]) for n, _ in feeds}
            execs.append(self._bind_one(k, ctx, which, s, mine))
        made = self._groups[key] = Group(execs, slices, feeds, self._trained[which])
        return made

    def _bind_one(self, k: int, ctx: Any, which: str, s: Any, shapes: Shapes) -> Any:
        trained = self._trained[which]
        arguments = s.list_arguments()
        known = {**{n: a.shape for n, a in self.arg_params.items() if n in arguments}, **shapes}
        if k == len(self._store):
            e = bind_simple(s, ctx, self._req, [n for n in arguments if n not in trained], known)
            load_params(self.where, e.arg_dict, self.arg_params)
            load_params(self.where, e.aux_dict, self.aux_params)
            args = {n: a for n, a in e.arg_dict.items() if n in self.arg_params}
            self._store.append((args, {n: e.grad_dict[n] for n in trained}, dict(e.aux_dict)))
            self._adopt_flat(e)
            return e
        args, grads, aux = self._store[k]
        found, _, aux_shapes = s.infer_shape_partial(**known)
        need, need_aux = dict(zip(arguments, found)), dict(zip(s.list_auxiliary_states(), aux_shapes))
        for n, shape in need.items():
            if not shape or 0 in shape:
                raise cv.RInputError(f"{self.where}: the dim of argument {n} cannot be decided")
            given = self.arg_params.get(n)
            if given is not None and n not in args:
                args[n] = given.as_in_context(ctx).copy()
                if n in trained:
                    grads[n] = mx.nd.zeros(shape, ctx=ctx)
        for n, shape in need_aux.items():
            if n not in aux:
                aux[n] = mx.nd.zeros(shape, ctx=ctx)
                if n in self.aux_params:
                    load_params(self.where, aux, {n: self.aux_params[n]})
        own = {n: args[n] if n in args else mx.nd.zeros(shape, ctx=ctx) for n, shape in need.items()}
        return s.bind(
            ctx,
            own,
            args_grad={n: grads[n] for n in trained},
            grad_req={n: self._req if n in trained else "null" for n in arguments},
            aux_states={n: aux[n] for n in need_aux},
        )

    def _adopt_flat(self, e: Any) -> None:
        """One update for all parameters, where they lie end to end and every bucket trains all of them."""
        found = getattr(e, "flat_params", None)
        same = all(set(names) == set(self.trained) for names in self._trained.values())
        if found is None or len(self.ctxs) > 1 or not same or not isinstance(self.updaters[0], Builtin):
            return
        names, weights, grads = found
        if set(names) == set(self.trained):
            self.flat = (weights, grads)

    # Rounds
    def _step(self) -> None:
        for e in self.group.execs:
            e.backward()
        self._waiting += 1
        if self._waiting < self._period:
            return
        self._waiting = 0
        self._update(self.group.execs, self.group.trained)
        if self._period > 1:
            for _, grads, _ in self._store:
                for g in grads.values():
                    g[:] = 0

    def _look(self, bucket: str | None, batch: dict[str, Any]) -> None:
        """Inputs are looked at in the first round: NaN, and labels that are no class."""
        for n, _ in self.group.feeds:
            a = host_array(batch[n])
            no_nan(self.where, n, a, max(1, a.size // max(1, a.shape[0])))
        s = self._symbol(bucket)[1]
        if self.label_field is not None and classes_of_head(s):
            check_labels(self.where, host_array(batch[self.label_field]), int(self.execs[0].outputs[0].shape[1]))

    def _through(self, it: Batches, train: bool, iteration: int) -> int:
        which = "train" if train else "eval"
        on_batch = self.spec.get("on_batch") if train else None
        if self.metric is not None:
            self.metric.init(which)
        it.reset()
        nbatch = 0
        while (got := it.next()) is not None:
            bucket, batch, pad = got
            self._use(self._group(bucket, {n: tuple(a.shape) for n, a in batch.items()}))
            # MXNet R's rule: the last array of the iterator that the symbol takes is the label of the metric.
            self.label_field = self.group.feeds[-1][1]
            if self._check:
                self._look(bucket, batch)
            self.group.forward(batch, train)
            if train:
                self._step()
            self._measure(which, batch, self.group)
            nbatch += 1
            if train:
                self.reached = [iteration, nbatch]
                self._seen += next(iter(batch.values())).shape[0] - pad
            if on_batch is not None:
                checked(on_batch(iteration, nbatch, self.metric.state if self.metric else None))
            self._progress(iteration, nbatch, which, it)
        if not nbatch:
            raise MXNetError("Empty input")
        return nbatch

    def _round(self, iteration: int) -> bool:
        started = time.monotonic()
        self._seen = 0
        nbatch = self._through(self.train, True, iteration)
        if self.train._fns is None or self.train.batches is not None:
            self.examples = self._seen
        train_state = self.metric.state if self.metric else None
        eval_state = None
        if self.eval is not None and self.metric is not None:
            self._through(self.eval, False, iteration)
            eval_state = self.metric.state
        self._check = False
        seconds = time.monotonic() - started
        go_on = checked(self.spec["on_round"](iteration, nbatch, train_state, eval_state, seconds, self._rate()))
        return go_on is not False

    def params(self) -> dict[str, Any]:
        def mean(part: int, n: str) -> Any:
            arrays = [store[part][n].as_in_context(mx.cpu()) for store in self._store if n in store[part]]
            if not arrays:  # of a bucket that has had no batch yet
                return put((self.arg_params if part == 0 else self.aux_params)[n].as_in_context(mx.cpu()).copy())
            return put(arrays[0].copy() if len(arrays) == 1 else mx.nd.add_n(*arrays) / len(arrays))

        aux = list(dict.fromkeys([*self.aux_params, *self._store[0][2]]))
        return {
            "arg": {n: mean(0, n) for n in self.trained},
            "aux": {n: mean(2, n) for n in aux},
            "fixed": {n: mean(0, n) for n in self.fixed},
        }


def nll(label: np.ndarray, pred: np.ndarray) -> float:
    """Negative logarithm of the likelihood of a step: the mean over all steps of the batch."""
    chosen = pred[np.arange(pred.shape[0]), label.reshape(-1).astype(np.int64)].astype(np.float64)
    return float(-np.mean(np.log(np.maximum(chosen, 1e-38))))


BUILTIN["NLL"] = nll
TRAINERS["buckets"] = BucketFit
