"""What all cells share: their parameters, the first state, unrolling, and weights gate by gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import ndarray as nd
from .. import symbol as sym
from ..base import MXNetError, MXNetValueError
from ..symbol import Symbol

__all__ = ["BaseRNNCell", "RNNParams", "merged", "stepwise"]


class RNNParams:
    """Variables of cells, made on first use and shared by all cells that hold this object.

    Parameters
    ----------
    prefix : begins the names of all variables.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._params: dict[str, Symbol] = {}

    def get(self, name: str, **kwargs: Any) -> Symbol:
        """The variable ``prefix + name``; `kwargs` as for ``mx.sym.Variable``, used when it is made."""
        name = self._prefix + name
        if name not in self._params:
            self._params[name] = sym.Variable(name, **kwargs)
        return self._params[name]


class BaseRNNCell:
    """Base of the cells: a cell turns (input, states) of one step into (output, new states), as symbols.

    Parameters
    ----------
    prefix : begins the names of its variables and nodes.
    params : RNNParams to share with other cells; by default the cell has its own.
    """

    _gate_names: Sequence[str] = ()

    def __init__(self, prefix: str = "", params: RNNParams | None = None) -> None:
        self._own_params = params is None
        self._prefix = prefix
        self._params = RNNParams(prefix) if params is None else params
        self._modified = False  # a modifier cell stands before this one
        self._cells: list[BaseRNNCell] = []
        self.reset()

    def reset(self) -> None:
        """Begins to count steps and states anew, before the cell is used in another graph."""
        self._init_counter = -1
        self._counter = -1
        for cell in getattr(self, "_cells", ()):
            cell.reset()

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Any, list]:
        """(output, new states) of one step."""
        raise NotImplementedError

    @property
    def params(self) -> RNNParams:
        """The parameters; afterwards they may not be overridden by a container."""
        self._own_params = False
        return self._params

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """Shape (0 for the batch) and layout of each state."""
        raise NotImplementedError

    @property
    def state_shape(self) -> list[tuple[int, ...]]:
        """Shapes of the states."""
        return [info["shape"] for info in self.state_info]

    def begin_state(self, func: Callable[..., Symbol] = sym.zeros, **kwargs: Any) -> list[Symbol]:
        """The states before the first step.

        Parameters
        ----------
        func : what makes them from `name`, shape and layout: ``mx.sym.zeros``, ``mx.sym.Variable``, ...
        kwargs : further arguments for `func`.
        """
        self._check_unmodified()
        states = []
        for info in self.state_info:
            self._init_counter += 1
            states.append(func(name=f"{self._prefix}begin_state_{self._init_counter}", **{**kwargs, **info}))
        return states

    def _check_unmodified(self) -> None:
        if self._modified:
            raise MXNetError(
                "After applying modifier cells (e.g. DropoutCell) the base cell cannot be called directly. Call the "
                "modifier cell instead."
            )

    # ---- weights
    def _gated(self) -> list[tuple[str, str]]:
        """(name of a joint array, pattern of its gates' names) of all arrays that hold several gates."""
        return [
            (f"{self._prefix}{group}_{kind}", f"{self._prefix}{group}{{}}_{kind}")
            for group in ("i2h", "h2h")
            for kind in ("weight", "bias")
        ]

    def unpack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        """`args` with each joint array of this cell replaced by one array for each gate."""
        args = dict(args)
        if not self._gate_names:
            return args
        for name, pattern in self._gated():
            joint = _taken(args, name)
            rows = joint.shape[0] // len(self._gate_names)
            for j, gate in enumerate(self._gate_names):
                args[pattern.format(gate)] = joint[j * rows : (j + 1) * rows].copy()
        return args

    def pack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        """The opposite of :meth:`unpack_weights`."""
        args = dict(args)
        if not self._gate_names:
            return args
        for name, pattern in self._gated():
            parts = [_taken(args, pattern.format(gate)) for gate in self._gate_names]
            args[name] = nd.concat(*parts, dim=0) if len(parts) > 1 else parts[0]
        return args

    # ---- unrolling
    def unroll(
        self,
        length: int,
        inputs: Symbol | Sequence[Symbol],
        begin_state: Sequence[Symbol] | None = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, list]:
        """(outputs, last states) of `length` steps.

        Parameters
        ----------
        inputs : one symbol that has the steps along the axis T of `layout`, or a symbol for each step.
        begin_state : states before the first step; by default zeros.
        merge_outputs : True for outputs as one symbol, False for a list; None takes what comes more easily.
        """
        self.reset()
        steps = stepwise(length, inputs, layout)
        states = self.begin_state() if begin_state is None else begin_state
        outputs = []
        for x in steps:
            output, states = self(x, states)
            outputs.append(output)
        return (merged(length, outputs, layout) if merge_outputs else outputs), list(states)

    def _activate(self, x: Any, activation: Any, **kwargs: Any) -> Any:
        if isinstance(activation, str):
            kind: Any = activation
            return sym.Activation(x, act_type=kind, **kwargs)
        return activation(x, **kwargs)


def _taken(args: dict[str, Any], name: str) -> Any:
    if name not in args:
        raise MXNetValueError(f"args: there is no {name!r}; it has {', '.join(sorted(args)) or 'nothing'}")
    return args.pop(name)


def _time_axis(layout: str) -> int:
    axis = layout.find("T")
    if axis < 0:
        raise MXNetValueError(f"argument layout={layout!r}: it has no T, the axis of the steps")
    return axis


def _check_single(inputs: Symbol) -> None:
    if len(inputs.list_outputs()) != 1:
        raise MXNetValueError(
            "unroll doesn't allow grouped symbol as input. Please convert to list with list(inputs) first or let "
            "unroll handle splitting."
        )


def _checked(length: int, inputs: Sequence[Symbol]) -> list[Symbol]:
    inputs = list(inputs)
    if len(inputs) != length:
        raise MXNetValueError(f"argument inputs: {len(inputs)} symbol(s) for length={length} steps")
    return inputs


def stepwise(length: int, inputs: Symbol | Sequence[Symbol], layout: str) -> list[Symbol]:
    """A symbol for each step."""
    axis = _time_axis(layout)
    if not isinstance(inputs, Symbol):
        return _checked(length, inputs)
    _check_single(inputs)
    squeeze: Any = 1  # written as MXNet writes it
    return list(sym.split(inputs, axis=axis, num_outputs=length, squeeze_axis=squeeze))


def merged(length: int, inputs: Symbol | Sequence[Symbol], layout: str) -> Symbol:
    """One symbol with all steps."""
    axis = _time_axis(layout)
    if isinstance(inputs, Symbol):
        _check_single(inputs)
        return inputs
    steps = [sym.expand_dims(x, axis=axis) for x in _checked(length, inputs)]
    return sym.concat(*steps, dim=axis)
