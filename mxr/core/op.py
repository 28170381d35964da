"""The operator registry: an operator is declared once, and everything else is made from the declaration.

    @op("FullyConnected", inputs="data weight bias")
    class FullyConnected:
        '''Docstring with shapes and source.'''
        num_hidden = Int(lo=1, doc="Number of hidden nodes of the output.")
        no_bias = Bool(False)

        def active(a): ...                      # names of the inputs in use, by parameters (default: all)
        def infer_shape(a, s): ...              # narrows the Frame s; fills unknown inputs too
        def infer_type(a, s): ...               # default: all dtypes equal
        def forward(xp, a, data, weight, bias=None): ...
        def grad(F, a, dy, data, weight): ...   # one gradient (or None) for each active input
        # or: grad = None
        examples = ("nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), nd.zeros(4), num_hidden=4)",)

`grad` names what it needs: any inputs and outputs by name (`out` is the first output), `dy` the gradient of the
visible output (`dys`: a tuple of them where there are several). Only what is named is kept on the tape. `F` has
three spellings with one meaning: raw arrays, NDArrays on the tape, graph values; use F.<operator> and the Python
operators on values.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..base import MXNetError, MXNetValueError, suggest
from . import shapes
from .failure import named_error
from .params import NULL, Attrs, Float, Param, parse_attrs

__all__ = ["OpDef", "all_ops", "get_op", "op", "register"]

_ops: dict[str, OpDef] = {}
_by_name: dict[str, OpDef] = {}


# Parameters that say how many inputs or outputs there are, and how many there may be
_COUNTS = ("num_outputs", "sections", "num_weights", "num_tensors", "num_arrays")
MAX_ARITY = 1 << 16


class OpDef:
    """One operator. Made by :func:`op` or by the families; never by front ends.

    Attributes
    ----------
    name : MXNet's canonical name, the one written into symbol.json.
    aliases : further names of the same operator.
    inputs : names of all inputs. ``variadic`` operators have one name, used as ``arg0, arg1, ...``.
    many : what the list of a variadic operator's inputs is called where it is one argument (R, reference).
    aux : those of the inputs that are auxiliary states (BatchNorm's moving averages).
    params : name -> Param, in MXNet's order.
    outputs : names of all outputs, or a function of the attributes.
    visible : number of outputs that a user sees, or a function of the attributes.
    mutates : inputs that forward gives new values for, after its outputs.
    random, train_aware : forward takes ``rng=`` / ``train=``.
    loss_head : the incoming gradient is ignored and need not be given.
    view : the output has the bytes of the first input (reshape and kin).
    inplace : forward may write its output over its first input.
    expr : scalar expression over the input names, for fusing; None where it is no elementwise operator.
    dynamic : parameters that change from call to call (a learning rate, the number of a scalar operator) and that
        neither shapes nor dtypes depend on.
    into : ``into(xp, a, out, *arrays)`` computes straight into `out`; None where forward must allocate.
    aux_init : initializers (``__init__`` attributes) of the variables that composition makes for inputs.
    examples : expressions over ``nd``, ``mx`` and ``np`` that give an array (or a list of arrays), run by the tests in
        mxr and in MXNet and printed in the reference with their results.
    dynamic_shape : a length of an output depends on values (boolean_mask); infer_shape leaves it at -1, and symbols
        with such an operator run node by node.
    hidden : not part of the generated functions and reference: what only the engine calls.
    """

    def __init__(
        self,
        name: str,
        *,
        inputs: str | Sequence[str] = "data",
        aliases: Iterable[str] = (),
        params: dict[str, Param] | None = None,
        forward: Callable[..., Any],
        grad: Callable[..., Any] | None,
        infer_shape: Callable[[Attrs, shapes.Frame], None] = shapes.same_shapes,
        infer_type: Callable[[Attrs, shapes.Frame], None] = shapes.same_dtypes,
        outputs: str | Sequence[str] | Callable[[Attrs], Sequence[str]] = "output",
        visible: int | Callable[[Attrs], int] | None = None,
        active: Callable[[Attrs], Sequence[str]] | None = None,
        aux: str | Sequence[str] = (),
        mutates: str | Sequence[str] = (),
        variadic: str | None = None,
        many: str = "data",
        random: bool = False,
        train_aware: bool = False,
        loss_head: bool = False,
        view: bool = False,
        inplace: bool = False,
        expr: Any = None,
        into: Callable[..., Any] | None = None,
        aux_init: dict[str, str] | None = None,
        doc: str = "",
        examples: Sequence[str] = (),
        hidden: bool = False,
        dynamic: Sequence[str] | None = None,
        dynamic_shape: bool = False,
    ) -> None:
        def names(x: Any) -> tuple[str, ...]:
            return tuple(x.split()) if isinstance(x, str) else tuple(x)

        self.name, self.aliases = name, tuple(aliases)
        self.inputs = names(inputs)
        self.variadic = variadic
        self.many = many if variadic is not None else ""
        self.aux, self.mutates = names(aux), names(mutates)
        self.params = params or {}
        for pname, p in self.params.items():
            p.name = pname
        self.forward, self.grad = forward, grad
        self.infer_shape, self.infer_type = infer_shape, infer_type
        self._outputs = outputs if callable(outputs) else names(outputs)
        self._visible = visible
        self._active = active
        self.random, self.train_aware, self.loss_head = random, train_aware, loss_head
        self.view, self.inplace, self.expr, self.into = view, inplace, expr, into
        self.aux_init = aux_init or {}
        self.doc, self.hidden = inspect.cleandoc(doc or ""), hidden
        self.examples = tuple(examples)
        self.dynamic_shape = dynamic_shape
        if dynamic is None and "lr" in self.params:  # the optimiser updates
            dynamic = [n for n, p in self.params.items() if isinstance(p, Float) or n == "t"]
        self.dynamic = frozenset(dynamic or ())
        # floating point operations of a call, cost(a, in_shapes, out_shapes); set for operators worth queueing
        self.cost: Callable[[Any, Any, Any], float] | None = None
        self.grad_needs = _grad_needs(self) if grad is not None else ()
        # grad_exprs(a): where the gradients are scalar expressions over dy and what grad names, those (None for zero)
        self.grad_exprs: Callable[[Attrs], Sequence[Any]] | None = getattr(grad, "exprs", None)
        # number of outputs that symbol.json counts, a function of the attributes, where it is not len(outputs)
        self.json_outputs: Callable[[Attrs], int] | None = None
        # refit(a, shape, dtype): attributes that make what was inferred, for operators without inputs
        self.refit: Callable[..., Attrs] | None = None
        # sparse_result(a, number of inputs): whether dense inputs give a sparse result; see mxr.core.sparse_call
        self.sparse_result: Callable[[Attrs, int], bool] | None = None
        # whether a call on dense arrays can have sparse gradients
        self.sparse_gradient = False
        # of a random operator: draws(a, train), whether a call with these attributes draws in this mode (an RNN without
        # dropout does not)
        self.draws: Callable[[Attrs, bool], bool] | None = None
        # operators with symbols for parameters (loops): subgraphs(a) gives them, states(a) the positions of the inputs
        # that they give new values (moving averages)
        self.subgraphs: Callable[[Attrs], Sequence[Any]] | None = None
        self.states: Callable[[Attrs], Sequence[int]] | None = None
        # how a call on arrays runs, imperative(op, inputs, a, out, ctx), and how a row of a plan does,
        # bound(a, ins, outs, used, ctx, train, session) -> run, where forward on raw arrays will not do (Custom)
        self.imperative: Callable[..., Any] | None = None
        self.bound: Callable[..., Any] | None = None
        # order_inputs(given, arrays, named): inputs by keyword at their places, for operators that name them by call
        self.order_inputs: Callable[..., list[Any]] | None = getattr(self, "order_inputs", None)
        # whether parameters of any name are taken
        self.any_params = False
        # parameters that are taken and mean nothing: MXNet's operators without parameters take any, and some are given
        self.ignored: frozenset[str] = frozenset()
        # the update rule of an optimiser operator, see mxr.ops.optimizer
        self.rule: Any = None
        self.plans: dict[Any, Any] = {}
        self._parsed: dict[Any, Attrs] = {}
        self._default: Attrs | None = None
        self._counts = [n for n in (variadic, *_COUNTS) if n in self.params]

    def __repr__(self) -> str:
        return f"<operator {self.name}>"

    @property
    def heavy(self) -> bool:
        """Whether calls can be worth a thread or a kernel library of their own."""
        return self.cost is not None

    # Parameters
    def parse(self, given: dict[str, Any]) -> Attrs:
        """Attrs from keyword values of any spelling; parsed once for equal hashable values."""
        if not given:
            if self._default is None:
                self._default = self.parse_anew(given)
            return self._default
        try:
            key = tuple(given.items())
            found = self._parsed.get((key, tuple(map(type, given.values()))))
        except TypeError:
            return self.parse_anew(given)
        if found is None:
            found = self.parse_anew(given)
            if len(self._parsed) > 4096:
                self._parsed.clear()
            self._parsed[(key, tuple(map(type, given.values())))] = found
        return found

    def parse_anew(self, given: dict[str, Any]) -> Attrs:
        """As :meth:`parse`, without looking at what was parsed before."""
        if self.ignored:
            given = {k: v for k, v in given.items() if k not in self.ignored}
        a = parse_attrs(self.name, self.params, given, self.inputs)
        for count in self._counts:
            n = getattr(a, count)
            if n is not None and n > MAX_ARITY:
                raise MXNetValueError(f"{self.name}: argument {count}={n}, expected at most {MAX_ARITY}")
        if self.dynamic:
            a.plan_key = tuple(v for n, v in a.as_dict().items() if n not in self.dynamic)
        return a

    # Arity
    def input_names(self, a: Attrs, count: int | None = None) -> tuple[str, ...]:
        """Names of the inputs in use; `count` is the number given to a variadic operator."""
        if self.variadic is not None and self._active is None:
            n = getattr(a, self.variadic, None) if self.variadic in self.params else count
            if n is None:
                n = count or 0
            stem = self.inputs[0]
            lead = self.inputs[:-1] if len(self.inputs) > 1 else ()
            if lead:
                stem = self.inputs[-1]
            return lead + tuple(f"{stem}{i}" for i in range(n))
        return tuple(self._active(a)) if self._active is not None else self.inputs

    def aux_names(self, a: Attrs) -> tuple[str, ...]:
        """Those of the inputs that are auxiliary states."""
        return self.aux

    def output_names(self, a: Attrs) -> tuple[str, ...]:
        return tuple(self._outputs(a)) if callable(self._outputs) else self._outputs

    def visible(self, a: Attrs) -> int:
        v = self._visible
        if v is None:
            return len(self.output_names(a))
        return v(a) if callable(v) else v

    # Inference
    def infer(
        self,
        a: Attrs,
        in_shapes: Sequence[Any],
        out_shapes: Sequence[Any] | None = None,
        label: str | None = None,
    ) -> tuple[list[Any], list[Any]]:
        onames = self.output_names(a)
        s = shapes.Frame(
            label or self.name,
            self.input_names(a, len(in_shapes)),
            onames,
            in_shapes,
            out_shapes or [None] * len(onames),
        )
        try:
            self.infer_shape(a, s)
        except Exception as e:
            raise named_error(self, a, in_shapes, e, label) from None
        return s.ins, s.outs

    def infer_dtypes(
        self,
        a: Attrs,
        in_dtypes: Sequence[Any],
        out_dtypes: Sequence[Any] | None = None,
        label: str | None = None,
    ) -> tuple[list[np.dtype | None], list[np.dtype | None]]:
        onames = self.output_names(a)
        s = shapes.Frame(
            label or self.name,
            self.input_names(a, len(in_dtypes)),
            onames,
            in_dtypes,
            out_dtypes or [None] * len(onames),
        )
        try:
            self.infer_type(a, s)
        except Exception as e:
            raise named_error(self, a, in_dtypes, e, label) from None
        return s.ins, s.outs


def _grad_needs(d: OpDef) -> tuple[str, ...]:
    """Names of inputs and outputs that grad asks for, from its signature: (F, a, dy, *needs)."""
    assert d.grad is not None
    names = list(inspect.signature(d.grad).parameters)[3:]
    return tuple(names)


@functools.cache
def grad_slots(d: OpDef, a: Attrs, n_in: int) -> tuple[tuple[str, int], ...]:
    """Where grad's named values come from: ('in', i), ('out', i), or ('ins', -1) for all inputs as a tuple."""
    ins = d.input_names(a, n_in)
    outs = d.output_names(a)
    slots: list[tuple[str, int]] = []
    for need in d.grad_needs:
        if need in ins:
            slots.append(("in", ins.index(need)))
        elif need == "out":
            slots.append(("out", 0))
        elif need in outs:
            slots.append(("out", outs.index(need)))
        elif need in ("ins", "outs"):
            slots.append((need, -1))
        elif need in d.inputs:
            slots.append(("none", -1))
        else:
            raise MXNetError(f"declaration of {d.name}: grad asks for {need!r}, which is no input or output")
    return tuple(slots)


def grad_inputs(d: OpDef, a: Attrs, ins: Sequence[Any], outs: Sequence[Any]) -> list[Any]:
    """What grad takes after the gradients, from all inputs and outputs of a call."""
    found: list[Any] = []
    for kind, i in grad_slots(d, a, len(ins)):
        if kind == "in":
            found.append(ins[i])
        elif kind == "out":
            found.append(outs[i])
        else:
            found.append(tuple(ins) if kind == "ins" else tuple(outs) if kind == "outs" else None)
    return found


def zero_gradient(inputs: int = 1) -> Callable[..., Any]:
    """The rule of an operator that is constant where it is differentiable, as comparisons and argmax: zeros."""

    def grad(F: Any, a: Attrs, dy: Any) -> tuple:
        return (None,) * inputs

    grad.is_zero = True  # type: ignore[attr-defined]
    return grad


def no_gradient(d: OpDef, where: str | None = None) -> str:
    """What is said when a gradient is asked for that an operator does not have."""
    label = d.name if where in (None, "", d.name) else f"{where} ({d.name})"
    return (
        f"{label}: operator {d.name} is non-differentiable, but a gradient is asked for with regard to what it was "
        "computed from; BlockGrad (nd.stop_gradient) or autograd.pause() cuts the path"
    )


def register(d: OpDef) -> OpDef:
    for name in (d.name, *d.aliases):
        other = _by_name.get(name)
        if other is not None:
            raise MXNetError(f"operator name {name!r} is declared twice: {other.name} and {d.name}")
        _by_name[name] = d
    _ops[d.name] = d
    return d


def unregister(name: str) -> None:
    """Takes an operator out again (tests that add a toy operator)."""
    d = _ops.pop(name)
    for n in (d.name, *d.aliases):
        del _by_name[n]


_FIELDS = frozenset(
    {"infer_shape", "infer_type", "forward", "grad", "active", "into", "outputs", "visible", "examples"}
)


def op(name: str, **options: Any) -> Callable[[type], OpDef]:
    """Declares the operator `name` from a class: Params as attributes, rules as plain functions (see the module)."""

    def declare(cls: type) -> OpDef:
        body = dict(vars(cls))
        params = {k: v for k, v in body.items() if isinstance(v, Param)}
        fields = {k: v for k, v in body.items() if k in _FIELDS}
        for k in ("forward", "grad"):
            if k not in fields:
                raise MXNetError(f"declaration of {name}: {k} is missing (write `grad = None` for no gradient)")
        strangers = [k for k in body if k not in params and k not in fields and not k.startswith("_")]
        if strangers:
            raise MXNetError(f"declaration of {name}: {strangers} mean nothing here")
        return register(OpDef(name, params=params, doc=cls.__doc__ or "", **fields, **options))

    return declare


def get_op(name: str) -> OpDef:
    """The operator of that name or alias; an unknown name raises with suggestions."""
    d = _by_name.get(name)
    if d is None:
        raise MXNetValueError(f"there is no operator named {name!r}.{suggest(name, _by_name)}")
    return d


def find_op(name: str) -> OpDef | None:
    return _by_name.get(name)


def all_ops() -> dict[str, OpDef]:
    """All operators by canonical name."""
    return dict(_ops)


def all_names() -> dict[str, OpDef]:
    """All operators by every name they answer to."""
    return dict(_by_name)


__all__ += ["NULL", "all_names", "find_op", "grad_inputs", "grad_slots", "no_gradient", "unregister", "zero_gradient"]
