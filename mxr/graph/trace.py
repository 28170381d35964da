"""What is known while a block is traced: the shapes and dtypes behind its symbols, and the lines that made them."""

from __future__ import annotations

import ast
import os.path
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..backend import dtype_of
from ..base import MXNetError, MXNetTypeError
from ..base_names import NotImplementedForSymbol
from ..context import Context
from ..core.shapes import is_known, merge
from . import infer
from .symbol import Entry, Symbol, SymNode, active

__all__ = ["Fact", "Trace", "Untraceable", "caller", "caller_level"]

Fact = tuple[tuple[int, ...], np.dtype | None]  # shape and dtype of an input
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Untraceable(NotImplementedForSymbol, TypeError):
    """Code that needs the values of an array was met while a block was traced."""

    def __init__(self, what: str, text: str) -> None:
        super().__init__(lambda: None, None)
        self.function, self._text = what, text

    def __str__(self) -> str:
        return self._text


def caller_level() -> int:
    """The stacklevel of a warning, given by the function that calls this one, that shows the user's line."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    return level


def caller() -> tuple[str, int, str]:
    """(file, line, function) of the innermost frame outside of mxr."""
    frame: Any = sys._getframe(1)
    outer = frame
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith((_PACKAGE, "<mxr")):
            return file, frame.f_lineno, frame.f_code.co_name
        frame = frame.f_back
    return outer.f_code.co_filename, outer.f_lineno, outer.f_code.co_name


class Trace:
    """One run of a block with symbols.

    Parameters
    ----------
    facts : shape and dtype of inputs, by entry of their symbols.
    parameter : gives (shape, dtype) of a variable by its name, None for what is not known.
    reason : why the block is traced: "hybridize", "deferred" or "symbol".

    Attributes
    ----------
    asked : whether the code asked for a shape, a dtype, the device or the mode: the graph holds for these only.
    places : file and line that made a node, and the block, by the node's name.
    """

    def __init__(
        self,
        facts: dict[Entry, Fact],
        parameter: Callable[[str], tuple[Any, Any]],
        ctx: Context | None,
        reason: str = "hybridize",
    ) -> None:
        self.asked = self.asked_mode = False
        self.places: dict[str, str] = {}
        self.blocks: list[Any] = []
        self.ctx, self.reason = ctx, reason
        self._parameter = parameter
        self._shapes = infer.Shapes({(id(e[0]), e[1]): f[0] for e, f in facts.items()})
        self._dtypes = infer.Types({(id(e[0]), e[1]): f[1] for e, f in facts.items()})
        self._held: dict[int, SymNode] = {id(e[0]): e[0] for e in facts}  # an id() stays one node's
        self._slices: dict[int, tuple[Entry, bool]] = {}
        self._made: list[SymNode] = []

    @contextmanager
    def running(self) -> Iterator[Trace]:
        """In here symbols of one output behave as arrays of known shape."""
        outer, active.trace = active.trace, self
        try:
            yield self
        finally:
            active.trace = outer

    @contextmanager
    def inside(self, block: Any) -> Iterator[None]:
        self.blocks.append(block)
        try:
            yield
        finally:
            self.blocks.pop()

    # ---- notes
    def made(self, node: SymNode) -> None:
        """Notes the line that made a node."""
        file, line, _ = caller()
        self._made.append(node)
        self.places[node.name] = f'File "{file}", line {line}, in block {self._block()}'

    def stands_for(self, variable: Symbol, source: Symbol, sliced: bool) -> None:
        """A variable of a loop's body is `source` outside, or a slice of it along its first axis."""
        node = variable._entries[0][0]
        self._slices[id(node)] = source._entries[0], sliced
        self._held[id(node)] = node

    def _block(self) -> str:
        if not self.blocks:
            return "?"
        block = self.blocks[-1]
        return f"{block.name} ({type(block).__name__})" if block.name else type(block).__name__

    # ---- questions
    def mode(self) -> None:
        """The code asks whether it runs for training."""
        self.asked = self.asked_mode = True

    def shape(self, entry: Entry) -> tuple[int, ...]:
        self.asked = True
        shape = self.peek(entry)
        if not is_known(shape):  # of a weight, or zeros of an open shape: what uses them may tell
            nodes = Symbol([(n, 0, 0) for n in self._made])._nodes()
            self._solve(entry, nodes, self._shapes)
            shape = self._shapes.found.get((id(entry[0]), entry[1]))
        if shape is None or not is_known(shape):
            raise MXNetError(f"{entry[0].name}: {self._unknown(entry[0], 'shape', shape)}")
        return shape

    def peek(self, entry: Entry) -> Any:
        """The shape as far as it is known from what `entry` is made of, without making the trace depend on it."""
        return self._peek(entry, self._shapes)

    def differ(self, x: Symbol, y: Symbol) -> bool:
        """Whether two arrays have different shapes, as far as is known."""
        if len(x._entries) != 1 or len(y._entries) != 1:
            return False
        a, b = self.peek(x._entries[0]), self.peek(y._entries[0])
        return a is not None and b is not None and is_known(a) and is_known(b) and a != b

    def dtype(self, entry: Entry) -> Any:
        self.asked = True
        found = self._peek(entry, self._dtypes)
        if found is None:
            raise MXNetError(f"{entry[0].name}: {self._unknown(entry[0], 'dtype', None)}")
        return found

    def _peek(self, entry: Entry, facts: infer.Facts) -> Any:
        key = id(entry[0]), entry[1]
        if not facts.known(facts.found.get(key)):
            self._solve(entry, self._below(entry, facts), facts)
        return facts.found.get(key)

    def device(self) -> Context:
        self.asked = True
        if self.ctx is None:
            raise MXNetError("the device is not known: the block is called with symbols, without arrays")
        return self.ctx

    def _solve(self, entry: Entry, order: list[SymNode], facts: infer.Facts) -> None:
        """Infers `entry` from the nodes of `order`."""
        for node in order:
            self._held[id(node)] = node
            if node.op is None and not facts.known(facts.found.get((id(node), 0))):
                facts.found[id(node), 0] = self._variable(node, facts)
        facts.settle(order, (id(entry[0]), entry[1]))

    def _below(self, entry: Entry, facts: infer.Facts) -> list[SymNode]:
        """The nodes that `entry` depends on and that have unknown outputs, inputs first."""
        done: set[int] = set()
        order: list[SymNode] = []
        stack = [(entry[0], 0)]
        while stack:
            node, i = stack.pop()
            if id(node) in done:
                continue
            if i < len(node.inputs):
                stack.append((node, i + 1))
                child, k, _ = node.inputs[i]
                if id(child) not in done and not facts.known(facts.found.get((id(child), k))):
                    stack.append((child, 0))
            else:
                done.add(id(node))
                order.append(node)
        return order

    def _variable(self, node: SymNode, facts: infer.Facts) -> Any:
        """What is known of a variable by itself."""
        if id(node) in self._slices:
            source, sliced = self._slices[id(node)]
            if facts is self._dtypes:
                return self._peek(source, facts)
            shape = self.peek(source)
            if not sliced or shape is None:
                return shape
            return shape[1:] if len(shape) > 1 else (1,)  # as the operator gives it
        shape, dtype = self._parameter(node.name)
        if facts is self._shapes:
            own = node.attrs.get("__shape__")
            own = None if own is None else infer._from_user(ast.literal_eval(own))
            return merge(own, shape)
        own = node.attrs.get("__dtype__", "-1")
        return dtype if dtype is not None or own == "-1" else dtype_of(int(own))

    def _unknown(self, node: SymNode, what: str, shape: Any) -> str:
        file, line, _ = caller()
        head = f'the {what} is not known when block {self._block()} asks for it (File "{file}", line {line})'
        if self.reason == "symbol":
            return (
                f"{head}: it was called with symbols. Give them shapes, as in mx.sym.var('data', shape=(2, 3)), or "
                "hybridize the block and call it with arrays before"
            )
        if node.op is not None and node.op.dynamic_shape:
            return f"{head}: the {what} of {node.op.name} depends on values. Use hybridize(False) for this block"
        if node.op is None:
            known = "" if shape is None else f" beyond {tuple(None if d == -1 else d for d in shape)}"
            return f"{head}{known}: give the parameter its whole shape, or use it before you ask"
        return f"{head}: it depends on what is not known yet"

    # ---- refusals
    def foreign(self, where: str, value: Any) -> MXNetTypeError:
        """The error for a value that is no part of the graph."""
        file, line, function = caller()
        return MXNetTypeError(
            f"{where}: type {type(value)} not supported: it met a traced array in block "
            f'{self._block()}.\n  File "{file}", line {line}, in {function}\n'
            "Make it a constant of the block (self.params.get_constant(name, value)) or compute it with F"
        )

    def untraceable(self, what: str) -> Untraceable:
        """The error for code that needs values."""
        file, line, function = caller()
        text = (
            f"{what} in block {self._block()} cannot be traced: in a traced block arrays have shapes and no values.\n"
            f'  File "{file}", line {line}, in {function}\n'
        )
        inner = next(
            (advice for start, advice in _ADVICE.items() if what.startswith(start)),
            "Use operators of F (F.where, F.contrib.cond, F.contrib.while_loop, F.contrib.foreach)",
        )
        if self.reason == "deferred":
            last = (
                "give the layers their input sizes (in_units, in_channels, ...), so that the block need not be traced "
                "for the shapes of its parameters."
            )
        elif self.reason == "symbol":
            last = "call the block with arrays."
        else:
            last = "run this block imperatively: call hybridize(False) on it and on the blocks around it."
        return Untraceable(what, f"{text}{inner}, or {last}")


_ADVICE = {
    "in-place": "Write x = x + y for x += y",
    "x[...] = value": "Make a new array instead, with F.where or F.concat",
    "attach_grad": "Attach gradients outside of the block",
    "backward": "Call backward outside of the block",
}
