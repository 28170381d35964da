"""Chains that one kernel can do: convolution [-> batch norm with given statistics] [-> + residual] [-> activation].

A chain is found on steps, after elementwise fusion, in plans without backward. It runs at the place of its last step,
where the residual is there too; nothing in between may be needed by others. A kernel set offers itself as a handler of
``"conv chain"``; where none takes a chain its steps run one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .fuse import Step
from .ir import IrNode, Value
from .prepared import Make

__all__ = ["CHAIN", "Chain", "activation_of", "find_chains", "folded", "limits_of", "packing"]

CHAIN = "conv chain"
_SUMS = ("elemwise_add", "broadcast_add", "_grad_add")


class Chain(NamedTuple):
    """A convolution and what follows it.

    Attributes
    ----------
    steps : those that it takes the place of, in order.
    conv, norm : the nodes; `norm` may be None.
    residual : the value that is added, None without; `spent`: nobody needs it after that.
    activation : node of the activation at the end, or None; `activation_of` reads it.
    out : the value that it makes.
    """

    steps: tuple[Step, ...]
    conv: IrNode
    norm: IrNode | None
    residual: Value | None
    spent: bool
    activation: IrNode | None
    out: Value

    @property
    def scaling(self) -> tuple | None:
        """What of the norm, besides its parameters, goes into prepared weights."""
        return None if self.norm is None else (self.norm.a.eps, self.norm.a.fix_gamma)

    @property
    def label(self) -> str:
        parts = [self.conv.name]
        if self.norm is not None:
            parts.append("BatchNorm")
        if self.residual is not None:
            parts.append("add")
        if self.activation is not None:
            parts.append(activation_of(self.activation)[0])  # type: ignore[index]
        return " + ".join(parts)

    @property
    def parameters(self) -> list[Value]:
        """What the kernel's weights and bias are computed from: weight, [bias], [gamma, beta, mean, variance]."""
        return [*self.conv.ins[1:], *(self.norm.ins[1:] if self.norm is not None else ())]

    def step(self, forward: bool) -> Step:
        """The chain as one step with the attribute `chain`, for its handlers."""
        step = Step.of(
            [*self.conv.ins, *(self.norm.ins[1:] if self.norm is not None else ())]
            + ([self.residual] if self.residual is not None else []),
            [self.out],
            forward,
            self.label,
        )
        step.chain = self
        return step


def activation_of(node: IrNode) -> tuple[str, float, float] | None:
    """(oneDNN's name, alpha, beta) of an activation; None for other nodes."""
    name, a = node.op.name, node.a
    if name == "Activation":
        return (a.act_type, 0.0, 0.0) if a.act_type in ("relu", "sigmoid", "tanh", "softrelu") else None
    if name in ("relu", "sigmoid", "tanh"):
        return name, 0.0, 0.0
    if name == "clip":
        return "clip", float(a.a_min), float(a.a_max)
    if name == "LeakyReLU" and len(node.outs) == 1:
        return {
            "leaky": ("relu", float(a.slope), 0.0), "elu": ("elu", float(a.slope), 0.0), "gelu": ("gelu", 0.0, 0.0)
        }.get(a.act_type)  # fmt: skip
    return None


def limits_of(chain: Chain) -> dict[str, Any] | None:
    """The activation as the kernels on blocks of channels have it: limits of the results. None where they do not."""
    if chain.activation is None:
        return {}
    name, low, high = activation_of(chain.activation)  # type: ignore[misc]
    if name == "clip":
        return {"relu": True, "most": high} if low == 0 else None
    return {"relu": True} if name == "relu" and low == 0 else None


