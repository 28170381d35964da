"""Cells of several cells: one above the other, or in both directions."""

from __future__ import annotations

from typing import Any

from ...base import MXNetTypeError
from .._block import Block, indent
from .base_cell import HybridRecurrentCell, RecurrentCell
from .sequences import Sequences, masked, reversed_steps, shaped

__all__ = ["BidirectionalCell", "HybridSequentialRNNCell", "SequentialRNNCell"]


class _Cells:
    """What cells made of cells share: states one behind the other."""

    _children: Any

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape and layout of the states of all cells."""
        return [info for cell in self._children.values() for info in cell.state_info(batch_size)]

    def begin_state(self: Any, **kwargs: Any) -> list[Any]:
        """The states of all cells before the first step; arguments as for RecurrentCell, by name."""
        self._check_unmodified()
        return [state for cell in self._children.values() for state in cell.begin_state(**kwargs)]


class _Stack(_Cells):
    """Cells one above the other."""

    def __repr__(self) -> str:
        lines = "\n".join(f"({k}): {indent(repr(cell), 2)}" for k, cell in self._children.items())
        return f"{type(self).__name__}(\n{lines}\n)"

    def add(self: Any, cell: RecurrentCell) -> None:
        """Adds a cell on top."""
        if not isinstance(cell, RecurrentCell):
            raise MXNetTypeError(f"{type(self).__name__}.add takes a cell, got {type(cell).__name__}: {cell!r}")
        self.register_child(cell)

    def __call__(self, inputs: Any, states: Any) -> Any:
        return super().__call__(inputs, states)  # type: ignore[misc]

    def __len__(self) -> int:
        return len(self._children)

    def __getitem__(self, i: Any) -> Any:
        return list(self._children.values())[i]

    def _step(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
        new: list[Any] = []
        at = 0
        for cell in self._children.values():
            count = len(cell.state_info())
            inputs, state = cell(inputs, states[at : at + count])
            at += count
            new += state
        return inputs, new

    def unroll(
        self: Any,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """As RecurrentCell.unroll, cell by cell."""
        self.reset()
        states = Sequences(length, inputs, layout).begin_state(self, begin_state)
        last, at = len(self._children) - 1, 0
        new: list[Any] = []
        for i, cell in enumerate(self._children.values()):
            count = len(cell.state_info())
            inputs, state = cell.unroll(
                length, inputs=inputs, begin_state=states[at : at + count], layout=layout,
                merge_outputs=merge_outputs if i == last else None, valid_length=valid_length,
            )  # fmt: skip
            at += count
            new += state
        return inputs, new


class SequentialRNNCell(_Stack, RecurrentCell):  # type: ignore[misc]
    """Cells one above the other: the output of one is the input of the next.

    >>> cells = gluon.rnn.SequentialRNNCell()
    >>> with cells.name_scope():
    ...     cells.add(gluon.rnn.LSTMCell(20))
    """

    def forward(self, inputs: Any, states: Any) -> Any:
        """(output, new states of all cells) of one step."""
        self._counter += 1
        return self._step(inputs, states)

    def hybrid_forward(self, *args: Any, **kwargs: Any) -> Any:
        """Not used: the cells run one after the other."""
        raise NotImplementedError("SequentialRNNCell is no HybridBlock; use HybridSequentialRNNCell")


class HybridSequentialRNNCell(_Stack, HybridRecurrentCell):  # type: ignore[misc]
    """Cells one above the other, compiled as one graph when hybridized."""

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:  # type: ignore[override]
        return self._step(inputs, states)


class BidirectionalCell(_Cells, HybridRecurrentCell):  # type: ignore[misc]
    """Two cells that run over the sequence in both directions; outputs are joined. It can only be unrolled.

    Parameters
    ----------
    l_cell, r_cell : the cell that runs forward, the one that runs backward.
    output_prefix : begins the names of the outputs.
    """

    def __init__(self, l_cell: RecurrentCell, r_cell: RecurrentCell, output_prefix: str = "bi_") -> None:
        super().__init__(prefix="", params=None)
        for name, cell in (("l_cell", l_cell), ("r_cell", r_cell)):
            if not isinstance(cell, RecurrentCell):
                raise MXNetTypeError(f"BidirectionalCell: {name}={cell!r}, expected a cell")
            self.register_child(cell, name)
        self._output_prefix = output_prefix

    def __call__(self, inputs: Any, states: Any) -> Any:
        raise NotImplementedError("Bidirectional cannot be stepped. Please use unroll")

    def __repr__(self) -> str:
        l_cell, r_cell = self._children.values()
        return f"{type(self).__name__}(forward={l_cell}, backward={r_cell})"

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """As RecurrentCell.unroll; outputs of both directions are joined along the channels."""
        self.reset()
        given = Sequences(length, inputs, layout)
        F, axis, steps = given.F, given.axis, given.steps()
        turned = reversed_steps(F, steps, length, valid_length)
        states = given.begin_state(self, begin_state)
        cells: list[Any] = list(self._children.values())
        count = len(cells[0].state_info())
        ahead, ahead_states = cells[0].unroll(
            length, inputs=steps, begin_state=states[:count], layout=layout, merge_outputs=merge_outputs,
            valid_length=valid_length,
        )  # fmt: skip
        back, back_states = cells[1].unroll(
            length, inputs=turned, begin_state=states[count:], layout=layout, merge_outputs=False,
            valid_length=valid_length,
        )  # fmt: skip
        back = reversed_steps(F, back, length, valid_length)
        if merge_outputs is None:
            merge_outputs = not isinstance(ahead, list)
        ahead = shaped(F, ahead, length, axis, merge_outputs)
        if merge_outputs:
            outputs = F.concat(ahead, F.stack(*back, axis=axis), dim=2, name=f"{self._output_prefix}out")
        else:
            pairs = enumerate(zip(ahead, back, strict=True))
            outputs = [F.concat(a, b, dim=1, name=f"{self._output_prefix}t{i}") for i, (a, b) in pairs]
        if valid_length is not None:
            outputs = masked(F, outputs, length, valid_length, axis, merge_outputs)
        return outputs, ahead_states + back_states


def contains_bidirectional(block: Block) -> bool:
    """Whether a BidirectionalCell is inside."""
    return isinstance(block, BidirectionalCell) or any(contains_bidirectional(c) for c in block._children.values())


for _class in (SequentialRNNCell, HybridSequentialRNNCell, BidirectionalCell):
    _class.__module__ = "mxr.gluon.rnn.rnn_cell"
