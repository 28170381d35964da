"""What both directions of the fused RNN share: the script of a run, products of all steps, the layout of its parts."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import locks
from ..ops.nn import rnn_math
from ..ops.nn.rnn_layout import GATES, directions, reserve_of, weights_of
from .script import Script
from .shares import most_shares

__all__ = ["ROWS", "TERMS", "Kernel", "heads_of"]

# Scripts that are kept: every length of sequences has its own. The oldest go first.
MOST = 128

# About so many rows are multiplied at once, and so many terms summed: what is generated is for powers of two of steps.
ROWS, TERMS = 256, 512


def heads_of(a: Any) -> int:
    """How many gradients of results backward gets before everything else."""
    return 1 if not a.state_outputs else 3 if a.mode == "lstm" else 2


_scripts: deque[Kernel] = deque()
_scripts_lock = locks.lock()


class Kernel:
    """What both directions of the computation share.

    Attributes
    ----------
    script : made when it is needed, for the threads that there are; its arrays are the inputs, then the results.
    draws : whether masks of dropout have to be drawn before it.
    """

    draws = False

    def __init__(self, a: Any, shapes: Sequence[tuple], data: tuple[int, ...]) -> None:
        self.steps, self.n, self.inputs = data
        self.mode, self.hidden, self.layers, self.dirs = a.mode, a.state_size, a.num_layers, directions(a)
        self.shapes = [tuple(s) for s in shapes]
        self.weights = weights_of(a, self.inputs)
        self.parts, self.reserve_size = reserve_of(a, self.steps, self.n)
        self.wide = self.dirs * self.hidden
        self._scripts: dict[int, Script] = {}
        self._lock = locks.lock()

    def _write(self, threads: int) -> Script:
        raise NotImplementedError

    @property
    def script(self) -> Script:
        threads = most_shares()
        found = self._scripts.get(threads)
        if found is None:
            with self._lock:
                found = self._scripts.get(threads)
                if found is None:
                    found = self._write(threads)
                    found.finish()
                    self._scripts[threads] = found
                    with _scripts_lock:
                        _scripts.append(self)
                        if len(_scripts) > MOST:
                            _scripts.popleft()._scripts.clear()
        return found

    def ready(self) -> Any:
        """Itself, with its code compiled: what cannot be raises KernelFault here, not in the middle of work."""
        assert self.script
        return self

    def _gate(self, table: Any, wide: Sequence[str]) -> Any:
        """The kernel of a step's gates: they lie `hidden` apart, what is in `wide` in rows of all directions."""
        from . import jit

        stmts, names, out = table[self.mode]
        made = []
        for name in names:
            row = self.wide if name in wide else self.hidden
            if name[0] in "gz":
                row = self.hidden * (GATES[self.mode] if self.mode != "gru" else 4)
            elif name[0] == "r":
                row = self.hidden * GATES[self.mode]
            elif name == "bias":
                row = 0
            made.append(jit.Operand(name, "float32", (row, 1), name in out))
        return jit.compile_fused(stmts, made, (self.n, self.hidden))

    def gates(self, z: np.ndarray) -> list[np.ndarray]:
        """The columns of each gate, for all steps."""
        return [z[:, :, k : k + self.hidden] for k in range(0, z.shape[2], self.hidden)]

    def columns(self, x: np.ndarray, d: int) -> np.ndarray:
        return x[:, :, d * self.hidden : (d + 1) * self.hidden]

    def runs(self, first: int, end: int, most: int) -> list[tuple[int, int]]:
        """Steps from `first` to `end` in pieces (begin, end) whose lengths are powers of two, about `most` rows.

        So what is generated for them serves sequences of any length.
        """
        found = []
        size = 1 << max(0, (most // self.n).bit_length() - 1)
        while first < end:
            while first + size > end:
                size //= 2
            found.append((first, first + size))
            first += size
        return found

    def order(self, d: int) -> range:
        return range(self.steps - 1, -1, -1) if d else range(self.steps)

    def before(self, x: np.ndarray, t: int, d: int, first: np.ndarray) -> np.ndarray:
        """The entry of `x` one step earlier in the direction of work, `first` for the first step."""
        earlier = t + 1 if d else t - 1
        return x[earlier] if 0 <= earlier < self.steps else first

    def flat(self, x: np.ndarray) -> np.ndarray:
        """(steps, n, k) as (steps * n, k), a view (of columns too)."""
        return np.lib.stride_tricks.as_strided(x, (self.steps * self.n, x.shape[2]), x.strides[1:])

    def masks(self, a: Any, reserve: np.ndarray, rng: Any, train: bool) -> None:
        """Draws the masks of dropout between the layers into the reserve."""
        for kept in self.parts:
            if kept.mask is not None:
                mask = kept.mask.of(reserve)
                mask[...] = rnn_math.dropout_mask(np, a, mask.shape, mask.dtype, rng, train)

    def _run(self, ins: Sequence[np.ndarray], outs: Sequence[np.ndarray]) -> None:
        arrays = [x if x.flags.c_contiguous else np.ascontiguousarray(x) for x in (*ins, *outs)]
        self.script.run(arrays)
        for out, made in zip(outs, arrays[len(ins) :]):
            if made is not out:
                out[...] = made