def find_chains(steps: list[Step], wanted: set[int], users: dict[int, int]) -> dict[int, Chain]:
    """id() of each member step -> its chain. A convolution alone is one, too."""
    consumer: dict[int, Step] = {}
    last: dict[int, int] = {}
    place = {id(s): i for i, s in enumerate(steps)}
    for i, s in enumerate(steps):
        for v in s.ins:
            consumer[v.id] = s
            last[v.id] = i
    viewed = {v.id for s in steps for n in s.nodes if n.op.view for v in (*n.ins, *n.outs)}
    found: dict[int, Chain] = {}

    def follower(v: Value) -> Step | None:
        """The only step that uses a value; it is in no chain yet."""
        if v.id in wanted or users.get(v.id) != 1:
            return None
        s = consumer[v.id]
        return None if id(s) in found else s

    for step in reversed(steps):  # of two branches that are added, the later one adds
        if len(step.nodes) != 1 or step.group or step.nodes[0].op.name != "Convolution":
            continue
        conv = step.nodes[0]
        members, out = [step], conv.outs[0]
        norm = _norm(follower(out), out, wanted, users)
        if norm is not None:
            members.append(consumer[out.id])
            out = norm.outs[0]
        residual: Value | None = None
        act: IrNode | None = None
        end = follower(out)
        ending = None if end is None else _ending(end, out)
        if end is not None and ending is not None:
            members.append(end)
            residual, act = ending
            out = end.outs[0]
        spent = (
            residual is not None and residual.node is not None and residual.id not in wanted
            and residual.id not in viewed and last[residual.id] == place[id(members[-1])]
        )  # fmt: skip
        chain = Chain(tuple(members), conv, norm, residual, spent, act, out)
        found.update((id(s), chain) for s in members)
    return found


def _norm(step: Step | None, data: Value, wanted: set[int], users: dict[int, int]) -> IrNode | None:
    """The node of a BatchNorm of `data` along its channels that uses the statistics that it is given."""
    if step is None or step.group or len(step.nodes) != 1 or step.nodes[0].op.name != "BatchNorm":
        return None
    node = step.nodes[0]
    if node.ins[0] is not data or any(v is data for v in node.ins[1:]) or node.a.axis % data.ndim != 1:
        return None
    if (node.train and not node.a.use_global_stats) or node.effects:
        return None
    if any(v.id in wanted or users.get(v.id) for v in node.outs[1:]):
        return None
    return node


def _ending(step: Step, x: Value) -> tuple[Value | None, IrNode | None] | None:
    """(residual, activation) where a step is an activation of `x`, a sum of it with another, or both in this order."""
    nodes: list[Any] = list(step.nodes)
    if not nodes or len(step.outs) != 1 or step.outs[0] is not nodes[-1].outs[0] or step.reduction is not None:
        return None
    residual: Value | None = None
    if nodes[0].op.name in _SUMS:
        total = nodes.pop(0)
        others = [v for v in total.ins if v is not x]
        if len(others) != 1 or others[0].shape != x.shape or others[0].dtype != x.dtype:
            return None
        residual, x = others[0], total.outs[0]
    if not nodes:
        return residual, None
    if len(nodes) != 1 or nodes[0].ins[0] is not x or activation_of(nodes[0]) is None:
        return None
    return residual, nodes[0]


def folded(chain: Chain, raws: list[Any]) -> tuple[Any, Any]:
    """(weights, bias or None) from the raw `Chain.parameters` of a chain with a batch norm, which is multiplied in.

    Without one: the weight alone, as it is.
    Differs from convolution and norm one after the other by float32 rounding of the weights only.
    """
    weight, *rest = raws
    if chain.norm is None:
        return weight, None
    bias = None if chain.conv.a.no_bias else rest.pop(0)
    gamma, beta, mean, variance = (x.astype(np.float64) for x in rest)
    with np.errstate(all="ignore"):
        scale = 1 / np.sqrt(variance + chain.norm.a.eps)
        if not chain.norm.a.fix_gamma:
            scale *= gamma
        shift = beta - mean * scale if bias is None else beta + (bias - mean) * scale
        factor = scale.astype(np.float32).reshape(-1, *(1,) * (weight.ndim - 1))
        return weight * factor, shift.astype(np.float32)


def packing(chain: Chain, pack: Callable[[Any, Any], Any]) -> Make:
    """Prepares ``pack(weights, first result)``, and in the second one, where there is one, the bias, zeros after it."""

    def make(raws: list[Any], outs: list[Any]) -> None:
        weight, bias = folded(chain, raws)
        pack(np.ascontiguousarray(weight), outs[0])
        if len(outs) > 1:
            bias = raws[1] if bias is None else bias
            outs[1][: bias.size] = bias
            outs[1][bias.size :] = 0

    return make
