"""Objects that Python code and R code of one process hold together: what ``mx.to.py``, ``mx.from.py`` and the rpy2
bridge hand over. Arrays, symbols and iterators are the very objects; functions of R are called back."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import mxr as mx
from mxr import gluon
from mxr.base import MXNetError

from .r import exported, handles
from .r_gluon_data import LoaderIter
from .r_gluon_values import to_r
from .r_io import ArrayIter, BackendIter
from .r_nd import array_of, context, put

__all__ = ["PythonIter", "RIter", "RMetric", "describe", "model_from_parts", "model_history", "take"]


def take(h: Any) -> Any:
    """The object behind a handle that was made to hand it over."""
    x = handles.get(h)
    handles.free(h)
    return x


def look(h: Any) -> Any:
    """The object behind a handle that R keeps."""
    return handles.get(h)


# Models
def model_from_parts(symbol: Any, arg: Any, aux: Any, history: Any = None, epoch: Any = None) -> Any:
    """A FeedForward of the symbol and the arrays of an R model. `history` is R's table as a dict of columns."""
    arrays = [{k: handles.get(h) for k, h in dict(p or {}).items()} for p in (arg, aux)]
    ctx = next((a.context for a in arrays[0].values()), None)
    # R allows parameters beyond those of the symbol
    model = mx.model.FeedForward(
        handles.get(symbol), ctx=ctx, arg_params=arrays[0], aux_params=arrays[1], allow_extra_params=True
    )
    if history is not None:
        model.history = {k: v if isinstance(v, list) else [v] for k, v in history.items()}
    if epoch is not None:
        model.num_epoch = model.begin_epoch = int(epoch)
    return model


def model_history(m: Any) -> tuple[Any, Any]:
    """(history as R's columns or None, epoch or None) of a FeedForward."""
    history = getattr(m, "history", None)
    columns = {k: list(v) for k, v in history.items()} if isinstance(history, Mapping) else None
    return columns or None, m.num_epoch


@exported
def share_model(symbol: Any, arg: Any, aux: Any, history: Any = None, epoch: Any = None) -> int:
    return handles.add(model_from_parts(symbol, arg, aux, history, epoch))


@exported
def share_context(spec: Any) -> int:
    return handles.add(context(spec))


@exported
def share_array(h: Any) -> int:
    """A NumPy array with the numbers of an NDArray."""
    return handles.add(array_of(h).asnumpy())


def describe(x: Any) -> list[Any] | None:
    """What R builds its object from: kind, then handles and dims. None for what has no form in R."""
    if isinstance(x, mx.nd.NDArray):
        return ["nd", put(x)]
    if isinstance(x, mx.sym.Symbol):
        return ["symbol", handles.add(x)]
    if isinstance(x, mx.Context):
        return ["context", x.device_typeid, x.device_id]
    if isinstance(x, mx.model.FeedForward):
        if x.symbol is None or x.arg_params is None:
            return None
        params = [{k: put(v) for k, v in (p or {}).items()} for p in (x.arg_params, x.aux_params)]
        return ["model", handles.add(x.symbol), *params, *model_history(x)]
    if isinstance(x, mx.metric.EvalMetric):
        return ["metric", handles.add(x)]
    if isinstance(x, mx.init.Initializer):
        return ["initializer", handles.add(x)]
    if isinstance(x, mx.io.DataIter):
        return ["iterator", handles.add(PythonIter(x))]
    if isinstance(x, gluon.data.Dataset):
        return ["dataset", handles.add(x), type(x).__name__, getattr(x, "synsets", None)]
    if isinstance(x, gluon.data.DataLoader):
        return ["loader", handles.add(LoaderIter(x))]
    if isinstance(x, (gluon.Block, gluon.Parameter, gluon.ParameterDict, gluon.Trainer)):
        return ["gluon", to_r(x)]
    if isinstance(x, np.ndarray) and x.dtype.kind in "biuf":
        return ["array", handles.add(x), [int(d) for d in reversed(x.shape)]]
    return None


# Iterators
class PythonIter(BackendIter):
    """A Python iterator for R: the first array is ``data``, the first label ``label``; all have their own names too."""

    def value(self) -> dict[str, Any]:
        out = super().value()
        for names, arrays in ((self.it.provide_data, self.batch.data), (self.it.provide_label, self.batch.label)):
            for desc, array in zip(names or [], arrays or []):
                out.setdefault(desc[0], array)
        return out


class _Closures:
    """An iterator that is written in R."""

    def __init__(self, fns: Mapping[str, Callable[..., Any]]) -> None:
        self._fns = fns

    def reset(self) -> None:
        self._fns["reset"]()

    def iter_next(self) -> bool:
        return bool(self._fns["iter.next"]())

    def value(self) -> dict[str, Any]:
        return {k: array_of(h) for k, h in self._fns["value"]().items()}

    def num_pad(self) -> int:
        return int(self._fns["num.pad"]() or 0)


