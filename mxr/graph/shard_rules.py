"""What becomes of the batch in each operator: the rules of `shard`, as a table.

A rule looks at a `Call` and gives a `Local`, or raises `Cannot`. Here are elementwise operators, layers and products;
`shard_axes` has those that work along axes, `shard_sums` what may follow a sum that is not complete.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..core.op import get_op
from ..core.params import Attrs
from .ir import IrNode, Value, draws
from .shard import PART, WHOLE, Call, Cannot, Local, Split, State

__all__ = ["LINEAR", "RULES", "changed", "drawn_before", "linear", "rule", "rule_for"]

Rule = Callable[[Call], Local]

RULES: dict[str, Rule] = {}
LINEAR: dict[str, Rule] = {}  # where an input is a partial sum


def _table(rules: dict[str, Rule]) -> Callable[[str], Callable[[Rule], Rule]]:
    def named(names: str) -> Callable[[Rule], Rule]:
        def wrap(f: Rule) -> Rule:
            rules.update(dict.fromkeys(names.split(), f))
            return f

        return wrap

    return named


rule, linear = _table(RULES), _table(LINEAR)


def rule_for(node: IrNode, states: Sequence[State]) -> Rule:
    """The rule of a node whose inputs are in these states."""
    op = node.op
    if draws(op, node.a, node.train):
        if not drawn_before(node):
            raise Cannot("it draws random numbers")
        return _dropout
    if node.op.name in ("BatchNorm", "_backward_BatchNorm") and node.train and any(s != WHOLE for s in states):
        from .shared_norm import shared_norm

        return shared_norm
    if node.effects:
        raise Cannot("it gives states new values")
    if op.bound is not None or op.subgraphs is not None:
        raise Cannot("what it does is not known")
    if all(s == WHOLE for s in states):
        return lambda c: Local(c.states, [WHOLE] * len(c.outs))
    if PART in states:
        found = LINEAR.get(op.name)
        if found is None:
            raise Cannot("it needs a sum over the whole batch")
        return found
    found = RULES.get(op.name) or (_view if op.view else _elementwise if op.expr is not None else None)
    if found is None:
        raise Cannot("there is no rule for it")
    return found


def drawn_before(node: IrNode) -> bool:
    """Whether what a node draws can be drawn for the whole batch before the replicas run: the mask of a dropout."""
    return node.op.name == "Dropout" and node.train and draws(node.op, node.a)


def _dropout(c: Call) -> Local:
    """The data times a mask that is there already."""
    state = c.states[0]
    if state == PART:
        raise Cannot("it needs a sum over the whole batch")
    mask: State = WHOLE
    if isinstance(state, Split):
        axis, outer = c.where(0)
        mask = c.at(c.outs[1], axis, outer) if c.outs[1][axis] > 1 else WHOLE

    def make(site: Any, node: IrNode, ins: list[Value]) -> Sequence[Value]:
        drawn = site.drawn(node.outs[1], mask)
        times = get_op("elemwise_mul" if drawn.shape == ins[0].shape else "broadcast_mul")
        return [*site.add(times, times.parse({}), [ins[0], drawn]), drawn]

    return Local([state], [state, mask], make)


def changed(a: Attrs, node: IrNode, **changes: Any) -> Attrs:
    """Attributes with some others."""
    return node.op.parse({**a.as_dict(), **changes})


# ---- elementwise
@rule(
    "Activation add_n _grad_add Cast amp_cast where clip Dropout SoftmaxActivation zeros_like ones_like "
    "BlockGrad _copy _identity_with_attr_like_rhs MakeLoss make_loss _trigamma _tetragamma"
)
def _elementwise(c: Call) -> Local:
    """Elements of one place go together; shapes are broadcast."""
    op = c.node.op.name
    if op == "SoftmaxActivation":
        return _rows("s", "s")(c)
    if op == "LeakyReLU" and len(c.ins) > 1:
        return _rows("sw", "ss")(c)
    if op == "where" and len({len(s) for s in c.ins}) > 1:
        raise Cannot("its condition is a vector")
    out = c.outs[0]
    k, outer = c.where(c.first)
    k += len(out) - len(c.ins[c.first])
    inner = out[k] // (outer * c.n)
    ins: list[State] = []
    for i, (shape, state) in enumerate(zip(c.ins, c.states)):
        axis = k - (len(out) - len(shape))
        if axis < 0 or shape[axis] == 1:
            if state != WHOLE:
                raise Cannot("its inputs have the batch along different axes")
            ins.append(WHOLE)
            continue
        if (isinstance(state, Split) and c.where(i) != (axis, outer)) or shape[axis] != outer * c.n * inner:
            raise Cannot("its inputs have the batch along different axes")
        ins.append(c.at(shape, axis, outer))
    return Local(ins, [c.at(s, k, outer) for s in c.outs if len(s) == len(out)] or [c.at(out, k, outer)])


def _reshaped(site: Any, node: IrNode, ins: list[Value]) -> list[Value]:
    return [site.reshape(ins[0], site.shape(node.outs[0]))]


def _view(c: Call) -> Local:
    """The order of the elements stays."""
    state = c.states[0]
    if not isinstance(state, Split):
        raise Cannot("its data are not part of the batch, and its other input is")
    reshapes = c.node.op.name in ("Reshape", "reshape_like", "Flatten", "expand_dims", "squeeze")
    return Local(c.states, [state], _reshaped if reshapes else None)


@rule("SVMOutput")
def _svm(c: Call) -> Local:
    return _rows("ss", "s")(c)


# ---- operators with examples along axis 0
def _rows(takes: str, gives: str) -> Rule:
    """Axis 0 of the inputs marked s has the batch, those marked w are whole; results are split (s) or sums (p)."""

    def examples(c: Call) -> Local:
        c.none_partial()
        outer = None
        for i, state in enumerate(c.states):
            if isinstance(state, Split):
                if takes[i] != "s":
                    raise Cannot(f"input {i} is a parameter, and depends on the batch")
                axis, found = c.where(i)
                if axis != 0 or outer not in (None, found):
                    raise Cannot("its examples lie along axis 0, the batch does not")
                outer = found
        assert outer is not None
        ins: list[State] = [WHOLE if t == "w" else c.at(s, 0, outer) for t, s in zip(takes, c.ins)]
        return Local(ins, [PART if t == "p" else c.at(s, 0, outer) for t, s in zip(gives, c.outs)])

    return examples


for _names, _takes, _gives in (
    ("Convolution Deconvolution Convolution_v1", "sww", "s"),
    ("_backward_Convolution _backward_Deconvolution", "ssw", "spp"),
    ("Pooling Pooling_v1 Pad Crop UpSampling LRN L2Normalization depth_to_space space_to_depth im2col "
     "_contrib_AdaptiveAvgPooling2D _contrib_BilinearResize2D", "s" * 8, "ss"),
    ("_backward_Pooling _backward_Pooling_v1 _backward_LRN _backward_Pad _pick_maximum _sum_at_maximum", "s" * 8, "ss"),
    ("InstanceNorm GroupNorm", "sww", "sss"),
    ("LinearRegressionOutput MAERegressionOutput LogisticRegressionOutput SoftmaxOutput", "ss", "s"),
    ("batch_dot", "ss", "s"),
    ("softmax_cross_entropy", "ss", "p"),
):  # fmt: skip
    for _name in _names.split():
        RULES[_name] = _rows(_takes, _gives)


@rule("_backward_SoftmaxOutput")
def _softmax_output_grad(c: Call) -> Local:
    """What it divides by is the number of rows of the whole batch."""
    found = _rows("sss", "s")(c)
    a, rows = c.a, c.outs[0]
    if c.ins[0] == c.ins[1] or a.normalization == "null":
        return found
    if a.normalization == "valid":
        raise Cannot("normalization='valid' counts over the whole batch")
    count = math.prod(rows[:-1]) if a.preserve_shape and not a.multi_output else rows[0]
    b = changed(a, c.node, normalization="null", grad_scale=a.grad_scale / count)

    def make(site: Any, node: IrNode, ins: list[Value]) -> Sequence[Value]:
        return site.add(node.op, b, ins)

    return found._replace(make=make)


@rule("BatchNorm")
def _batch_norm(c: Call) -> Local:
    """Prediction only: the moving averages are whole."""
    axis, outer = c.where(c.first)
    if c.first or any(isinstance(s, Split) for s in c.states[1:]) or axis == c.a.axis % len(c.ins[0]):
        raise Cannot("its channels are along the batch")
    return Local(c.states, [c.at(c.outs[0], axis, outer), WHOLE, WHOLE])


# ---- products
@rule("FullyConnected")
def _fully_connected(c: Call) -> Local:
    axis, outer = c.where(0)
    if any(s != WHOLE for s in c.states[1:]):
        raise Cannot("its parameters depend on the batch")
    if axis != 0 and (c.a.flatten or axis == len(c.ins[0]) - 1):
        raise Cannot("the batch is among the columns of its data")
    return Local(c.states, [c.at(c.outs[0], axis, outer)])


@rule("dot")
def _dot(c: Call) -> Local:
    """The batch in rows or columns stays there; where it is what is summed over, the result is a partial sum."""
    (lhs, rhs), a = c.ins, c.a
    if len(lhs) != 2 or len(rhs) != 2:
        if len(lhs) > 2 and c.states[1] == WHOLE and not a.transpose_a and c.where(0)[0] < len(lhs) - 1:
            return Local(c.states, [c.at(c.outs[0], *c.where(0))])
        raise Cannot("it is no product of matrices")
    inner, outer_axis = (0, 1) if a.transpose_a else (1, 0), (1, 0) if a.transpose_b else (0, 1)
    axes = [c.where(i) if isinstance(s, Split) else None for i, s in enumerate(c.states)]
    summed = [at[1] for at, k in zip(axes, (inner[0], outer_axis[0])) if at is not None and at[0] == k]
    if summed:
        if len(set(summed)) > 1 or any(at is not None and at[0] != k for at, k in zip(axes, (inner[0], outer_axis[0]))):
            raise Cannot("the batch lies differently in its inputs")
        return Local([c.at(lhs, inner[0], summed[0]), c.at(rhs, outer_axis[0], summed[0])], [PART])
    if axes[0] is not None and axes[1] is not None:
        raise Cannot("the batch is in rows and in columns")
    if axes[0] is not None:
        return Local(c.states, [c.at(c.outs[0], 0, axes[0][1])])
    assert axes[1] is not None
    return Local(c.states, [c.at(c.outs[0], 1, axes[1][1])])


@rule("_contrib_interleaved_matmul_selfatt_qk _contrib_interleaved_matmul_encdec_qk")
def _attention_qk(c: Call) -> Local:
    """(steps, n, ...) to (n * heads, steps, steps)."""
    return Local([c.at(s, 1, 1) for s in _along(c, 1)], [c.at(c.outs[0], 0, 1)])


@rule("_contrib_interleaved_matmul_selfatt_valatt _contrib_interleaved_matmul_encdec_valatt")
def _attention_values(c: Call) -> Local:
    _along(c, 1, {1: 0})
    return Local([c.at(c.ins[0], 1, 1), c.at(c.ins[1], 0, 1)], [c.at(c.outs[0], 1, 1)])


def _along(c: Call, axis: int, others: dict[int, int] | None = None) -> list[tuple[int, ...]]:
    for i, s in enumerate(c.states):
        if isinstance(s, Split) and c.where(i) != ((others or {}).get(i, axis), 1):
            raise Cannot(f"its examples lie along axis {axis}, the batch does not")
    return c.ins
