"""The fused RNN in the plan: a script bound to its arrays, with its scratch in the arena."""

from __future__ import annotations

from typing import Any

from ..core import kernel_table
from .fuse import Step
from .ir import IrNode
from .layout import LayoutPass, handles

__all__: list[str] = []


@handles("RNN", kernels="jit")
@handles("_backward_RNN", kernels="jit")
def _rnn(p: LayoutPass, node: IrNode, step: Step) -> bool:
    kernel: Any = kernel_table.find(node.op.name, node.a, node.ins)
    if kernel is None or kernel.draws:  # masks of dropout come from Python
        return False
    script = kernel.script
    memory = p.blob(4 * script.scratch_floats, "scratch")
    ins, outs = [p.version(v, None) for v in node.ins], [p.define(v, None) for v in node.outs]
    p.call(ins, [*outs, memory], lambda i, o: script.bind([*i, *o[:-1]], o[-1], node.name), node.name, "jit script")
    return True