class RIter(mx.io.DataIter):
    """An iterator of R for Python. `names` tells Python's names of R's fields; ``label`` is ``softmax_label`` unless
    another is given. Fields whose R name ends in "label" are labels."""

    def __init__(self, it: Any, names: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._it, self._names = it, dict(names or {})
        self._fields: tuple[list[str], list[str]] | None = None

    def _described(self) -> tuple[list[str], list[str]]:
        """R's fields: data, labels. The first batch tells them, so that the iterator is reset here, once."""
        if self._fields is None:
            self._it.reset()
            if not self._it.iter_next():
                raise MXNetError("the R iterator has no batch")
            first = self._it.value()
            self._it.reset()
            unknown = [n for n in self._names if n not in first]
            if unknown:
                raise MXNetError(f"the R iterator gives {', '.join(first)}, there is no field {unknown[0]!r} to name")
            names = {"label": "softmax_label", **self._names}
            labels = [f for f in first if f.endswith("label")]
            data = [f for f in first if f not in labels]
            self._provides = [
                [mx.io.DataDesc(names.get(f, f), tuple(int(d) for d in first[f].shape), first[f].dtype) for f in fields]
                for fields in (data, labels)
            ]
            self._fields = data, labels
        return self._fields

    @property
    def provide_data(self) -> Any:
        self._described()
        return self._provides[0]

    @property
    def provide_label(self) -> Any:
        self._described()
        return self._provides[1]

    @property
    def batch_size(self) -> int:
        return int(self.provide_data[0].shape[0])

    @batch_size.setter
    def batch_size(self, value: int) -> None:
        """The first batch tells it."""

    def reset(self) -> None:
        self._it.reset()

    def next(self) -> Any:
        fields = self._described()
        if not self._it.iter_next():
            raise StopIteration
        value = self._it.value()
        data, label = ([_nd(value[f]) for f in part] for part in fields)
        return mx.io.DataBatch(
            data=data,
            label=label,
            pad=self._it.num_pad(),
            index=None,
            provide_data=self.provide_data,
            provide_label=self.provide_label,
        )


def _nd(x: Any) -> Any:
    return x if isinstance(x, mx.nd.NDArray) else mx.nd.array(x, ctx=mx.cpu())


@exported
def share_r_iter(source: Any, names: Any = None) -> int:
    """An R iterator for Python: of the engine (a handle), or four closures. What was made of a Python iterator is that
    again."""
    if isinstance(source, dict):
        return handles.add(RIter(_Closures(source), names))
    it = handles.get(source)
    if isinstance(it, BackendIter) and not names:
        return handles.add(it.it)
    if not isinstance(it, (ArrayIter, BackendIter)):
        raise MXNetError(f"expected a data iterator, the handle holds a {type(it).__name__}")
    return handles.add(RIter(it, names))


# Metrics
class RMetric(mx.metric.EvalMetric):
    """A metric of R for Python: R keeps its state. Each pair of label and output counts as a batch."""

    def __init__(self, fns: Mapping[str, Callable[..., Any]]) -> None:
        self._fns = fns
        fns["reset"]()
        super().__init__(str(fns["get"]()["name"]))

    def reset(self) -> None:
        self._fns["reset"]()

    def reset_local(self) -> None:
        self.reset()

    def update(self, labels: Any, preds: Any) -> None:
        for label, pred in zip(_arrays(labels), _arrays(preds)):
            self._fns["update"](put(_nd(label)), put(_nd(pred)))

    def get(self) -> tuple[str, float]:
        found = self._fns["get"]()
        return str(found["name"]), float(found["value"])


def _arrays(x: Any) -> Any:
    return x.values() if isinstance(x, dict) else x if isinstance(x, (list, tuple)) else [x]


@exported
def share_r_metric(fns: Any) -> int:
    return handles.add(RMetric(fns))


@exported
def metric_fresh(h: Any) -> int:
    """A copy of a Python metric that has seen nothing: R keeps one for the training data and one for the others."""
    m = copy.deepcopy(handles.get(h))
    m.reset()
    return handles.add(m)


@exported
def metric_update(h: Any, label: Any, pred: Any) -> None:
    handles.get(h).update([array_of(label)], [array_of(pred)])


@exported
def metric_get(h: Any) -> list[Any]:
    name, value = handles.get(h).get()
    if isinstance(name, list):
        raise MXNetError(f"the metric reports {len(name)} values ({', '.join(name)}), R takes metrics of one value")
    return [name, float(value)]


# Initialisers
class RInitializer(mx.init.Initializer):
    """An initialiser of R: its array is copied."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        super().__init__()
        self._fn = fn

    def __call__(self, desc: Any, arr: Any) -> None:
        found = array_of(self._fn(str(desc), list(reversed(arr.shape))))
        if found.shape != arr.shape:
            dims = [list(reversed(s)) for s in (found.shape, arr.shape)]
            raise MXNetError(f"the R initialiser made {desc} with dim {dims[0]}, expected {dims[1]}")
        arr[:] = found


@exported
def share_r_initializer(fn: Any) -> int:
    return handles.add(RInitializer(fn))


@exported
def init_array(h: Any, name: str, shape: Any, ctx: Any, allow_unknown: bool) -> list[int] | None:
    """The array that a Python initialiser makes; None for a name that it does not know, where that is allowed."""
    dims = shape if isinstance(shape, list) else [shape]
    x = mx.nd.zeros(tuple(int(d) for d in reversed(dims)), ctx=context(ctx))
    try:
        handles.get(h)(mx.init.InitDesc(name), x)
    except ValueError as e:
        if allow_unknown and "nknown initialization pattern" in str(e):
            return None
        raise
    return put(x)
