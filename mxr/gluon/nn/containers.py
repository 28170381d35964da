"""Containers: Sequential and HybridSequential, Lambda and HybridLambda."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from ... import ndarray as nd
from ... import symbol as sym
from ...base import MXNetAssertionError, MXNetTypeError, MXNetValueError, suggest
from .._block import Block, indent
from .._hybrid import HybridBlock

__all__ = ["HybridLambda", "HybridSequential", "Lambda", "Sequential"]


class _Stack:
    """What the two sequential containers share: blocks in order, each fed with the results of the one before."""

    _children: Any
    _prefix: str

    def add(self: Any, *blocks: Block) -> None:
        """Adds blocks at the end."""
        for block in blocks:
            if not isinstance(block, Block) and not isinstance(self, HybridBlock):  # which says so itself
                raise MXNetTypeError(f"{type(self).__name__}.add takes blocks, got {type(block).__name__}: {block!r}")
            self.register_child(block)

    def _chain(self, x: Any, args: tuple) -> Any:
        for block in self._children.values():
            x = block(x, *args)
            args = ()
            if isinstance(x, tuple | list):
                x, *rest = x
                args = tuple(rest)
        return (x, *args) if args else x

    def __repr__(self) -> str:
        lines = "\n".join(f"  ({k}): {indent(repr(v), 2)}" for k, v in self._children.items())
        return f"{type(self).__name__}(\n{lines}\n)"

    def __getitem__(self: Any, key: Any) -> Any:
        layers = list(self._children.values())[key]
        if not isinstance(layers, list):
            return layers
        net = type(self)(prefix=self._prefix)
        with net.name_scope():
            net.add(*layers)
        return net

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._children.values())


class Sequential(_Stack, Block):
    """Runs blocks one after the other.

    >>> net = nn.Sequential()
    >>> with net.name_scope():
    ...     net.add(nn.Dense(10, activation='relu'), nn.Dense(20))
    """

    def forward(self, x: Any, *args: Any) -> Any:
        return self._chain(x, args)

    def hybridize(self, active: bool = True, **kwargs: Any) -> None:
        """Compiles the children, each by itself: HybridSequential compiles them as one."""
        if self._children and all(isinstance(c, HybridBlock) for c in self._children.values()):
            warnings.warn(
                f"All children of this Sequential layer '{self.prefix}' are HybridBlocks. Consider using "
                "HybridSequential for the best performance.",
                stacklevel=2,
            )
        super().hybridize(active, **kwargs)


class HybridSequential(_Stack, HybridBlock):
    """Runs HybridBlocks one after the other; ``hybridize()`` compiles them as one graph."""

    def hybrid_forward(self, F: Any, x: Any, *args: Any) -> Any:
        return self._chain(x, args)


class Lambda(Block):
    """A function of NDArrays as a block.

    Parameters
    ----------
    function : a name in ``mx.nd`` ('tanh'), or any callable of NDArrays.
    """

    def __init__(self, function: Any, prefix: str | None = None) -> None:
        super().__init__(prefix=prefix)
        if isinstance(function, str):
            self._func_impl = _named(nd, function)
        elif callable(function):
            self._func_impl = function
        else:
            raise MXNetValueError(f"Unrecognized function in lambda: {function!r} of type {type(function)}")
        self._func_name = function if isinstance(function, str) else function.__name__

    def forward(self, *args: Any) -> Any:
        return self._func_impl(*args)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._func_name})"


class HybridLambda(HybridBlock):
    """A function as a HybridBlock.

    Parameters
    ----------
    function : a name in ``mx.nd`` and ``mx.sym`` ('tanh'), or a callable ``(F, x, ...)``.
    """

    def __init__(self, function: Any, prefix: str | None = None) -> None:
        super().__init__(prefix=prefix)
        if isinstance(function, str):
            _named(nd, function), _named(sym, function)
            self._func = lambda F, *args: getattr(F, function)(*args)
            self._func_name = function
        elif callable(function):
            self._func = function
            self._func_name = function.__name__
        else:
            raise MXNetValueError(f"Unrecognized function in lambda: {function!r} of type {type(function)}")

    def hybrid_forward(self, F: Any, x: Any, *args: Any) -> Any:
        return self._func(F, x, *args)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._func_name})"


def _named(module: Any, name: str) -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        raise MXNetAssertionError(
            f"Function name {name} is not found in {module.__name__}.{suggest(name, dir(module))}"
        ) from None
